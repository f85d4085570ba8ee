"""Days and hours as the clocks of a school count them: not always 24, not always from 0:00 on.

A day runs from its midnight to the next one. Where clocks are put forward at midnight it begins
at 1:00, because `datetime.combine` takes a midnight that is skipped for the instant of the change.
"""

import re
from datetime import UTC, date, datetime, time, timedelta, tzinfo

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def midnight(day: date, zone: tzinfo) -> datetime:
    """The first instant of a day, in UTC."""
    return datetime.combine(day, time(), zone).astimezone(UTC)


def days(last: date, count: int, zone: tzinfo) -> list[datetime]:
    """The first instants of the days up to `last`, and where the last one ends."""
    return [midnight(last + n * DAY, zone) for n in range(1 - count, 2)]


def hours(day: date, zone: tzinfo) -> list[datetime]:
    """Where the hours of a day begin, 23, 24 or 25 of them, and where the last one ends."""
    at, end = midnight(day, zone), midnight(day + DAY, zone)
    found = []
    while at < end:
        found.append(at)
        at += HOUR
    return [*found, end]


def instant(text: str, zone: tzinfo, *, ending: bool = False) -> datetime:
    """Read a day, or a time with its zone; ValueError for anything else.

    A day is its first instant, or with `ending` its end: who asks up to a day means all of it.
    """
    try:
        if _DATE.fullmatch(text):
            return midnight(date.fromisoformat(text) + ending * DAY, zone)
        found = datetime.fromisoformat(text)
        if found.tzinfo is not None:
            return found.astimezone(UTC)
    except OverflowError as error:
        raise ValueError(text) from error
    raise ValueError(text)
