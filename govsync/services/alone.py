"""One run of a period at a time: of two, each would take turns and read back for the other."""

from collections.abc import Iterator
from contextlib import contextmanager

from govsync.domain import Run, RunStatus
from govsync.repository import current, runs
from luca.aws.store import ConditionFailed
from luca.kernel.errors import Conflict
from luca.kernel.ids import PeriodId


def last(period: PeriodId, mine: str = "") -> Run | None:
    """The run that was under way last; Conflict while it is, unless it is the caller's own."""
    identity = current.get(period)
    found = runs.get(identity) if identity else None
    if found is None or found.id == mine:
        return found
    if found.status is RunStatus.RUNNING:
        raise Conflict(f"Run {found.id} of this period is under way.", code="run_under_way")
    if found.status is RunStatus.PAUSED:
        raise Conflict(f"Run {found.id} of this period is paused: resume it.", code="run_paused")
    return found


@contextmanager
def taking(period: PeriodId) -> Iterator[None]:
    """Say it in words when another run of the period was begun at the same moment."""
    try:
        yield
    except ConditionFailed as problem:
        if problem.failed == {current.TAKEN}:  # and not the run itself, by its twin
            message = f"Another run of period {period} has just begun."
            raise Conflict(message, code="run_under_way") from problem
        raise
