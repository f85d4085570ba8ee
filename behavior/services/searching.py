"""Which of a student's events somebody asks for."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

from behavior.domain import Wanted
from luca.kernel import clock, days
from luca.kernel.errors import FieldError, Invalid
from tenants import services as tenants

if TYPE_CHECKING:
    from datetime import datetime, tzinfo

YEARS = range(1970, 9999)  # events are of these, and some minutes can be added to them
NEARLY_ONE = timedelta(microseconds=999)  # of the milliseconds in which events are told apart
_TYPE = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}", re.ASCII)


def wanted(kind: str = "", since: str = "", until: str = "") -> Wanted:
    """Read what somebody asks for; days are the school's, and the last one is included."""
    if kind and not _TYPE.fullmatch(kind):
        raise _fault("type", "1 to 64 lower-case letters, digits, _ or -.")
    if not (since or until):
        return Wanted(kind or None)
    zone = tenants.school_zone()
    start = _instant(since, "since", zone)
    end = _instant(until, "until", zone, ending=True)
    if start is not None and end is not None and start >= end:
        raise _fault("since", "It must be before `until`.")
    return Wanted(kind or None, _stamp(start), _stamp(end))


def _instant(text: str, field: str, zone: tzinfo, *, ending: bool = False) -> datetime | None:
    if not text:
        return None
    try:
        found = days.instant(text, zone, ending=ending)
    except ValueError:
        found = None
    if found is None or found.year not in YEARS:
        raise _fault(field, "A date, or a time with its zone: 2026-11-21, 2026-11-21T08:00:00Z.")
    return found


def _stamp(at: datetime | None) -> str | None:
    """The first millisecond that is not before an instant."""
    return None if at is None else clock.stamp(at + NEARLY_ONE)


def _fault(field: str, message: str) -> Invalid:
    return Invalid("The search is not valid.", errors=(FieldError(field, message),))
