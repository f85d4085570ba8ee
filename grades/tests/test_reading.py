"""Who sees which results, and what they see before the night has come."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from grades import keys, services
from grades.domain import Assessment, NewEvaluation
from grades.repository import assessments, evaluations
from grades.tests.cast import (
    ADA,
    AUTUMN,
    BLAS,
    CARLA,
    COURSE,
    DARIO,
    ESSAY,
    EXAM,
    GLORIA,
    MATHS,
    TERESA,
    given,
)
from luca.aws.table import ScopedConnection
from luca.kernel import clock, context
from luca.kernel.errors import NotFound
from luca.kernel.ids import AssessmentId, PeriodId, StudentId
from tenants import services as tenants
from tenants.domain import Period

Act = Callable[[str, str], AbstractContextManager[None]]
pytestmark = pytest.mark.usefixtures("north")


def test_a_class_sees_its_result_at_once() -> None:
    at = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
    with clock.stopped(at):
        services.publish_rules(
            MATHS, {"weights": {"exam": 0.7, "homework": 0.3}, "min_passing": 60}
        )
        given(ADA, 90)
        services.record(
            None, [NewEvaluation(BLAS, MATHS, AUTUMN, ESSAY, Decimal(50), type="homework")]
        )
        seen = services.profile(ADA, AUTUMN)

    assert (seen.name, seen.as_of) == ("Ada Núñez", at)
    (course,) = seen.courses
    assert course.official is None
    assert course.provisional.current == Decimal("90.0")
    assert course.provisional.final == Decimal("63.0")  # the essay is missing
    assert course.pending == 1


def test_a_class_sees_at_once_what_another_process_has_recorded() -> None:
    """Our process remembers the course without the new assessment."""
    given(ADA, 90)
    assert services.profile(ADA, AUTUMN).courses[0].provisional.current == Decimal("90.0")
    assessments.add(COURSE, Assessment(ESSAY, "homework"))
    evaluations.add(
        replace(services.evaluation(ADA, COURSE, EXAM), assessment=ESSAY, score=Decimal(50))
    )
    (course,) = services.profile(ADA, AUTUMN).courses
    assert course.provisional.current == Decimal("70.0")


def test_official_and_provisional_stand_side_by_side() -> None:
    given(ADA, 90)
    services.consolidate()
    given(ADA, 50, ESSAY)
    (course,) = services.profile(ADA, AUTUMN).courses
    assert course.official is not None
    assert (course.official.score, course.provisional.published) == (
        Decimal("90.0"),
        Decimal("70.0"),
    )
    assert course.pending == 1


def test_without_a_period_the_present_one_is_shown() -> None:
    tenants.save_period(Period(PeriodId("2025-2"), "Past", date(2026, 1, 1), date(2026, 6, 30)))
    tenants.save_period(Period(PeriodId("2099-1"), "Next", date(2099, 1, 1), date(2099, 6, 30)))
    with clock.stopped(datetime(2026, 11, 21, tzinfo=UTC)):
        assert services.profile(ADA).period == AUTUMN


def test_a_profile_is_two_queries_and_a_result_one_write(monkeypatch: pytest.MonkeyPatch) -> None:
    """Once what changes rarely is remembered, nothing else goes over the wire."""
    given(ADA, 80)
    services.profile(ADA)
    services.consolidate()
    services.profile(ADA)
    calls: list[str] = []
    real = ScopedConnection._make_api_call

    def counted(self: ScopedConnection, operation: str, more: dict[str, Any]) -> Any:
        calls.append(operation)
        return real(self, operation, more)

    monkeypatch.setattr(ScopedConnection, "_make_api_call", counted)
    services.profile(ADA)
    assert calls == ["Query", "Query"]
    tenants.open_period(AUTUMN)
    tenants.enrolments(MATHS, AUTUMN, [BLAS])
    calls.clear()
    given(BLAS, 70)
    assert calls == ["PutItem"]


def test_an_unknown_period_is_not_found() -> None:
    with pytest.raises(NotFound):
        services.profile(ADA, PeriodId("1999-1"))


@pytest.mark.parametrize(
    ("person", "group", "sees"),
    [
        ("ada", "student", ADA),
        (GLORIA, "guardian", ADA),
        (TERESA, "teacher", ADA),
        ("principal", "school_admin", CARLA),
    ],
)
def test_those_who_may_see_a_student_do(as_: Act, person: str, group: str, sees: StudentId) -> None:
    given(sees, 80)
    with as_(person, group):
        assert services.profile(sees, AUTUMN).courses[0].provisional.graded == 1
        assert len(services.evaluations_page(sees, 10, None)[0]) == 1
        assert services.grades_page(sees, 10, None)[0] == []
        assert services.history(sees, COURSE) == []
        assert services.evaluation(sees, COURSE, EXAM).score == 80


@pytest.mark.parametrize(
    ("person", "group", "wants"),
    [
        ("ada", "student", BLAS),
        (GLORIA, "guardian", BLAS),
        (TERESA, "teacher", CARLA),
        ("principal", "school_admin", DARIO),
        ("principal", "school_admin", "nobody"),
        ("operator", "platform_admin", ADA),
        ("operator", "gov_operator", ADA),
    ],
)
def test_others_learn_not_even_that_there_is_such_a_student(
    as_: Act, south: str, person: str, group: str, wants: str
) -> None:
    for student in (ADA, BLAS, CARLA):
        given(student, 80)
    with context.entered(school=south):
        given(DARIO, 80)
    student = StudentId(wants)
    reads: list[Callable[[], object]] = [
        lambda: services.profile(student, AUTUMN),
        lambda: services.evaluations_page(student, 10, None),
        lambda: services.grades_page(student, 10, None),
        lambda: services.history(student, COURSE),
    ]
    with as_(person, group):
        for read in reads:
            with pytest.raises(NotFound) as refusal:
                read()
            assert (str(refusal.value), refusal.value.code) == (
                "There is no such student.",
                "student_not_found",
            )


def test_results_come_in_pages() -> None:
    for n in range(5):
        given(ADA, n, AssessmentId(f"quiz-{n}"))
    given(BLAS, 99)
    first, start = services.evaluations_page(ADA, 3, None)
    rest, end = services.evaluations_page(ADA, 3, start)
    assert [found.score for found in [*first, *rest]] == [0, 1, 2, 3, 4]
    assert start is not None
    assert end is None


def test_nothing_else_sorts_between_grades_and_the_profile() -> None:
    """The profile's range must not pick up other rows of a student, now or later."""
    prefixes = ["CHILD", "CONTACT", "COURSE", "EVAL", "EVENT", "TEACHES", "VERSION"]
    for name in prefixes:
        assert not keys.FIRST_GRADE <= f"{name}#x" <= keys.PROFILE
    assert keys.FIRST_GRADE <= keys.grade(MATHS, AUTUMN) <= keys.PROFILE


def test_a_profile_shows_one_period_and_one_student() -> None:
    given(ADA, 80)
    given(BLAS, 20)
    tenants.save_period(Period(PeriodId("2026-2"), "Spring", date(2027, 1, 1), date(2027, 6, 1)))
    assert services.profile(ADA, PeriodId("2026-2")).courses == ()
    (course,) = services.profile(ADA, AUTUMN).courses
    assert course.provisional.current == Decimal("80.0")
