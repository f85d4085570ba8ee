"""What a campaign's machine asks for on Celery: a task of a school, and word that its run is over.

Step Functions puts the task on the queue and waits for the execution; here the one is done at
once, in the school that the message names, and the other is a look at the run's books.
"""

import time
from collections.abc import Mapping
from typing import Any

from govsync.domain import Run, RunStatus
from govsync.engine import Call, TaskDone, TaskFailed, errors
from govsync.repository import runs
from govsync.rules import turns
from govsync.services import failures, opening
from govsync.services.actions import message, perform_named
from govsync.services.beginning import name_of, wake
from luca.kernel import context
from luca.kernel.errors import Unavailable
from luca.telemetry import log

logger = log(__name__)


def asked_for(call: Call, scale: float) -> TaskDone | TaskFailed:
    """Do a task, in its school if it is of one."""
    name, arguments = message(call.parameters)
    school = call.parameters["MessageBody"]["headers"]["school_id"]
    began = time.monotonic()
    with context.entered(school=school or None):
        event = perform_named(name, arguments, opening.ACTIONS)
    if call.timeout and time.monotonic() - began > turns.limit(call.timeout, scale):
        return TaskFailed(errors.TIMEOUT, "The task took longer than it may.")
    return event


def visited(call: Call) -> TaskDone | TaskFailed | None:
    """How the execution ended that a campaign waits for; None while it goes on."""
    given, name = call.parameters["Input"], call.parameters["Name"]
    with context.entered(school=given["school_id"]):
        try:
            return _seen(runs.get(given["call"]["run"]), name)
        except Unavailable:
            return None  # the next look will tell
        except Exception as error:
            # A school that cannot be looked at keeps no other waiting.
            logger.exception("campaign_visit_failed")
            return TaskFailed(failures.BROKEN, type(error).__name__)


def _seen(run: Run | None, name: str) -> TaskDone | TaskFailed | None:
    if run is None:
        return TaskFailed(failures.BROKEN, "The run is gone.")
    if name_of(run) != name:
        return TaskFailed(errors.TASK_FAILED, "Another execution of the run has begun.")
    if run.status is RunStatus.DONE:
        return TaskDone(_described(run, name))
    if run.status is not RunStatus.RUNNING:
        return TaskFailed(errors.TASK_FAILED, f"The run has ended with {run.execution.error}.")
    if run.version == 0:
        wake(run.id, run.version)
    return None


def _described(run: Run, name: str) -> Mapping[str, Any]:
    """What `startExecution.sync:2` answers, as far as a machine may read it here."""
    return {"Name": name, "Status": "SUCCEEDED", "Output": run.execution.data}
