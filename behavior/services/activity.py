"""What a class does in a day, and a student in a month: counted anew from the stored events."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache, partial
from typing import TYPE_CHECKING

from behavior import repository, rules
from luca.kernel import clock, context, days
from luca.kernel.errors import FieldError, Invalid, TooLarge
from tenants import services as tenants

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime
    from zoneinfo import ZoneInfo

    from behavior.rules import Activity
    from luca.kernel.ids import GroupId, StudentId
    from tenants.domain import Student

DAYS = 30  # as long as an event is kept
MOST_MEMBERS = 500  # of a group that is looked at: one Query for each
MOST_EVENTS = 50_000  # of one student that one request counts
WIDTH = 16  # Queries at once, of all requests of a process
EARLIEST = 1971  # no event is older than the year before


@dataclass(frozen=True, slots=True)
class ClassDay:
    """What everybody in a group did on one day of the school's."""

    day: date
    zone: ZoneInfo
    as_of: datetime
    edges: list[datetime]  # of the day's hours
    members: list[tuple[Student, Activity]]
    hours: list[Activity]
    total: Activity


@dataclass(frozen=True, slots=True)
class StudentDays:
    """What a student did on each of the last days of the school's."""

    zone: ZoneInfo
    as_of: datetime
    days: list[tuple[date, Activity]]
    total: Activity


def class_day(group: GroupId, day: date | None = None, zone: ZoneInfo | None = None) -> ClassDay:
    """Count what the present members of a group did on a day, today if none is given.

    Days are those of the school's clocks, which are read unless the caller knows them (`zone`).
    It costs one consistent Query for each member, however many ask at once: nothing is kept
    beside the events that could be wrong.
    """
    members = tenants.visible_members(group, "activity")
    if len(members) > MOST_MEMBERS:
        raise TooLarge(
            f"The group has more than {MOST_MEMBERS} members: look at its students one by one.",
            code="too_many_members",
        )
    zone = zone or tenants.school_zone()
    now = clock.now()
    day = _past(day, now.astimezone(zone).date())
    edges = days.hours(day, zone)
    count = context.carried(partial(_counted, edges=edges))
    found = list(_threads().map(count, (one.id for one in members)))
    own = [rules.together(hours) for hours in found]
    return ClassDay(
        day=day,
        zone=zone,
        as_of=now,
        edges=edges,
        members=list(zip(members, own, strict=True)),
        hours=[rules.together(hour) for hour in zip(*found, strict=True)]
        or [rules.Activity() for _ in edges[1:]],
        total=rules.together(own),
    )


def student_days(
    student: StudentId, count: int = DAYS, zone: ZoneInfo | None = None
) -> StudentDays:
    """Count what a student did on each of the last days, today being the last.

    One Query, page after page; of each event no more is kept than that it was.
    """
    tenants.see_student(student)
    if not 1 <= count <= DAYS:
        fault = FieldError("days", f"A whole number from 1 to {DAYS}.")
        raise Invalid("The number of days is not valid.", errors=(fault,))
    zone = zone or tenants.school_zone()
    now = clock.now()
    today = now.astimezone(zone).date()
    parts = _counted(student, days.days(today, count, zone))
    total = rules.together(parts)
    if not total.events:
        tenants.student(student)  # nobody, or somebody who did nothing?
    tenants.note_look(student, "activity")
    dates = [today - n * days.DAY for n in reversed(range(count))]
    return StudentDays(zone, now, list(zip(dates, parts, strict=True)), total)


def _counted(student: StudentId, edges: Sequence[datetime]) -> list[Activity]:
    stretches = rules.Stretches(edges)
    for number, one in enumerate(repository.happened(student, edges[0], edges[-1])):
        if number == MOST_EVENTS:
            raise TooLarge(
                f"A student has more than {MOST_EVENTS} events in this time: ask for fewer days.",
                code="too_many_events",
            )
        stretches.count(one)
    return stretches.parts


def _past(day: date | None, today: date) -> date:
    if day is None:
        return today
    if day.year < EARLIEST or day > today:
        fault = FieldError("date", f"A day up to today, {today.isoformat()}.")
        raise Invalid("There is nothing to see of this day.", errors=(fault,))
    return day


@cache
def _threads() -> ThreadPoolExecutor:
    """One pool for the process: many who look at large classes share what the store can take."""
    return ThreadPoolExecutor(WIDTH, thread_name_prefix="activity")
