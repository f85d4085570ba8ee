"""Addresses of govsync."""

from django.urls import path

from govsync.views import (
    Evidence,
    OneRun,
    OneRunsDiscrepancies,
    OneRunsRecords,
    OneRunsRejects,
    Runs,
)

urlpatterns = [
    path("govsync/runs", Runs.as_view()),
    path("govsync/runs/<id:run>", OneRun.as_view()),
    path("govsync/runs/<id:run>/discrepancies", OneRunsDiscrepancies.as_view()),
    path("govsync/runs/<id:run>/records", OneRunsRecords.as_view()),
    path("govsync/runs/<id:run>/rejects", OneRunsRejects.as_view()),
    path("govsync/runs/<id:run>/evidence", Evidence.as_view()),
]
