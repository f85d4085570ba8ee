"""The night turns results into grades: exactly, once, and nothing is left behind."""

from decimal import Decimal
from typing import Any

import pytest

from grades import rules, services
from grades.domain import (
    Assessment,
    Change,
    Publish,
    SyncState,
    Verdict,
)
from grades.repository import courses, evaluations
from grades.tests.cast import (
    ADA,
    AUTUMN,
    BLAS,
    CARLA,
    COURSE,
    DARIO,
    ESSAY,
    EXAM,
    MATHS,
    given,
    grade_of,
    scored,
    waiting,
)
from luca.kernel import context
from luca.kernel.errors import NotFound
from luca.kernel.ids import PeriodId
from tenants import services as tenants
from tenants.domain import PeriodState

pytestmark = pytest.mark.usefixtures("north")
WEIGHTS = {"weights": {"exam": 0.7, "homework": 0.3}, "min_passing": 60}


def test_the_night_makes_grades_by_the_rules_of_the_school() -> None:
    services.publish_rules(MATHS, WEIGHTS)
    services.save_assessments(
        MATHS, AUTUMN, [Assessment(EXAM, "exam"), Assessment(ESSAY, "homework")]
    )
    given(ADA, 90)
    services.consolidate()

    found = grade_of()
    assert (found.current, found.final) == (Decimal("90.0"), Decimal("63.0"))
    assert (found.score, found.published) == (Decimal("90.0"), Publish.CURRENT)
    assert (found.verdict, found.evaluations_count, found.version) == (Verdict.PASSED, 1, 1)
    assert found.sync_state is SyncState.NONE
    assert services.evaluation(ADA, COURSE, EXAM).consolidated
    assert waiting() == 0


def test_a_grade_is_explained_and_the_explanation_re_derives_it() -> None:
    given(ADA, "66.65")
    services.consolidate()
    (version,) = services.history(ADA, COURSE)
    again = rules.verify(version.trace)
    assert (again.hash, again.published) == (version.trace_hash, version.score)
    assert grade_of().trace_hash == version.trace_hash


def test_an_undefined_grade_is_not_zero() -> None:
    services.save_assessments(MATHS, AUTUMN, [Assessment(EXAM, weight=Decimal(0))])
    services.record(None, [scored(ADA, 100, type=None)])
    services.consolidate()
    found = grade_of()
    assert (found.score, found.current, found.final) == (None, None, None)
    assert found.verdict is Verdict.UNDEFINED


def test_a_zero_is_a_grade() -> None:
    given(ADA, 0)
    services.consolidate()
    assert grade_of().current == Decimal("0.0")


def test_numbers_keep_the_places_they_were_published_with() -> None:
    given(ADA, 53)
    services.consolidate()
    found, (version,) = grade_of(), services.history(ADA, COURSE)
    assert [str(found.score), str(found.current), str(found.final)] == ["53.0"] * 3
    assert str(version.score) == "53.0"


def test_a_second_night_with_nothing_new_writes_nothing() -> None:
    given(ADA, 90)
    first = services.consolidate()
    again = services.consolidate()
    assert (first.written, again.computed) == (3, 0)
    courses.mark(COURSE)
    forced = services.consolidate()
    assert (forced.written, forced.unchanged) == (0, 3)
    assert grade_of().version == 1


def test_a_correction_makes_a_new_version_and_keeps_the_old_one() -> None:
    given(ADA, 80)
    services.consolidate()
    services.correct(
        None, ADA, COURSE, EXAM, Change(Decimal(90)), reason="added wrongly", version=1
    )
    assert services.consolidate().written == 1
    assert [version.score for version in services.history(ADA, COURSE)] == [
        Decimal("80.0"),
        Decimal("90.0"),
    ]
    assert grade_of().version == 2


def test_new_rules_concern_everybody() -> None:
    given(ADA, 80)
    given(ADA, 40, ESSAY)
    services.consolidate()
    services.publish_rules(MATHS, {"weighting": "items", "places": 0, "min_passing": 61})
    report = services.consolidate()
    assert report.computed == 3
    assert (grade_of().score, grade_of().verdict) == (Decimal(60), Verdict.FAILED)


def test_a_new_assessment_concerns_also_those_who_have_no_result() -> None:
    given(ADA, 80)
    services.consolidate()
    found = grade_of(CARLA)
    assert (found.current, found.final, found.evaluations_count) == (None, Decimal("0.0"), 0)


def test_one_school_never_computes_another(south: str) -> None:
    given(ADA, 80)
    with context.entered(school=south):
        given(DARIO, 70)
    services.consolidate()
    with context.entered(school=south):
        assert services.grade(DARIO, MATHS, AUTUMN) is None
        assert services.consolidate().written == 4


def test_a_dry_run_computes_and_writes_nothing() -> None:
    given(ADA, 80)
    report = services.consolidate(dry_run=True)
    assert report.written == 3
    assert services.grade(ADA, MATHS, AUTUMN) is None
    assert not services.evaluation(ADA, COURSE, EXAM).consolidated
    assert services.consolidate(AUTUMN, close=True, dry_run=True).written == 3
    assert tenants.period(AUTUMN).state is PeriodState.OPEN


def test_only_the_named_period_is_computed() -> None:
    given(ADA, 80)
    with pytest.raises(NotFound):
        services.consolidate(PeriodId("1999-1"))
    other = tenants.period(AUTUMN)
    tenants.save_period(type(other)(PeriodId("2026-2"), "Spring", other.starts, other.ends))
    assert services.consolidate(PeriodId("2026-2")).computed == 0
    assert services.consolidate(AUTUMN).written == 3


def test_one_student_who_fails_stops_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    for student in (ADA, BLAS, CARLA):
        given(student, 80)
    real = evaluations.of_course

    def broken(student: str, course: Any) -> Any:
        if student == BLAS:
            raise RuntimeError("a broken row")
        return real(student, course)

    with monkeypatch.context() as patched:
        patched.setattr(evaluations, "of_course", broken)
        report = services.consolidate()
    assert (report.written, report.failed) == (2, 1)
    assert services.consolidate().written == 1
    assert grade_of(BLAS).score == Decimal("80.0")
    assert waiting() == 0
