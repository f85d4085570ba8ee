"""The quarter: on its first day every period that ended lately is synced, school by school.

It begins the same campaigns that an operator could, one for each period's id, whatever number
of schools have closed it. A campaign finds out itself which school has something to send, so a
quarter that comes twice sends nothing twice, and one that was lost may be repeated by hand.
"""

from datetime import timedelta

from govsync.services.campaigns import start_all
from govsync.services.schools import in_each
from luca.kernel import clock, context
from luca.kernel.errors import Conflict, Unavailable
from luca.kernel.ids import PeriodId, SchoolId
from luca.telemetry import log
from tenants import services as tenants
from tenants.domain import PeriodState

LATELY = timedelta(days=185)  # two quarters: who closes late is found by the next
logger = log(__name__)


def begin_quarter() -> list[PeriodId]:
    """Begin or wake the campaign of each period that ended lately and somebody has closed.

    A school that cannot be looked at keeps no other waiting. But nobody comes back for three
    months, so that is an error in the end: the message comes again, and then to the dead letters.
    """
    closed: set[PeriodId] = set()
    seen: set[SchoolId] = set()

    def look() -> int:
        ended = _ended()
        closed.update(ended)
        seen.add(context.school())
        return len(ended)

    in_each(look)
    begun = [period for period in sorted(closed) if _began(period)]
    if unseen := {school.id for school in tenants.schools()} - seen:
        raise Unavailable(f"Schools that could not be asked what they have closed: {len(unseen)}.")
    return begun


def _ended() -> list[PeriodId]:
    """The school's closed periods of late; the log names those that nobody has closed."""
    today = clock.now().date()
    ended = [one for one in tenants.periods() if today - LATELY <= one.ends < today]
    for one in ended:
        if one.state is not PeriodState.CLOSED:
            logger.warning("quarter_passed_over", period=one.id, state=one.state.value)
    return [one.id for one in ended if one.state is PeriodState.CLOSED]


def _began(period: PeriodId) -> bool:
    try:
        start_all(period)
    except Conflict:  # somebody else has begun it at this moment
        return False
    logger.info("quarter_began", period=period)
    return True
