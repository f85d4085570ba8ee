"""A legal hold: as long as it lasts nothing that a school wrote leaves its part of the lake."""

from __future__ import annotations

import re

from lake.domain import Hold
from lake.repository import holds
from luca.kernel import clock, context
from luca.kernel.errors import Conflict, FieldError, Invalid, NotFound

CASE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]{0,63}")  # a number of a file, no sentence: no names


def held() -> Hold | None:
    """The hold of the context's school, if there is one."""
    return holds.get()


def hold(case: str) -> Hold:
    """Keep all that is there until `release`, and all that comes; `case` is what ordered it.

    Orders to erase somebody are still taken, and wait. What is in the table is not touched by it.
    """
    if not CASE.fullmatch(case):
        wrong = FieldError("case", "Must be 1 to 64 letters, digits or . _ / -, without spaces.")
        raise Invalid("A hold is ordered under a number.", errors=(wrong,))
    fresh = Hold(clock.now(), case, context.actor() or "")
    if not holds.add(fresh):
        there = holds.get()
        since = clock.stamp(there.since) if there else "just now"
        raise Conflict(f"The school's lake is held already, since {since}.", code="lake_held")
    return fresh


def release() -> Hold:
    """Lift the hold: the next compaction carries out what has waited."""
    there = holds.get()
    if there is None or not holds.lift(there):
        raise NotFound("Nothing holds the school's lake.", code="lake_not_held")
    return there
