"""Stopping a school's sync on purpose, and letting it go on from the ledger."""

from govsync import definition
from govsync.domain import PAUSED, Hold, HoldReason, Run, RunStatus
from govsync.repository import holds, runs
from govsync.services import advancing, holding
from govsync.services.beginning import renewed, wake
from luca.aws.store import ConditionFailed
from luca.kernel.ids import RunId
from luca.telemetry import log

TRIES = 10  # to end a run that a worker keeps moving; the hold stops it at its next call anyway
logger = log(__name__)


def pause(reason: str = HoldReason.OPERATOR, why: str = "") -> Hold:
    """Let nothing more of the school leave, and end what is under way; repeating it is safe.

    A call whose turn has come already may still be made. Its answer is written down.
    """
    found = holding.hold(HoldReason(reason), why)
    for run in runs.under_way():
        _end(run.id)
    return found


def resume(why: str = "") -> list[Run]:
    """Lift the hold and begin a new execution of each paused run; repeating it is safe.

    A run that noticed the hold only after it was lifted is paused without one: it
    is taken up here as well.
    """
    text = definition.current()
    paused = [run for run in _runs() if run.status is RunStatus.PAUSED][: holds.MOST_RESTARTS]
    if not paused and holding.held() is None:
        return []
    fresh = [renewed(run, text) for run in paused]
    seen = [(after, before.version) for before, after in zip(paused, fresh, strict=True)]
    holds.lift(seen, text, why)
    for run in fresh:
        wake(run.id, run.version)
    logger.info("sync_resumed", count=len(fresh))
    return fresh


def _runs() -> list[Run]:
    found = (runs.get(identity) for identity in runs.listed())
    return [run for run in found if run is not None]


def _end(identity: RunId) -> None:
    for _ in range(TRIES):
        run = runs.get(identity)
        if run is None or run.status is not RunStatus.RUNNING:
            return
        try:
            advancing.end(run, PAUSED, "The school's sync was paused.")
        except ConditionFailed:
            continue
        return
