"""Counting what the first page shows: in a worker, at night and when somebody looks."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from behavior import services as behavior
from govsync import services as govsync
from grades import services as grades
from luca.aws import queue
from luca.kernel import clock
from luca.kernel.errors import Unavailable
from luca.office import board
from luca.telemetry import log
from tenants import services as tenants

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import date

    from luca.office.board import Board
    from tenants.domain import Period, School

TASK = "office.count"
DAYS = 30  # as long as an event is kept
AGAIN = 3  # days that are counted once more each time: events may come late
logger = log(__name__)


def ask_for_fresh(found: Board, *, charts: bool = True) -> None:
    """Let a worker count what is old by now; of many who look at once one asks."""
    charts = charts and found.charts_stale
    if (found.stale or charts) and board.ask(found, charts=charts):
        with suppress(Unavailable):  # the page shows what there is
            queue.enqueue(TASK, charts="yes" if charts else "")


def count_after_night(alive: Callable[[], None]) -> None:
    """Count everything, unless nobody has looked for weeks."""
    if board.read().watched:
        count(charts=True, alive=alive)


def count(*, charts: bool, alive: Callable[[], None] = lambda: None) -> None:
    """Count what needs somebody, and then, which takes longer, what the charts show."""
    began = clock.now()
    board.save_attention(attention(), began)
    if charts:
        _count_courses(alive)
        _count_days(alive)
        board.charted(began)
    logger.info("office_counted", work="charts" if charts else "attention")


def attention() -> Mapping[str, Any]:
    """What may need somebody, in counts and words of fixed lists."""
    school = tenants.school_profile()
    return {
        "zone": school.time_zone,
        "night": _night(school),
        "waiting": grades.waiting(),
        "refused": sum(behavior.refused_tallied().values()),
        "invitations": tenants.invitation_progress(),
        "people": {role.value: number for role, number in tenants.people_counted().items()},
        "troubles": [
            {
                "what": one.what.value,
                "period": one.period,
                "run": one.run,
                "count": one.count,
                "reason": one.reason,
            }
            for one in govsync.troubles()
        ],
    }


def _night(school: School) -> Mapping[str, Any] | None:
    last = next(iter(grades.last_nights(school, 1)), None)
    if last is None:
        return None
    return {
        "date": last.date,
        "state": last.state.value,
        "failed": last.failed,
        "left": last.left,
        "overdue": last.overdue(clock.now()),
    }


def present(periods: Iterable[Period], today: date) -> Period | None:
    """The period that the charts show: the open one that began last, or simply the last."""
    every = list(periods)
    begun = [one for one in every if one.starts <= today] or every
    return max(begun, key=lambda one: (one.is_open, one.starts, one.id), default=None)


def today_in(zone: str) -> date:
    return clock.now().astimezone(ZoneInfo(zone)).date()


def _today() -> date:
    return today_in(tenants.school_profile().time_zone)


def _count_courses(alive: Callable[[], None]) -> None:
    """Courses of open periods, and of the one that is shown if it is closed."""
    periods = tenants.periods()
    shown = present(periods, _today())
    wanted = {one.id for one in periods if one.is_open or one == shown}
    for course in tenants.courses():
        if course.period in wanted:
            began = clock.now()
            board.save_courses([grades.tally(course)], began)
            alive()


def _count_days(alive: Callable[[], None]) -> None:
    """The last days, or all that are kept if they were not counted yet."""
    now = _today()
    last = max(board.read().days, default=now - timedelta(days=DAYS))
    missing = (now - last).days + AGAIN
    tallies = behavior.days_tallied(now, min(missing, DAYS), lambda _done, _all: alive())
    board.save_days(tallies)
