"""Athena in DuckDB's place gives DuckDB's answers, from the files of the school that asks."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings

from lake import services
from lake.services import saving
from lake.tests.aws import Operator, deployed
from lake.tests.conftest import NOW
from lake.tests.filling import change, evaluation, event, grade, store, written
from luca.aws import athena
from luca.kernel import clock, context
from tenants import services as tenants

if TYPE_CHECKING:
    from collections.abc import Iterator

    from luca.localaws.embedded import Embedded

YEAR = {"since": "2026-01-01", "until": "2026-12-31"}
MAY = datetime(2026, 5, 10, tzinfo=UTC)


@pytest.fixture
def operator(aws: Embedded) -> Operator:
    """An operator of a lake that is empty: the emulator's Athena reads every file of the bucket."""
    made = Operator(aws)
    made.make_tables()
    made.empty("events/")
    made.empty("grades/")
    return made


@pytest.fixture
def filled(
    school: str,
    operator: Operator,  # noqa: ARG001 -- it must run first
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[str]:
    """A school and its neighbour in one bucket: the neighbour did ten times as much."""
    monkeypatch.setattr(tenants, "school_zone", lambda: ZoneInfo("America/Mexico_City"))
    with clock.stopped(NOW):
        for name, times in ((school, 1), (f"{school}-2", 10)):
            with context.entered(school=name):
                store(_year(times))
                store(_year(times), "told-twice")
        yield school


def _year(times: int) -> list[Any]:
    events = [
        event(
            student, kind, f"2026-0{month}-0{day}T14:{minute:02}:00.000Z", times, event_id=f"e{n}"
        )
        for n, (student, kind, month, day, minute) in enumerate(
            (student, kind, month, day, minute)
            for student in ("ana", "ben", "cleo")
            for kind, minute in (("session_started", 0), ("session_ended", 30), ("login", 40))
            for month in (3, 4, 5)
            for day in (1, 8)
            if student != "cleo" or month == 5
        )
    ]
    results = [
        evaluation("ana", "teresa", "2026-05-01T12:00:00.000Z", "2026-05-03T12:00:00.000Z"),
        evaluation("ben", "teresa", "2026-05-01T12:00:00.000Z", "2026-05-04T18:00:00.000Z"),
        grade("ana", "9.5"),
        grade("ben", "6.25"),
        grade("cleo", "8"),
    ]
    again = event("ana", "login", "2026-05-09T12:00:00.000Z", 7, event_id="twice")
    other = event("ana", "login", "2026-05-09T12:00:00.000Z", 8, event_id="twice")
    rows = written([*events, *results], MAY)
    # Told twice means the same sequence: the second file repeats the first one's rows.
    rows += [change(again, MAY), change(other, MAY, "MODIFY")]
    return [_numbered(row, number) for number, row in enumerate(rows)]


def _numbered(row: Any, number: int) -> Any:
    row.values["sequence"] = str(number).zfill(40)
    return row


@pytest.fixture
def on_athena(operator: Operator, monkeypatch: pytest.MonkeyPatch) -> Operator:
    """The emulator's Athena, which the guard lets no school's session reach: it reads all files."""
    names = deployed("athena")
    client = operator.client("athena")
    if names["workgroup"] not in {one["Name"] for one in client.list_work_groups()["WorkGroups"]}:
        client.create_work_group(Name=names["workgroup"])
    monkeypatch.setattr(settings, "LAKE_ENGINE", "athena")
    monkeypatch.setattr(athena, "_client", lambda: client)
    return operator


@pytest.mark.slow
def test_every_question_has_the_same_answer_on_both_engines(
    filled: str, on_athena: Operator, monkeypatch: pytest.MonkeyPatch
) -> None:
    on_aws = {one.name: services.ask(one.name, YEAR) for one in services.questions()}
    monkeypatch.setattr(settings, "LAKE_ENGINE", "duckdb")
    here = {one.name: services.ask(one.name, YEAR) for one in services.questions()}

    assert all(one.rows for one in here.values())
    for name, answer in on_aws.items():
        assert (name, answer.rows) == (name, here[name].rows)
        assert answer.columns == here[name].columns
        assert answer.scanned_files == here[name].scanned_files
    # Answers lie where the school's own session put them, and nobody else's do.
    assert on_athena.files(f"answers/school_id={filled}/")
    assert not on_athena.files(f"answers/school_id={filled}-2/")


@pytest.mark.slow
def test_a_saved_question_is_answered_about_the_school_that_somebody_puts_in(
    filled: str,
    on_athena: Operator,  # noqa: ARG001 -- it must answer
) -> None:
    place = athena.Place(settings.LAKE_WORKGROUP, settings.LAKE_DATABASE, settings.LAKE_BUCKET)
    for name, one in services.saved().items():
        sql = one["query"].replace("SCHOOL'", f"{filled}'")
        sql = sql.replace(saving.NOW, f"'{clock.stamp(NOW)}'")  # the emulator's SQL lacks it

        said = athena.ask(sql, place, seconds=60, most_rows=1000)

        expected = services.ask(name, {"since": "2024-01-01", "until": "2026-12-31"})
        assert said.columns == expected.columns
        assert len(said.rows) == len(expected.rows) > 0
