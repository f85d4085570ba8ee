"""When the night begins: at two o'clock in each school's own time zone, once."""

from datetime import date as day
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from grades.domain import Night
from grades.repository import nights
from grades.services.access import check_admin
from luca.aws import queue
from luca.kernel import clock, context
from luca.kernel.errors import NotFound
from luca.telemetry import log, metric
from tenants import services as tenants
from tenants.domain import School

HOUR = 2
THERE_BY = 4  # o'clock in the school: its grades of the night
NIGHTS_KEPT = nights.KEPT.days
logger = log(__name__)


def nightly() -> list[str]:
    """Enqueue the consolidation of every school whose night has come; return their ids.

    Called every quarter of an hour, by any number of schedulers. A school that
    cannot be served stops no other.
    """
    begun = []
    metric("NightTicks")
    for school in tenants.schools():
        try:
            if _begin(school):
                begun.append(str(school.id))
        except Exception:
            logger.exception("night_failed", tenant_id=school.id)
            metric("NightsFailed")
    return begun


def _begin(school: School) -> bool:
    date = night_of(school)
    if not nights.claim(school.id, date):
        _watch(school, date)
        return False
    with context.entered(school=school.id):
        queue.enqueue("grades.consolidate", night=date)
    nights.enqueued(school.id, date)
    logger.info("night_began", tenant_id=school.id, date=date)
    return True


def _watch(school: School, date: str) -> None:
    """Say of a night that it has not ended, whoever was to end it: first at four o'clock there."""
    night = nights.get(school.id, date)
    if night is None or night.over:
        return
    due = datetime.combine(day.fromisoformat(date), time(THERE_BY), ZoneInfo(school.time_zone))
    if clock.now() >= due:
        metric("NightsMissing")
        logger.error("night_missing", tenant_id=school.id, date=date, state=night.state.value)
    if night.overdue(clock.now()):
        metric("NightsOverdue")
        logger.error("night_overdue", tenant_id=school.id, date=date, state=night.state.value)


def night_of(school: School) -> str:
    """The date of the last two o'clock that has passed there."""
    local = clock.now().astimezone(ZoneInfo(school.time_zone))
    return (local - timedelta(hours=HOUR)).date().isoformat()


def school_nights(number: int = NIGHTS_KEPT) -> list[Night]:
    """The nights of the context's school, the newest first, for its admins."""
    check_admin()
    return nights.last(context.school(), number)


def school_night(date: str) -> Night:
    """One night of the context's school."""
    check_admin()
    try:
        found = nights.get(context.school(), day.fromisoformat(date).isoformat())
    except ValueError:
        found = None
    if found is None:
        raise NotFound("There is no such night.", code="night_not_found")
    return found


def last_nights(school: School, number: int) -> list[Night]:
    """A school's nights, the newest first; they are kept for two weeks."""
    return nights.last(school.id, number)
