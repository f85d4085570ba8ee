"""When the night begins: at two o'clock in each school's own time zone, once."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from grades.repository import nights
from luca.aws import queue
from luca.kernel import clock, context
from luca.telemetry import log, metric
from tenants import services as tenants
from tenants.domain import School

HOUR = 2
logger = log(__name__)


def nightly() -> list[str]:
    """Enqueue the consolidation of every school whose night has come; return their ids.

    Called every quarter of an hour, by any number of schedulers. A school that
    cannot be served stops no other.
    """
    begun = []
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
        return False
    with context.entered(school=school.id):
        queue.enqueue("grades.consolidate")
    nights.enqueued(school.id, date)
    logger.info("night_began", tenant_id=school.id, date=date)
    return True


def night_of(school: School) -> str:
    """The date of the last two o'clock that has passed there."""
    local = clock.now().astimezone(ZoneInfo(school.time_zone))
    return (local - timedelta(hours=HOUR)).date().isoformat()
