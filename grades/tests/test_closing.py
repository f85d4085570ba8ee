"""A period ends: everybody has a grade, and it is handed over to the government sync."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from grades import keys, services
from grades.domain import (
    Assessment,
    Done,
    Publish,
    SyncState,
    Verdict,
)
from grades.models import EvaluationItem
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
from luca.aws import store
from luca.kernel import clock
from luca.kernel.errors import Conflict, Invalid
from luca.kernel.ids import PeriodId
from tenants import services as tenants
from tenants.domain import Enrolment, Period, PeriodState, Student

pytestmark = pytest.mark.usefixtures("north")


def test_closing_grades_everybody_by_final_and_makes_candidates() -> None:
    given(ADA, 90)
    given(BLAS, 70, ESSAY)
    tenants.add_students([Student(DARIO, "Darío")])
    tenants.enrol(MATHS, AUTUMN, [Enrolment(DARIO, tenants.roster(MATHS, AUTUMN)[0].group)])
    report = services.consolidate(AUTUMN, close=True)

    assert (report.closed, report.written, report.failed) == (True, 4, 0)
    assert tenants.period(AUTUMN).state is PeriodState.CLOSED
    assert {student: grade_of(student).score for student in (ADA, BLAS, CARLA, DARIO)} == {
        ADA: Decimal("45.0"),
        BLAS: Decimal("35.0"),
        CARLA: Decimal("0.0"),
        DARIO: Decimal("0.0"),
    }
    assert grade_of().published is Publish.FINAL
    candidates = {grade.student for grade in services.sync_candidates(AUTUMN)}
    assert candidates == {ADA, BLAS, CARLA, DARIO}
    assert services.record(None, [scored(BLAS)])[0].done is Done.REFUSED


def test_closing_again_does_nothing_new() -> None:
    given(ADA, 90)
    services.consolidate(AUTUMN, close=True)
    again = services.consolidate(AUTUMN, close=True)
    assert (again.closed, again.computed) == (True, 0)
    assert grade_of().version == 1


def test_grades_that_said_final_already_still_become_candidates() -> None:
    services.publish_rules(MATHS, {"publish": "final"})
    given(ADA, 90)
    services.consolidate()
    assert list(services.sync_candidates(AUTUMN)) == []
    report = services.consolidate(AUTUMN, close=True)
    assert (report.written, report.unchanged) == (0, 3)
    assert {grade.version for grade in services.sync_candidates(AUTUMN)} == {1}
    assert len(list(services.sync_candidates(AUTUMN))) == 3


def test_a_close_that_fails_for_one_does_not_close(monkeypatch: pytest.MonkeyPatch) -> None:
    given(ADA, 90)

    def broken(*_: Any) -> Any:
        raise RuntimeError("a broken row")

    with monkeypatch.context() as patched:
        patched.setattr(evaluations, "of_course", broken)
        report = services.consolidate(AUTUMN, close=True)
    assert (report.closed, tenants.period(AUTUMN).state) == (False, PeriodState.CLOSING)
    assert services.consolidate(AUTUMN, close=True).closed
    assert len(list(services.sync_candidates(AUTUMN))) == 3


def test_the_next_night_ends_what_a_killed_run_had_begun_to_close() -> None:
    given(ADA, 90)
    tenants.begin_closing(AUTUMN)
    assert services.consolidate().closed
    assert tenants.period(AUTUMN).state is PeriodState.CLOSED
    assert grade_of(CARLA).score == Decimal("0.0")


def test_a_result_that_slipped_in_while_closing_is_graded() -> None:
    """Its writer had seen the period open and was slow."""
    given(ADA, 90)
    services.consolidate(AUTUMN, close=True)
    late = services.evaluation(ADA, COURSE, EXAM)
    evaluations.add(
        type(late)(
            **{
                name: getattr(late, name)
                for name in late.__slots__
                if name not in {"student", "version", "consolidated"}
            },
            student=BLAS,
        )
    )
    services.consolidate()
    assert (grade_of(BLAS).score, grade_of(BLAS).published) == (Decimal("90.0"), Publish.FINAL)
    assert grade_of(BLAS).version == 2
    assert grade_of(BLAS).sync_state is SyncState.PENDING


def test_rules_of_after_the_close_do_not_touch_closed_grades() -> None:
    services.publish_rules(MATHS, {"min_passing": 60})
    given(ADA, 90)
    services.consolidate(AUTUMN, close=True)
    services.publish_rules(MATHS, {"places": 0, "min_passing": 95})
    courses.mark(COURSE)
    report = services.consolidate()
    assert (report.written, report.unchanged) == (0, 3)
    assert grade_of().verdict is Verdict.PASSED


def test_a_close_that_was_interrupted_goes_on_by_the_rules_it_began_with(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A class is not graded half by one version of the rules and half by the next."""
    services.publish_rules(MATHS, {"min_passing": 60})
    given(ADA, 90)

    def broken(*_: Any) -> Any:
        raise RuntimeError

    with monkeypatch.context() as patched:
        patched.setattr(evaluations, "of_course", broken)
        services.consolidate(AUTUMN, close=True)
    services.publish_rules(MATHS, {"min_passing": 95})
    assert services.consolidate(AUTUMN, close=True).closed
    assert (grade_of().rules_version, grade_of().verdict) == (1, Verdict.PASSED)


def test_closing_needs_a_period() -> None:
    with pytest.raises(Invalid):
        services.consolidate(close=True)


def test_two_closes_at_once_both_succeed(monkeypatch: pytest.MonkeyPatch) -> None:
    given(ADA, 90)
    real, once = tenants.close_period, [True]

    def overtaken(period: PeriodId) -> Period:
        if once:
            once.clear()
            real(period)
            raise Conflict
        return real(period)

    monkeypatch.setattr(tenants, "close_period", overtaken)
    assert services.consolidate(AUTUMN, close=True).closed
    assert tenants.period(AUTUMN).state is PeriodState.CLOSED


def test_no_date_and_no_second_close_touches_the_grade_of_who_was_erased() -> None:
    """An erasure takes the results; what the school certifies of a closed period stays."""
    due = clock.now() + timedelta(hours=1)
    services.save_assessments(MATHS, AUTUMN, [Assessment(EXAM, "exam", due=due)])
    given(ADA, 80)
    services.consolidate(AUTUMN, close=True)
    before = grade_of(ADA)
    store.delete(EvaluationItem(keys.student(ADA), keys.evaluation(MATHS, AUTUMN, EXAM)))
    with clock.stopped(due + timedelta(hours=1)):
        assert waiting() == 1, "or it proves nothing"
        assert services.consolidate().computed == 0
        assert waiting() == 0, "a date waits for nothing in a closed period"
        courses.mark(COURSE)
        services.consolidate()
    assert grade_of(ADA) == before
