"""Which days are asked about, and in which folders they lie."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as some

from lake.definition import datasets
from lake.domain import Reach
from lake.rules import statements, windows
from lake.rules.statements import Unreadable

MEXICO = ZoneInfo("America/Mexico_City")
NOON = datetime(2026, 11, 21, 18, tzinfo=UTC)
EVENTS, GRADES = datasets()["events"], datasets()["grades"]


def months(since: str, until: str, zone: ZoneInfo = MEXICO) -> list[str]:
    asked = windows.window({"since": since, "until": until}, zone, NOON)
    found = windows.folders(EVENTS, Reach.DURING, asked, "north")
    return [f"{one.year}-{one.month}" for one in found]


def test_a_year_up_to_today_is_asked_about_unless_somebody_says_otherwise() -> None:
    late = datetime(2026, 11, 22, 5, 59, tzinfo=UTC)  # the 21st, where the school is

    found = windows.window({}, MEXICO, late)

    assert (found.since, found.until) == (date(2025, 11, 22), date(2026, 11, 21))
    assert found.end == datetime(2026, 11, 22, 6, tzinfo=UTC)


def test_a_day_is_as_long_as_it_is_at_the_school() -> None:
    """Clocks go back in Madrid on the 25th of October: that day has 25 hours."""
    day = {"since": "2026-10-25", "until": "2026-10-25"}

    found = windows.window(day, ZoneInfo("Europe/Madrid"), NOON)

    assert (found.end - found.start).total_seconds() == 25 * 3600


@pytest.mark.parametrize(
    ("since", "until", "wanted"),
    [
        ("2026-05-10", "2026-05-20", ["2026-05"]),
        ("2026-05-01", "2026-05-01", ["2026-05"]),  # its midnight is 06:00 UTC
        ("2026-04-30", "2026-04-30", ["2026-04", "2026-05"]),  # its evening is in May, in UTC
        ("2025-12-31", "2026-01-01", ["2025-12", "2026-01"]),
    ],
)
def test_folders_are_those_of_the_months_in_utc(since: str, until: str, wanted: list[str]) -> None:
    assert months(since, until) == wanted


@given(some.dates(date(2024, 1, 1), date(2028, 1, 1)), some.integers(0, 900))
def test_no_instant_of_the_range_is_in_another_folder(first: date, length: int) -> None:
    last = date.fromordinal(first.toordinal() + length)
    asked = windows.window({"since": str(first), "until": str(last)}, MEXICO, NOON)
    found = months(str(first), str(last))

    assert {f"{asked.start:%Y-%m}", f"{asked.end:%Y-%m}"} <= set(found)
    assert found == sorted(set(found))
    years = asked.end.year - asked.start.year
    assert len(found) - (years * 12 + asked.end.month - asked.start.month + 1) in {0, 1}


def test_what_a_grade_depends_on_may_have_been_written_long_ago() -> None:
    asked = windows.window({"since": "2026-05-01"}, MEXICO, NOON)

    always = windows.folders(GRADES, Reach.ALWAYS, asked, "north")
    since = windows.folders(GRADES, Reach.SINCE, asked, "north")

    assert [one.year for one in always] == ["2024", "2025", "2026"]
    assert [one.folder for one in since] == ["grades/year=2026/school_id=north/"]
    assert windows.condition(always) == (
        "school_id = 'north' AND (year = '2024' OR year = '2025' OR year = '2026')"
    )


def test_texts_and_comments_are_no_parameters() -> None:
    sql = "SELECT ':zone', a -- :zone\nFROM t WHERE b = :zone AND c = 'it''s :zone'"

    assert statements.filled(sql, {"zone": "'UTC'"}) == (
        "SELECT ':zone', a -- :zone\nFROM t WHERE b = 'UTC' AND c = 'it''s :zone'"
    )
    with pytest.raises(KeyError):
        statements.filled("SELECT :nobody", {})


@pytest.mark.parametrize(
    "text",
    [
        "",
        "-- title: Only English\n-- about: A | B\nSELECT 1",
        "-- title: A | B\nSELECT 1",
        "-- title: A | B\n-- about: A | B\n-- param: type: A | B\nSELECT 1",
        "-- title: A | B\n-- about: A | B\n-- column: type: A | B\nSELECT 1",
    ],
)
def test_a_file_that_is_no_question_is_known_as_such(text: str) -> None:
    with pytest.raises(Unreadable):
        statements.question("broken", text)
