"""An older run that begins again after a later one: what the later one froze is not sent by it.

It is looked at before the first call of the execution. While that is under way no other run of
the period begins.
"""

import time

from govsync import rules
from govsync.domain import UNDER_WAY, Line, Run, State
from govsync.repository import batches, current
from govsync.services import applying, history
from luca.kernel import clock
from luca.telemetry import log, metric

PART = 30.0  # seconds of one step of the machine
SENDABLE = UNDER_WAY | {State.DEAD}
logger = log(__name__)


def is_overtaken(run: Run) -> bool:
    """Whether another run of the period was started after this one."""
    return run.executions > 1 and bool(current.started_after(run))


def set_aside(run: Run) -> bool:
    """Take out of a run's open batches what later runs carry; whether more is to be looked at."""
    if not is_overtaken(run):
        return False
    _apply(run)
    later = set(history.later(run))
    until = time.monotonic() + PART
    for line in batches.book(run.id):
        if line.open and _set_aside(run, line, later) and time.monotonic() > until:
            return True
    return False


def _apply(run: Run) -> None:
    """Carry out the answers that are there, so that every record is where it is to be sent."""
    for line in batches.book(run.id):
        batch = batches.get(run.id, line.number) if line.open else None
        if batch is not None and batch.state not in SENDABLE | {State.CONFLICT}:
            applying.mark_synced(run, line.number)


def _set_aside(run: Run, line: Line, later: set[str]) -> bool:
    """Whether anything had to be written."""
    batch = batches.get(run.id, line.number)
    if batch is None or batch.applied or batch.state not in SENDABLE:
        return False
    before = batches.records(run.id, line.number)
    after = rules.overtaken(before, later, clock.now())
    changed = [new for old, new in zip(before, after, strict=True) if new is not old]
    if not changed and batch.history[-1].reason == rules.ASKING:
        return False
    fresh = rules.divided(batch, after, clock.now())
    if fresh is None:
        return False
    batches.settle(
        fresh, changed, batches.line_of(fresh, after, size=line.size), was_open=line.open
    )
    logger.info("records_overtaken", run=run.id, batch=batch.number, count=len(changed))
    metric("SyncRecordsOvertaken", len(changed))
    return True
