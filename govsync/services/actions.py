"""The tasks that the machine's definition names, and the functions behind them.

The definition sends them as native Celery messages. Step Functions puts such a
message on the queue; the engine on Celery reads task and arguments out of the
same Parameters and calls the function at once.
"""

import base64
import binascii
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from govsync.domain import Run
from govsync.engine import Call, TaskDone, TaskFailed
from govsync.repository import runs
from govsync.services import applying, burying, failures, freezing, reconciling, sending
from govsync.services.failures import Failed
from luca.aws.store import ConditionFailed
from luca.kernel.errors import Unavailable
from luca.telemetry import log

logger = log(__name__)
Arguments = Mapping[str, Any]
Action = Callable[[Arguments], Any]
_known: ContextVar[Run | None] = ContextVar("run", default=None)


def _snapshot(given: Arguments) -> Any:
    return freezing.snapshot(_run(given))


def _query_pending(given: Arguments) -> Any:
    return sending.query_pending(_run(given))


def _send_batch(given: Arguments) -> Any:
    call = given.get("call", given)  # older texts of the machine sent the call alone
    return sending.send_patiently(_run(call), call["batch"], given)


def _mark_synced(given: Arguments) -> Any:
    applying.mark_synced(_run(given), given["batch"])


def _bury(given: Arguments) -> Any:
    burying.bury(_run(given["call"]), given["call"]["batch"], given["sent"])


def _bury_run(given: Arguments) -> Any:
    burying.bury_run(_run(given["call"]), given["error"])


def _read_back(given: Arguments) -> Any:
    return reconciling.read_back(_run(given), given["cursor"], given["page"], given.get("slot", ""))


def _reconcile(given: Arguments) -> Any:
    return reconciling.reconcile(_run(given), given["pages"])


ACTIONS: dict[str, Action] = {
    "govsync.bury": _bury,
    "govsync.bury_run": _bury_run,
    "govsync.mark_synced": _mark_synced,
    "govsync.query_pending": _query_pending,
    "govsync.read_back": _read_back,
    "govsync.reconcile": _reconcile,
    "govsync.send_batch": _send_batch,
    "govsync.snapshot": _snapshot,
}


@contextmanager
def knowing(run: Run) -> Iterator[None]:
    """For the caller who has just stored a run: its task need not read it once more."""
    token = _known.set(run)
    try:
        yield
    finally:
        _known.reset(token)


def perform(call: Call) -> TaskDone | TaskFailed:
    """Do what a Task state asks for; whatever goes wrong becomes a named failure."""
    try:
        name, arguments = message(call.parameters)
    except (KeyError, TypeError, ValueError, binascii.Error):
        return TaskFailed(failures.UNKNOWN_TASK, "The Parameters hold no message for a worker.")
    return perform_named(name, arguments)


def perform_named(
    name: str, arguments: Arguments, actions: Mapping[str, Action] = ACTIONS
) -> TaskDone | TaskFailed:
    """The same, for a message that came through the queue."""
    action = actions.get(name)
    if action is None:
        return TaskFailed(failures.UNKNOWN_TASK, f"There is no task {name!r}.")
    try:
        return TaskDone(action(arguments) or {})
    except Failed as problem:
        return TaskFailed(problem.name, problem.cause)
    except ConditionFailed:
        return TaskFailed(failures.CHANGED_MEANWHILE, f"{name} was overtaken.")
    except Unavailable:
        # Busy, or silent for a moment: what was begun is repeated, and nobody is given up for it.
        return TaskFailed(failures.STORE_BUSY, f"{name} met a busy store.")
    except Exception as error:
        logger.exception("sync_task_broken", task=name)
        return TaskFailed(failures.BROKEN, f"{name}: {type(error).__name__}")


def message(parameters: Any) -> tuple[str, Arguments]:
    """The task and its arguments, out of what Step Functions would send."""
    message = parameters["MessageBody"]
    positional, named, _ = json.loads(base64.b64decode(message["body"], validate=True))
    if positional or not isinstance(named, dict):
        raise ValueError("Arguments are named.")
    return message["headers"]["task"], named


def _run(given: Arguments) -> Run:
    known = _known.get()
    found = known if known and known.id == given["run"] else runs.get(given["run"])
    if found is None:
        raise Failed(failures.BROKEN, f"There is no run {given['run']}.")
    return found
