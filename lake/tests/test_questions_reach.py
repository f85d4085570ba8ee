"""What a question can reach: its school's files, and nothing else, whoever made a mistake."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import duckdb
import pytest

from lake import services
from lake.repository import duck
from lake.tests.conftest import NOW
from lake.tests.filling import event, store, written
from luca.kernel import clock, context
from tenants import services as tenants

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path

    from lake.domain import Plan

MAY = {"since": "2026-05-01", "until": "2026-05-31"}
OF_OTHERS = 1000  # what the other school's event says


@pytest.fixture
def neighbour(school: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Two schools in one bucket, each with an event of the same student id in the same month."""
    monkeypatch.setattr(tenants, "school_zone", lambda: ZoneInfo("America/Mexico_City"))
    other = f"{school}-2"
    with clock.stopped(NOW):
        for name, quantity in ((school, 1), (other, OF_OTHERS)):
            with context.entered(school=name):
                store(written([event("ana", "login", "2026-05-15T12:00:00.000Z", quantity)], NOW))
        yield other


def in_place_of(plan: Plan, school: str, other: str) -> Plan:
    """The plan with the other school's files and folders, as a mistaken builder would make it."""
    draft = replace(plan.draft, sql=plan.draft.sql.replace(f"'{school}'", f"'{other}'"))
    files = {name.replace(f"={school}/", f"={other}/"): size for name, size in plan.files.items()}
    return replace(plan, draft=draft, files=files)


def test_each_school_is_answered_from_its_own_folder(
    school: str, neighbour: str, acting_as: Callable[[str], AbstractContextManager[None]]
) -> None:
    with acting_as("api"):  # which may enter a school, and has no rights of its own
        with context.entered(school=school):
            own = services.ask("daily_summary", MAY)
        with context.entered(school=neighbour):
            others = services.ask("daily_summary", MAY)

    assert own.rows == [("2026-05-15", 1, 1, 1, 1)]
    assert others.rows == [("2026-05-15", 1, OF_OTHERS, 1, 1)]
    assert own.scanned_files == others.scanned_files == 1


def test_a_builder_that_confused_the_schools_would_be_refused_by_the_session(
    school: str, neighbour: str
) -> None:
    with context.entered(school=school):
        confused = in_place_of(services.plan("daily_summary", MAY), school, neighbour)
        with pytest.raises(Exception, match="AccessDenied"):
            services.run(confused)

    with context.entered(school=neighbour):  # the files are there, and say what they say
        assert services.run(confused).rows[0][2] == OF_OTHERS


@pytest.mark.usefixtures("north")
@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM read_parquet('{file}')",
        "SELECT * FROM '{file}'",
        "SELECT * FROM glob('{folder}/**')",
        "SELECT * FROM read_text('/etc/hostname')",
        "COPY (SELECT 1) TO '{folder}/stolen'",
        "ATTACH '{folder}/kept.db'",
        "INSTALL httpfs",
        "SET enable_external_access = true",
        "SET allowed_directories = ['/']",
    ],
)
def test_a_statement_opens_nothing_but_the_files_of_its_plan(
    statement: str, tmp_path: Path
) -> None:
    with context.entered(school="north-east"):
        (name,) = store(written([event("ana", "login", "2026-05-15T12:00:00.000Z")], NOW))
    file = tmp_path / "lake" / name
    assert file.is_file()
    plan = services.plan("daily_summary", MAY)
    sql = statement.format(file=file, folder=file.parent)

    with pytest.raises(duckdb.Error):
        duck.run(replace(plan, draft=replace(plan.draft, sql=sql)))

    assert [one.name for one in file.parent.iterdir() if not one.name.startswith(".")] == [
        file.name
    ]


@pytest.mark.usefixtures("north")
def test_a_file_that_was_replaced_meanwhile_makes_the_plan_anew(tmp_path: Path) -> None:
    (name,) = store(written([event("ana", "login", "2026-05-15T12:00:00.000Z")], NOW))
    plan = services.plan("daily_summary", MAY)
    store(written([event("ana", "login", "2026-05-15T12:00:00.000Z", 7)], NOW), "another")
    (tmp_path / "lake" / name).unlink()

    found = services.run(plan)

    assert found.rows == [("2026-05-15", 1, 7, 1, 1)]
    assert found.scanned_files == 1
