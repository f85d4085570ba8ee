"""What is known of a student's behaviour, read from the stored events."""

from __future__ import annotations

from typing import TYPE_CHECKING

from behavior import repository, rules
from behavior.domain import Event, Totals, Wanted
from luca.kernel.errors import Malformed
from tenants import services as tenants

if TYPE_CHECKING:
    from datetime import datetime

    from luca.kernel.ids import StudentId

PAGE = 50
EVERYTHING = Wanted()


def events_of(
    student: StudentId,
    cursor: str | None = None,
    limit: int = PAGE,
    wanted: Wanted = EVERYTHING,
) -> tuple[list[Event], str | None]:
    """Return a page of a student's events, newest first, and the next page's cursor.

    A page may be short, even empty, although more follow: a request looks at so many events and
    no more. The cursor is a place within the student's own events, so a forged one
    leads nowhere else; signing it is the business of HTTP.
    """
    tenants.see_student(student)
    if cursor is not None and not repository.is_place(cursor):
        raise Malformed("The cursor is not one of ours.")
    found, rest = repository.newest(student, min(limit, PAGE), cursor, wanted)
    if not found and cursor is None:
        tenants.student(student)  # nobody, or somebody of whom there are no events yet?
    tenants.note_look(student, "events")
    return found, rest


def totals(student: StudentId, since: datetime, until: datetime) -> Totals:
    """Count what happened from `since` up to and without `until`.

    The events themselves are counted each time: a counter would drift with
    every redelivery. It asks nobody's leave: callers have authorised already.
    """
    found = rules.Activity()
    for event in repository.happened(student, since, until):
        found.count(event)
    quantities = {name: count.quantity for name, count in found.types.items()}
    return Totals(events=found.events, quantity=found.quantity, by_type=quantities)
