"""Grades as they were on any day, from the lake alone."""

from __future__ import annotations

import csv
from datetime import datetime, timedelta
from decimal import Decimal
from importlib import import_module
from io import StringIO
from typing import TYPE_CHECKING, Any

import pytest
from django.core.management import CommandError, call_command

from grades import services
from grades.domain import Assessment, Change, CurveWish
from grades.tests.cast import ADA, AUTUMN, BLAS, CARLA, COURSE, ESSAY, EXAM, MATHS, given
from lake.services.rebuilding import Standing, rebuild
from luca.aws import lake, store
from luca.aws.store import raw
from luca.aws.table import TenantItem
from luca.kernel import clock, context
from luca.kernel.errors import NotFound
from luca.kernel.ids import GroupId, PersonId, StudentId
from tenants.services import images

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from lake.services.rebuilding import Report
    from lake.tests.watching import Watch

GRADES: Any = import_module("grades.repository.grades")
Served = dict[str, tuple[Any, ...]]


def served() -> Served:
    """What a family is told at this moment, of everybody."""
    found: Served = {}
    for student in (ADA, BLAS, CARLA):
        for one in services.profile(student, AUTUMN).courses:
            grade = one.official
            found[student] = (
                grade and (grade.version, grade.score, grade.trace_hash, grade.verdict),
                one.provisional.hash,
            )
    return found


def told(report: Report) -> Served:
    return {
        one.student: (
            one.official
            and (
                one.official.version,
                one.official.score,
                one.official.trace_hash,
                one.official.verdict,
            ),
            one.provisional and one.provisional.hash,
        )
        for one in report.judged
        if one.official or one.evaluations
    }


def correct(score: int) -> None:
    change = Change(Decimal(score))
    services.correct(None, ADA, COURSE, EXAM, change, reason="Mal sumado", version=1)


def correct_as_head() -> None:
    head = frozenset({"school_admin"})
    with context.entered(school=context.school(), actor="head", groups=head):
        change = Change(Decimal(95))
        reason = "Se perdió una hoja"
        services.correct(PersonId("head"), ADA, COURSE, EXAM, change, reason=reason, version=2)


def asked() -> Assessment:
    return next(one for one in services.assessments_of(MATHS, AUTUMN) if one.id == EXAM)


def by_hand(kind: str, **changed: Any) -> None:
    """Change what the table holds of Ada past all rules."""
    found = raw.images(images.place_of_student(ADA))
    (item,) = (one for one in found if one["kind"]["S"] == kind)
    store.batch_put_raw(TenantItem, [{**item, **changed}])


def the_autumn() -> list[tuple[str, Callable[[], Any]]]:
    """What happens in a term, step by step; each step is a night later."""
    soon = clock.now() + timedelta(days=30)
    half = {"weights": {"exam": 0.7, "essay": 0.3}, "min_passing": 60}
    return [
        ("two results", lambda: (given(ADA, 80), given(BLAS, 55))),
        ("the night", services.consolidate),
        ("a correction", lambda: correct(90)),
        ("the night after it", services.consolidate),
        (
            "an essay that is due later",
            lambda: services.add_assessment(
                COURSE, Assessment(ESSAY, "essay", max=Decimal(10), due=soon)
            ),
        ),
        ("another result, and no night", lambda: given(CARLA, 40)),
        ("rules with weights", lambda: services.publish_rules(MATHS, half)),
        ("a night by the new rules", services.consolidate),
        (
            "a curve",
            lambda: services.apply_curve(
                COURSE, EXAM, CurveWish("flat", Decimal(5)), reason="Difícil", version=1
            ),
        ),
        (
            "an excuse",
            lambda: services.excuse(None, BLAS, COURSE, ESSAY, reason="Enfermo", version=0),
        ),
        ("the night of both", services.consolidate),
        (
            "the curve undone",
            lambda: services.undo_curve(COURSE, EXAM, reason="Error", version=asked().version),
        ),
        (
            "a voided result",
            lambda: services.void(None, CARLA, COURSE, EXAM, reason="Copió", version=1),
        ),
        (
            "an exam of one group only",
            lambda: services.change_assessment(COURSE, ESSAY, {"group": GroupId("1a")}, version=1),
        ),
        ("the last night", services.consolidate),
        ("the end of the period", lambda: services.consolidate(AUTUMN, close=True)),
        ("a correction after it", correct_as_head),
        ("the night of that", services.consolidate),
    ]


@pytest.mark.slow
def test_of_every_day_of_a_term_the_lake_gives_what_was_served_on_it(heard: Watch) -> None:
    days: list[tuple[str, datetime, Served]] = []
    for name, act in the_autumn():
        act()
        days.append((name, heard.take(), served()))

    for name, at, then in days:
        report = rebuild(at)
        assert report.differences == [], name
        assert told(report) == then, name

    report = rebuild(wait=0)  # of now, with the table

    assert report.differences == []
    assert report.items > 20
    assert {one.standing for one in report.judged} == {Standing.SAME}


def test_what_a_consolidation_was_overtaken_by_is_not_held_against_it(
    heard: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    given(ADA, 80)
    given(BLAS, 70, ESSAY)
    commit, late = GRADES.commit, iter([(ADA, 40, ESSAY), (BLAS, 30, EXAM)])

    def overtaken(*args: Any) -> None:
        for student, score, assessment in late:
            given(student, score, assessment)
        commit(*args)

    monkeypatch.setattr(GRADES, "commit", overtaken)
    services.consolidate()
    heard.take()

    report = rebuild(wait=0)

    assert report.differences == []
    assert {one.student: one.standing for one in report.judged}[ADA] is Standing.BEHIND


def test_what_somebody_did_to_the_table_by_hand_is_found(heard: Watch) -> None:
    given(ADA, 80)
    given(BLAS, 70)
    services.consolidate()
    by_hand("grade", consolidated_score={"N": "100"})
    heard.take()

    found = rebuild(wait=0).differences

    assert [(one.what, one.where) for one in found] == [("grade", "ada/maths/2026-1")]
    assert found[0].why == "score 100.0, rebuilt 80.0"


def test_a_file_of_the_lake_that_is_lost_is_missed(heard: Watch) -> None:
    heard.take()
    given(ADA, 80)
    services.consolidate()
    heard.take()
    assert rebuild(wait=0).differences == []

    given(ADA, 60, ESSAY)
    before = {*lake.files(*lake.folders("grades"))}
    heard.take()
    (lost,) = {*lake.files(*lake.folders("grades"))} - before
    services.consolidate()
    heard.take()
    lake.delete([lost])

    found = {(one.what, one.where.rpartition("/")[0]) for one in rebuild(wait=0).differences}

    assert ("grade", "ada/maths") in found
    assert {"grade", "assessment"} <= {what for what, _ in found}


def test_a_lake_without_the_school_is_no_healthy_one(heard: Watch) -> None:
    assert heard.school
    with pytest.raises(NotFound):
        rebuild(wait=0)


def test_a_misspelled_student_is_no_healthy_one(heard: Watch) -> None:
    given(ADA, 80)
    services.consolidate()
    heard.take()
    with clock.stopped(heard.now), pytest.raises(NotFound, match="this student"):
        rebuild(student=StudentId("adda"), wait=0)


def test_a_place_where_no_table_can_be_written_is_refused_before_the_work(heard: Watch) -> None:
    asked = ["lake", "rebuild", "--school", heard.school, "--csv", "/nowhere/grades.csv"]
    with pytest.raises(CommandError, match="cannot be written"):
        call_command(*asked)


def test_an_operator_reads_the_grades_of_a_day_and_what_differs(
    heard: Watch, tmp_path: Path
) -> None:
    given(ADA, 80)
    services.consolidate()
    day = heard.take()
    by_hand("grade", consolidated_score={"N": "100"})
    heard.take()
    table, said = tmp_path / "grades.csv", StringIO()
    asked = ["lake", "rebuild", "--school", heard.school, "--as-of", clock.stamp(day)]

    with clock.stopped(heard.now):
        call_command(*asked, "--csv", str(table), stdout=said)
        with pytest.raises(CommandError, match="1 differences"):
            call_command(*asked[:4], "--wait", "0", "--student", ADA, "--json", stdout=StringIO())

    assert "No differences." in said.getvalue()
    rows = {row["student"]: row for row in csv.DictReader(table.read_text().splitlines())}
    assert (rows[ADA]["score"], rows[ADA]["rebuilt"], rows[ADA]["standing"]) == (
        "80.0",
        "80.0",
        "same",
    )


@pytest.mark.parametrize("day", ["2099-01-01", "yesterday", "2026-11-21T08:00:00"])
def test_a_day_that_nobody_knows_is_refused(heard: Watch, day: str) -> None:
    with pytest.raises(CommandError):
        call_command("lake", "rebuild", "--school", heard.school, "--as-of", day)
