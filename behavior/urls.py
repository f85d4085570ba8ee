"""Addresses of behaviour."""

from django.urls import path

from behavior.views import events

urlpatterns = [
    path("behavior", events.Behavior.as_view()),
    path("students/<id:student>/events", events.StudentEvents.as_view()),
]
