"""Addresses of grades."""

from django.urls import path

from grades import views

ONE = "evaluations/<id:student>/<id:subject>/<id:period>/<id:assessment>"

urlpatterns = [
    path("evaluations", views.Evaluations.as_view()),
    path(ONE, views.OneEvaluation.as_view()),
    path(f"{ONE}/excuse", views.ExcuseEvaluation.as_view()),
    path("profile/<id:student>", views.TheProfile.as_view()),
    path("students/<id:student>/evaluations", views.StudentEvaluations.as_view()),
    path("students/<id:student>/grades", views.StudentGrades.as_view()),
    path(
        "students/<id:student>/grades/<id:subject>/<id:period>/versions",
        views.GradeVersions.as_view(),
    ),
]
