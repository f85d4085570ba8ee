"""Addresses of the school and its people."""

from django.urls import path

from tenants import views

urlpatterns = [
    path("school", views.TheSchool.as_view()),
    path("periods", views.Periods.as_view()),
    path("groups", views.Groups.as_view()),
    path("groups/<id:group>/students", views.GroupStudents.as_view()),
    path("courses", views.Courses.as_view()),
    path("courses/<id:subject>/<id:period>/roster", views.Roster.as_view()),
    path("students/<id:student>", views.Student.as_view()),
]
