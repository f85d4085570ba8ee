"""Loading OULAD folders into an embedded AWS: what arrives, and that repeating changes nothing."""

from __future__ import annotations

import json
import secrets
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.core.management import CommandError, call_command

from behavior import services as behavior
from grades import services as grades
from luca.aws import queue, storage
from luca.demo import mexico
from luca.demo.driver.table import Endpoint
from luca.demo.tests import oulad_files
from luca.kernel import clock, context
from luca.kernel.errors import NotFound
from luca.kernel.ids import PeriodId, StudentId, SubjectId
from luca.localaws.home import Home
from tenants import services as tenants

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

    from luca.localaws.embedded import Embedded

SHARED = Path(__file__).parents[3] / ".." / "shared" / "data" / "oulad"
needs_oulad = pytest.mark.skipif(
    not SHARED.is_dir(), reason="../shared/data/oulad is not beside this checkout"
)
NOW = datetime(2026, 11, 21, 18, 0, tzinfo=UTC)
AUTUMN, SPRING = PeriodId("2020J"), PeriodId("2021B")


@pytest.fixture
def module() -> str:
    """A module that no other test loads, and so a school of its own."""
    return f"X{secrets.token_hex(4).upper()}"


@pytest.fixture
def folder(tmp_path: Path, module: str) -> Path:
    rows = {
        name: [tuple(module if cell == "XYZ" else cell for cell in row) for row in table]
        for name, table in oulad_files.small().items()
    }
    return oulad_files.write(tmp_path / "data", rows)


@pytest.fixture
def at_six() -> Iterator[None]:
    with clock.stopped(NOW):
        yield


def load(folder: Path, tmp_path: Path, *options: str) -> dict[str, Any]:
    report = tmp_path / "report.json"
    call_command("load_oulad", folder, "--no-progress", "--report", report, *options)
    found: dict[str, Any] = json.loads(report.read_text())
    return found


@pytest.fixture
def consume(acting_as: Callable[[str], AbstractContextManager[None]]) -> Callable[[str], int]:
    """Store what waits in the queue, as the consumer does; return a school's number of events."""

    def until_empty(school: str) -> int:
        stored = 0
        with acting_as("consumer"):
            while received := queue.receive("behavior", wait=0):
                outcome = behavior.ingest(received)
                assert not outcome.refused
                assert not outcome.failed
                queue.delete("behavior", [message.receipt for message in outcome.done])
                stored += outcome.tallies[school].stored
        return stored

    return until_empty


@pytest.fixture
def everything(aws: Embedded) -> Callable[[str], list[str]]:
    """All items of a school as the emulator has them, in one order."""
    keys = Home(aws.home).keys
    endpoint = Endpoint(
        aws.endpoint, keys["bootstrap_key"], keys["bootstrap_secret"], "us-east-1", "luca-platform"
    )

    def items(school: str) -> list[str]:
        pages = endpoint.client().get_paginator("scan").paginate(TableName=endpoint.table)
        found = [item for page in pages for item in page["Items"]]
        mine = [one for one in found if one["PK"]["S"].startswith(f"TENANT#{school}#")]
        return sorted(json.dumps(one, sort_keys=True) for one in mine)

    return items


@pytest.mark.usefixtures("aws", "at_six")
def test_a_module_becomes_a_school(folder: Path, module: str, tmp_path: Path) -> None:
    report = load(folder, tmp_path)
    assert report["evaluations_stored"] == 5
    assert report["ungraded"] == 1
    with context.entered(school=module.lower()):
        assert mexico.CCT.fullmatch(tenants.school_profile().cct), "or nothing of it can be synced"
        period = tenants.period(AUTUMN)
        assert (period.starts, period.ends) == (date(2026, 8, 13), date(2026, 11, 21))
        courses = {(one.subject, one.period) for one in tenants.courses()}
        assert courses == {
            (module, AUTUMN),
            (f"{module}-exam", AUTUMN),
            (module, SPRING),
        }
        roster = tenants.roster(SubjectId(module), AUTUMN)
        assert [one.student for one in roster] == ["100", "101", "102"]
        assert tenants.student(StudentId("100")).family_name
        weights = {one.id: one.weight for one in grades.assessments_of(SubjectId(module), AUTUMN)}
        assert weights == {
            "1": 100,
            "2": Decimal("199.5"),
            "3": Decimal("0.5"),
            "4": 0,
        }


@pytest.mark.slow
@pytest.mark.usefixtures("aws", "at_six")
def test_grades_follow_from_what_was_loaded(folder: Path, module: str, tmp_path: Path) -> None:
    load(folder, tmp_path)
    with context.entered(school=module.lower()):
        grades.consolidate(AUTUMN, close=True)
        grades.consolidate(SPRING)
        found = {
            (student, course.subject, course.period): (
                None if grade is None else (grade.current, grade.final)
            )
            for period in (AUTUMN, SPRING)
            for student, course, grade in grades.grades_of_period(period)
        }
    coursework, exam = module, f"{module}-exam"
    # 80 x 100 and 0 x 199.5 of a weight of 299.5, of 300 if what is missing counts.
    assert found == {
        ("100", coursework, AUTUMN): (Decimal("26.7"), Decimal("26.7")),
        ("101", coursework, AUTUMN): (None, Decimal("0.0")),
        ("102", coursework, AUTUMN): (None, Decimal("0.0")),
        ("100", exam, AUTUMN): (Decimal("55.0"), Decimal("55.0")),
        ("101", exam, AUTUMN): (None, Decimal("0.0")),
        ("102", exam, AUTUMN): (None, Decimal("0.0")),
        ("100", coursework, SPRING): (None, None),
    }


@pytest.mark.slow
@pytest.mark.usefixtures("aws")
def test_repeating_changes_nothing_also_tomorrow_and_after_closing(
    folder: Path,
    module: str,
    tmp_path: Path,
    consume: Callable[[str], int],
    everything: Callable[[str], list[str]],
) -> None:
    school = module.lower()
    with clock.stopped(NOW):
        load(folder, tmp_path)
        assert consume(module.lower()) == 4
    with context.entered(school=school):
        grades.consolidate(AUTUMN, close=True)
        before = everything(school)
    with clock.stopped(NOW.replace(day=22)):
        report = load(folder, tmp_path)
        assert consume(module.lower()) == 0
    assert report["evaluations_stored"] == 0
    assert report["evaluations_unchanged"] == 5
    assert report["events_sent"] == 0
    assert report["events_there_already"] == [f"{module} 2020J", f"{module} 2021B"]
    assert everything(school) == before


@pytest.mark.usefixtures("aws", "at_six")
def test_an_interrupted_sending_is_sent_again_onto_itself(
    folder: Path,
    module: str,
    tmp_path: Path,
    consume: Callable[[str], int],
    everything: Callable[[str], list[str]],
) -> None:
    school = module.lower()
    load(folder, tmp_path)
    consume(module.lower())
    before = everything(school)
    with context.entered(school=school):
        name = "imports/oulad/2020J/clicks.json"
        note = json.loads(storage.read(name) or b"")
        storage.write(name, json.dumps({**note, "done": False}).encode())
    with clock.stopped(NOW.replace(hour=20)):
        assert load(folder, tmp_path)["events_sent"] == 3
        consume(module.lower())
    assert everything(school) == before


@pytest.mark.slow
@pytest.mark.usefixtures("aws", "at_six")
def test_new_rows_for_a_closed_period_are_reported_and_not_stored(
    folder: Path, module: str, tmp_path: Path
) -> None:
    load(folder, tmp_path)
    with context.entered(school=module.lower()):
        grades.consolidate(AUTUMN, close=True)
    with (folder / "studentInfo.csv").open("a") as file:
        file.write(f'"{module}","2020J","103","F","Wales","Pass"\n')
    with (folder / "studentAssessment.csv").open("a") as file:
        file.write('"3","100","1","0","50"\n"3","103","1","0","50"\n')
    report = load(folder, tmp_path, "--events")
    reasons = {(one["table"], one["reason"]): one["count"] for one in report["skipped"]}
    assert reasons["studentInfo.csv", "the period is closed"] == 1 + 1  # in the exam too
    assert reasons["studentAssessment.csv", "The period is closed."] >= 1
    assert report["evaluations_stored"] == 0


@pytest.mark.usefixtures("aws", "at_six")
def test_a_score_that_was_corrected_since_is_kept_and_reported(
    folder: Path, tmp_path: Path
) -> None:
    load(folder, tmp_path, "--events")
    scores = folder / "studentAssessment.csv"
    scores.write_text(
        scores.read_text().replace('"1","100","9","0","80"', '"1","100","9","0","81"')
    )
    report = load(folder, tmp_path, "--events")
    assert report["evaluations_unchanged"] == 4
    (refused,) = [one for one in report["skipped"] if one["examples"] == ["row 1"]]
    assert refused["count"] == 1


@pytest.mark.usefixtures("aws", "at_six")
def test_events_carry_the_clicks_and_identical_rows_are_two(
    folder: Path, module: str, tmp_path: Path, consume: Callable[[str], int]
) -> None:
    assert load(folder, tmp_path, "--events", "2020j")["events_sent"] == 3
    consume(module.lower())
    with context.entered(school=module.lower()):
        total = behavior.totals(StudentId("100"), datetime(2026, 1, 1, tzinfo=UTC), NOW)
        assert (total.events, total.quantity) == (2, 6)
        assert total.by_type == {"forumng": 6}


@pytest.mark.usefixtures("aws", "at_six")
def test_only_what_is_asked_for_is_loaded(folder: Path, module: str, tmp_path: Path) -> None:
    load(folder, tmp_path, "--presentations", "2021B", "--only", "people")
    with context.entered(school=module.lower()):
        assert [period.id for period in tenants.periods()] == [SPRING]
    report = load(folder, tmp_path, "--modules", module.lower(), "--only", "evaluations")
    assert report["evaluations_stored"] == 1


@pytest.mark.usefixtures("aws")
def test_a_dry_run_writes_nothing(folder: Path, module: str, tmp_path: Path) -> None:
    report = load(folder, tmp_path, "--dry-run")
    assert report["scores"] == 5
    assert report["events"][f"{module} 2020J"] == {"rows": 3, "clicks": 7}
    with context.entered(school=module.lower()), pytest.raises(NotFound):
        tenants.school_profile()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--modules", "QQQ"], "No presentation is left"),
        (["--events", "1999J"], "no presentation 1999J"),
    ],
)
def test_a_choice_that_matches_nothing_is_an_error(
    folder: Path, tmp_path: Path, options: list[str], message: str
) -> None:
    with pytest.raises(CommandError, match=message):
        load(folder, tmp_path, "--dry-run", *options)


@pytest.mark.slow
@needs_oulad
def test_the_public_part_of_the_data_set_is_read_completely(tmp_path: Path) -> None:
    report = load(SHARED, tmp_path, "--dry-run", "--events", "AAA-2013J")
    assert report["enrolments"] == 8657
    assert report["rows"]["studentAssessment"] == 46_181
    assert (report["scores"], report["ungraded"]) == (46_125, 56)
    assert report["events"] == {"AAA 2013J": {"rows": 180_982, "clicks": 648_494}}


@needs_oulad
def test_the_second_dialect_of_the_public_data_reads_like_the_first(tmp_path: Path) -> None:
    first = load(SHARED, tmp_path, "--dry-run", "--modules", "AAA", "--events")
    second = load(SHARED / "variant_empty_crlf", tmp_path, "--dry-run")
    assert second["enrolments"] == first["enrolments"] == 748
    assert second["students"] == first["students"]
    assert second["scores"] == 0
