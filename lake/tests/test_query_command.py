"""`manage.py lake query`, as an operator types it."""

from __future__ import annotations

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from lake.tests.conftest import NOW
from lake.tests.filling import event, store, written
from luca.kernel.ids import SchoolId
from tenants import services as tenants
from tenants.domain import School

OPTIONS = ("--school", "north", "--since", "2026-05-01", "--until", "2026-05-31")


@pytest.fixture(autouse=True)
def _furnished(north: str, monkeypatch: pytest.MonkeyPatch) -> None:
    school = School(SchoolId(north), "Escuela Norte")
    monkeypatch.setattr(tenants, "schools", lambda: [school])
    store(
        written(
            [
                event("ana", "login", "2026-05-15T12:00:00.000Z", 3),
                event("ben", "page_view", "2026-05-16T12:00:00.000Z", 12),
            ],
            NOW,
        )
    )


def said(*arguments: str) -> str:
    out = StringIO()
    call_command("lake", "query", *arguments, stdout=out)
    return out.getvalue()


def test_an_answer_is_a_table_that_says_how_much_was_read_for_it() -> None:
    lines = said("events_by_month", *OPTIONS).splitlines()

    assert lines[:3] == [
        "month    type       events  quantity  students",
        "2026-05  login           1         3         1",
        "2026-05  page_view       1        12         1",
    ]
    assert lines[3].startswith("2 rows; 1 file read, ")


def test_programs_get_it_as_csv_or_json() -> None:
    assert said("events_by_month", *OPTIONS, "--param", "type=login", "--format", "csv") == (
        "month,type,events,quantity,students\n2026-05,login,1,3,1\n"
    )
    found = json.loads(said("daily_summary", *OPTIONS, "--format", "json"))
    assert found["items"][1] == {
        "day": "2026-05-16",
        "events": 1,
        "quantity": 12,
        "students": 1,
        "types": 1,
    }
    assert found["params"] == {"since": "2026-05-01", "until": "2026-05-31", "type": ""}
    assert found["as_of"] == "2026-11-21T18:00:00.000Z"


def test_a_dry_run_shows_the_statement_and_the_files() -> None:
    found = said("daily_summary", *OPTIONS, "--dry-run")

    assert "school_id = 'north' AND ((year = '2026' AND month IN ('05', '06')))" in found
    assert "events/year=2026/month=05/school_id=north/part-1.parquet" in found


def test_the_list_shows_every_question_with_what_it_takes() -> None:
    found = said("--list")

    assert "cohorts: Students by the month" in found
    assert (
        "  --param hours=  Longest session that counts, in hours"
        " (integer, 1 to 48, 12 unless given)" in found
    )


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("daily_summary",),
        ("daily_summary", "--school", "nowhere"),
        ("no_such_question", "--school", "north"),
        ("daily_summary", *OPTIONS, "--param", "login"),
        ("daily_summary", *OPTIONS, "--param", "type=LOGIN!"),
    ],
)
def test_what_cannot_be_asked_is_one_line_and_a_failure(arguments: tuple[str, ...]) -> None:
    with pytest.raises(CommandError):
        said(*arguments)
