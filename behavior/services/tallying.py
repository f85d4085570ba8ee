"""How much happened in a school, day by day: counted from the stored events, at night."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from behavior import repository
from behavior.repository import refused
from luca.kernel import clock, context, days
from tenants import services as tenants

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date, datetime

    from luca.kernel.ids import StudentId

MOST_REFUSED = 10_000  # that are counted: more says nothing more
WIDTH = 8  # Queries at once: nobody waits, and teachers do


@dataclass(frozen=True, slots=True)
class DayTally:
    """What a whole school did on one of its days."""

    day: date
    events: int
    students: int  # who did anything


def days_tallied(
    last: date, count: int, tell: Callable[[int, int], None] = lambda _done, _all: None
) -> list[DayTally]:
    """Count the days up to `last`, one Query for each student of the school."""
    zone = tenants.school_zone()
    edges = days.days(last, count, zone)
    everybody = tenants.student_ids()
    events, students = [0] * count, [0] * count
    counted = context.carried(partial(_counted, edges=edges))
    with ThreadPoolExecutor(WIDTH, thread_name_prefix="tally") as pool:
        for done, found in enumerate(pool.map(counted, everybody), 1):
            tell(done, len(everybody))
            for place, number in enumerate(found):
                events[place] += number
                students[place] += number > 0
    return [
        DayTally(last - (count - 1 - place) * days.DAY, events[place], students[place])
        for place in range(count)
    ]


def refused_tallied() -> dict[str, int]:
    """How many events were refused for which reason, in the last two weeks."""
    return dict(Counter(refused.refused_codes(MOST_REFUSED)))


def _counted(student: StudentId, edges: Sequence[datetime]) -> list[int]:
    found = [0] * (len(edges) - 1)
    stamps = [clock.stamp(edge) for edge in edges]
    for one in repository.happened(student, edges[0], edges[-1]):
        found[bisect_right(stamps, one.time) - 1] += 1
    return found
