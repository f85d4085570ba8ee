"""Addresses of govsync."""

from django.urls import path

from govsync.views import Evidence, OneRunsDiscrepancies, OneRunsRecords, OneRunsRejects
from govsync.views.checking import Preflight, Subjects
from govsync.views.correcting import Correct
from govsync.views.holding import Pause, Resume
from govsync.views.periods import ClosePeriod, Period
from govsync.views.resending import Resend
from govsync.views.runs import Batches, DeadLetters, OneRun, Reconcile, Redrive, Runs, Steps

urlpatterns = [
    path("govsync/preflight", Preflight.as_view()),
    path("govsync/subjects", Subjects.as_view()),
    path("govsync/correct", Correct.as_view()),
    path("govsync/periods/<id:period>", Period.as_view()),
    path("govsync/periods/<id:period>/close", ClosePeriod.as_view()),
    path("govsync/runs", Runs.as_view()),
    path("govsync/runs/<id:run>", OneRun.as_view()),
    path("govsync/runs/<id:run>/discrepancies", OneRunsDiscrepancies.as_view()),
    path("govsync/runs/<id:run>/records", OneRunsRecords.as_view()),
    path("govsync/runs/<id:run>/rejects", OneRunsRejects.as_view()),
    path("govsync/runs/<id:run>/evidence", Evidence.as_view()),
    path("govsync/runs/<id:run>/steps", Steps.as_view()),
    path("govsync/runs/<id:run>/batches", Batches.as_view()),
    path("govsync/runs/<id:run>/redrive", Redrive.as_view()),
    path("govsync/runs/<id:run>/reconcile", Reconcile.as_view()),
    path("govsync/runs/<id:run>/resend", Resend.as_view()),
    path("govsync/pause", Pause.as_view()),
    path("govsync/resume", Resume.as_view()),
    path("govsync/dead-letters", DeadLetters.as_view()),
]
