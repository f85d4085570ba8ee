"""A period of all schools: each school's run is begun in that school's own session."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from govsync.domain import RunStatus
from govsync.services import running
from govsync.services.running import Status
from luca.kernel import context
from luca.kernel.errors import LucaError, NotFound
from luca.kernel.ids import PeriodId, SchoolId
from luca.telemetry import log
from tenants import services as tenants

NOTHING = "nothing_to_send"
logger = log(__name__)


@dataclass(frozen=True, slots=True)
class Started:
    """What became of one school: its run, or the code of what was in the way."""

    school: SchoolId
    run: str = ""
    why_not: str = ""


def start_all(period: PeriodId) -> Iterator[Started]:
    """Begin a run in every school that has one to begin; the others are told, not failed.

    It may be repeated: a school whose run is under way is left alone, and so
    is one that has nothing to send since its last run.
    """
    return _in_each_school(lambda: str(running.start(period).id), period)


def preview_all(period: PeriodId) -> Iterator[Started]:
    """The same, and nothing is written: `run` is empty where one would begin."""
    return _in_each_school(lambda: str(running.preview(period) and ""), period)


def status_all(period: PeriodId | None = None) -> Iterator[tuple[SchoolId, Status | None]]:
    """The last run of each school, or None where there was none."""
    for school in tenants.schools():
        with context.entered(school=school.id):
            try:
                found = running.status(running.latest(period).id)
            except NotFound:
                found = None
        yield school.id, found


def _in_each_school(begin: Callable[[], str], period: PeriodId) -> Iterator[Started]:
    given = context.correlation_id()
    for school in tenants.schools():
        with context.entered(school=school.id, correlation_id=given):
            try:
                fresh = Started(school.id, why_not=NOTHING) if _is_done(period) else None
                fresh = fresh or Started(school.id, run=begin())
            except LucaError as problem:
                fresh = Started(school.id, why_not=problem.code)
            except Exception as error:
                # A school that cannot be served stops no other.
                logger.exception("campaign_school_failed")
                fresh = Started(school.id, why_not=type(error).__name__)
        yield fresh


def _is_done(period: PeriodId) -> bool:
    """Whether a finished run has left nothing that another one would send."""
    try:
        last = running.latest(period)
    except NotFound:
        return False
    return last.status is RunStatus.DONE and running.preview(period)["records"] == 0
