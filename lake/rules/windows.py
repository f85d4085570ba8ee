"""Which days a question is about, and in which folders their rows lie."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

from lake.domain import Partition, Reach, Window
from lake.rules.parameters import day, quoted, refuse
from luca.kernel import clock
from luca.kernel.errors import FieldError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from zoneinfo import ZoneInfo

    from lake.domain import Dataset

FIRST_YEAR = 2024  # nothing was written before there was a platform
MOST_DAYS = 3 * 366  # of one question
USUAL = 364  # days before the last one, if nobody says since when: 52 weeks and a day
# A folder is named by the time in an event's key, which may be minutes from the event's own.
MARGIN = timedelta(hours=1)


def window(given: Mapping[str, str], zone: ZoneInfo, now: datetime) -> Window:
    """The days that are asked about: a year up to today unless somebody says otherwise."""
    wrong: list[FieldError] = []
    until = _day(given, "until", now.astimezone(zone).date(), wrong)
    since = _day(given, "since", until - timedelta(days=USUAL), wrong)
    if not wrong and since > until:
        wrong.append(FieldError("since", "Must not be after the last day."))
    elif not wrong and until >= since + timedelta(days=MOST_DAYS):
        wrong.append(FieldError("since", f"Must be up to {MOST_DAYS} days before the last day."))
    refuse(wrong)
    start, end = (
        datetime.combine(one, time(), zone).astimezone(UTC)
        for one in (since, until + timedelta(days=1))
    )
    return Window(since, until, start, end, zone.key, now)


def folders(dataset: Dataset, reach: Reach, asked: Window, school: str) -> tuple[Partition, ...]:
    """The folders of a school in which rows of the window may lie, in order."""
    if reach is Reach.DURING and "month" in dataset.partitions:
        months = _months(asked.start - MARGIN, asked.end + MARGIN)
        return tuple(Partition(dataset.name, year, month, school) for year, month in months)
    first = FIRST_YEAR if reach is Reach.ALWAYS else (asked.start - MARGIN).year
    last = (asked.now + MARGIN).year
    years = range(min(first, last), last + 1)
    if "month" in dataset.partitions:
        months = [(str(year), f"{month:02}") for year in years for month in range(1, 13)]
        return tuple(Partition(dataset.name, year, month, school) for year, month in months)
    return tuple(Partition(dataset.name, str(year), "", school) for year in years)


def condition(found: Iterable[Partition]) -> str:
    """The folders as a condition on the columns that name them; Athena prunes by it."""
    years: dict[str, list[str]] = {}
    schools = set()
    for one in found:
        schools.add(one.school)
        years.setdefault(one.year, []).append(one.month)
    (school,) = schools  # a question is about one, or it is none
    parts = [_year(year, months) for year, months in years.items()]
    return f"school_id = {quoted(school)} AND ({' OR '.join(parts)})"


def common(asked: Window) -> dict[str, str]:
    """What every statement may name beside its own parameters, as literals."""
    return {
        "since": f"DATE {quoted(asked.since.isoformat())}",
        "until": f"DATE {quoted(asked.until.isoformat())}",
        "start": quoted(clock.stamp(asked.start)),
        "end": quoted(clock.stamp(asked.end)),
        "early": quoted(clock.stamp(asked.start - MARGIN)),
        "late": quoted(clock.stamp(asked.end + MARGIN)),
        "now": quoted(clock.stamp(asked.now)),
        "zone": quoted(asked.zone),
    }


def _year(year: str, months: list[str]) -> str:
    if months == [""]:
        return f"year = {quoted(year)}"
    return f"(year = {quoted(year)} AND month IN ({', '.join(map(quoted, months))}))"


def _day(given: Mapping[str, str], name: str, usual: date, wrong: list[FieldError]) -> date:
    try:
        found = day(given[name]) if given.get(name) else usual
    except ValueError:
        found = date.min
    if FIRST_YEAR - 1 <= found.year < date.max.year:
        return found
    wrong.append(FieldError(name, f"Must be a day from {FIRST_YEAR - 1} on, as 2026-11-21."))
    return usual


def _months(first: datetime, last: datetime) -> list[tuple[str, str]]:
    count = (last.year - first.year) * 12 + last.month - first.month + 1
    every = range(first.month - 1, first.month - 1 + count)
    return [(str(first.year + one // 12), f"{one % 12 + 1:02}") for one in every]
