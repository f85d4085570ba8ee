"""One call, under a lease that is renewed for as long as its worker lives."""

import time
from datetime import timedelta

from govsync.domain import Run
from govsync.engine import Call, Event, TaskFailed, errors
from govsync.rules import turns
from govsync.services.actions import knowing, perform
from govsync.services.leasing import kept
from luca.telemetry import log, metric

logger = log(__name__)


def performed(run: Run, call: Call, lease: timedelta) -> Event:
    """Do the task. What comes after its TimeoutSeconds is no result any more.

    Step Functions does not wait for it either. Whatever the task has done stays
    done; it is called again and finds it.
    """
    began = time.monotonic()
    with kept(run, lease), knowing(run):
        event = perform(call)
    spent = time.monotonic() - began
    metric("SyncTaskDuration", round(spent * 1000, 1), "Milliseconds")
    if call.timeout is None or spent <= turns.limit(call.timeout, run.time_scale):
        return event
    logger.warning("sync_task_late", run=run.id, duration_ms=round(spent * 1000, 1))
    return TaskFailed(errors.TIMEOUT, "The task took longer than it may.")
