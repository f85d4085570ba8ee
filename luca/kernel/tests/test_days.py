from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from luca.kernel import days

ZONES = (
    *("America/Mexico_City", "America/Tijuana", "America/Bogota", "America/Sao_Paulo"),
    *("America/Santiago", "America/Asuncion", "America/Havana", "America/St_Johns"),
    *("Africa/Cairo", "Asia/Beirut", "Australia/Lord_Howe", "Pacific/Apia"),
)
zones = st.sampled_from(ZONES).map(ZoneInfo)
# Near a change of clocks as often as anywhere else.
CHANGES = [
    datetime(2026, 3, 8, 10, tzinfo=UTC),
    datetime(2026, 4, 5, 3, tzinfo=UTC),
    datetime(2026, 9, 6, 4, tzinfo=UTC),
    datetime(2026, 11, 1, 9, tzinfo=UTC),
]
anytime = st.datetimes(datetime(2012, 1, 1), datetime(2037, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 -- hypothesis adds the zone
nearby = st.tuples(st.sampled_from(CHANGES), st.integers(-172_800, 172_800)).map(
    lambda pair: pair[0] + timedelta(seconds=pair[1])
)


@given(anytime | nearby, zones)
def test_an_instant_lies_in_the_day_that_the_clocks_show(at: datetime, zone: ZoneInfo) -> None:
    shown = at.astimezone(zone).date()
    assert days.midnight(shown, zone) <= at < days.midnight(shown + days.DAY, zone)


@given(st.dates(date(2012, 1, 1), date(2037, 1, 1)), zones)
def test_the_hours_of_a_day_leave_no_gap(day: date, zone: ZoneInfo) -> None:
    edges = days.hours(day, zone)
    assert (edges[0], edges[-1]) == (days.midnight(day, zone), days.midnight(day + days.DAY, zone))
    assert all(timedelta() < after - before <= days.HOUR for before, after in pairwise(edges))


@pytest.mark.parametrize(
    ("zone", "day", "begins", "hours"),
    [
        ("America/Mexico_City", "2026-11-21", "2026-11-21T00:00:00-06:00", 24),
        ("America/Tijuana", "2026-03-08", "2026-03-08T00:00:00-08:00", 23),
        ("America/Tijuana", "2026-11-01", "2026-11-01T00:00:00-07:00", 25),
        ("America/Santiago", "2026-09-06", "2026-09-06T01:00:00-03:00", 23),  # no midnight at all
        ("America/Santiago", "2026-04-04", "2026-04-04T00:00:00-03:00", 25),  # 23:00 comes twice
        ("America/Havana", "2026-11-01", "2026-11-01T00:00:00-04:00", 25),  # midnight comes twice
        ("Pacific/Apia", "2011-12-30", "2011-12-31T00:00:00+14:00", 0),  # a day that never was
    ],
)
def test_days_are_as_long_as_clocks_make_them(zone: str, day: str, begins: str, hours: int) -> None:
    where, when = ZoneInfo(zone), date.fromisoformat(day)
    assert days.midnight(when, where).astimezone(where).isoformat() == begins
    assert len(days.hours(when, where)) - 1 == hours


def test_the_last_days_end_with_the_last_one() -> None:
    found = days.days(date(2026, 3, 1), 3, ZoneInfo("America/Mexico_City"))
    assert [at.isoformat() for at in found] == [
        *("2026-02-27T06:00:00+00:00", "2026-02-28T06:00:00+00:00"),
        *("2026-03-01T06:00:00+00:00", "2026-03-02T06:00:00+00:00"),
    ]


@pytest.mark.parametrize(
    ("text", "ending", "found"),
    [
        ("2026-11-21", False, "2026-11-21T06:00:00+00:00"),
        ("2026-11-21", True, "2026-11-22T06:00:00+00:00"),
        ("2026-11-21T08:00:00-06:00", True, "2026-11-21T14:00:00+00:00"),
        ("2026-11-21T08:00:00Z", False, "2026-11-21T08:00:00+00:00"),
    ],
)
def test_a_day_or_a_time_is_read(text: str, ending: bool, found: str) -> None:  # noqa: FBT001 -- from the table
    zone = ZoneInfo("America/Mexico_City")
    assert days.instant(text, zone, ending=ending).isoformat() == found


@pytest.mark.parametrize(
    "text",
    ["", "today", "2026-11-31", "2026-11-21T08:00:00", "20261121", "0001-01-01T00:00:00+14:00"],
)
def test_anything_else_is_not(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 -- the text is its message
        days.instant(text, ZoneInfo("America/Mexico_City"))


def test_the_last_day_of_all_has_no_end() -> None:
    with pytest.raises(ValueError, match="9999"):
        days.instant("9999-12-31", ZoneInfo("America/Mexico_City"), ending=True)
