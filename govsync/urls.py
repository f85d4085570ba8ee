"""Addresses of govsync."""

from django.urls import path

from govsync.views import OneRun, Runs

urlpatterns = [
    path("govsync/runs", Runs.as_view()),
    path("govsync/runs/<id:run>", OneRun.as_view()),
]
