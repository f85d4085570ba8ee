"""Teachers record results; what cannot be is refused, row by row."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from decimal import Decimal

import pytest

from grades import keys, services
from grades.domain import Assessment, Done, NewEvaluation, Status
from grades.models import EvaluationItem
from grades.repository import assessments as repository
from grades.tests.cast import (
    ADA,
    AUTUMN,
    BLAS,
    CARLA,
    COURSE,
    DARIO,
    ESSAY,
    EXAM,
    FIRST_A,
    MATHS,
    TERESA,
    TOMAS,
    given,
    scored,
)
from luca.aws import store
from luca.kernel import context
from luca.kernel.errors import Conflict, Forbidden, Invalid, LucaError, NotFound
from luca.kernel.ids import AssessmentId, PeriodId, StudentId, SubjectId
from tenants import services as tenants
from tenants.domain import Course

Act = Callable[[str, str], AbstractContextManager[None]]
pytestmark = pytest.mark.usefixtures("north")


def refused(row: NewEvaluation) -> LucaError:
    (outcome,) = services.record(context.actor(), [row])
    assert outcome.done is Done.REFUSED
    assert outcome.error is not None
    return outcome.error


def test_a_result_is_stored_raw_and_waits_for_the_night(as_: Act) -> None:
    with as_(TERESA, "teacher"):
        made = given(ADA, "87.50")

    found = services.evaluation(ADA, COURSE, EXAM)
    assert found == made
    assert found.score == Decimal("87.5")
    assert (found.version, found.consolidated) == (1, False)
    assert str(found.recorded_by) == TERESA
    raw = store.get(EvaluationItem, keys.student(ADA), keys.evaluation(MATHS, AUTUMN, EXAM))
    assert raw is not None
    assert raw.gsi1pk == keys.gradebook(MATHS, AUTUMN, "1a")
    assert raw.gsi2pk == keys.consolidation(ADA)


def test_the_first_result_defines_the_assessment() -> None:
    row = NewEvaluation(
        ADA, MATHS, AUTUMN, EXAM, Decimal(9), type="exam", max=Decimal(10), weight=Decimal(3)
    )
    assert services.record(None, [row])[0].done is Done.STORED
    assert services.assessments_of(MATHS, AUTUMN) == [
        Assessment(EXAM, "exam", Decimal(10), Decimal(3))
    ]


def test_a_refused_result_defines_no_assessment() -> None:
    """What one typing error defined would count as missing, so as zero, for the whole class."""
    mistyped = AssessmentId("exmas")

    assert refused(scored(ADA, "187.5", mistyped)).code == "score_invalid"

    assert mistyped not in {one.id for one in services.assessments_of(MATHS, AUTUMN)}


def test_a_known_assessment_needs_no_description() -> None:
    services.save_assessments(MATHS, AUTUMN, [Assessment(EXAM, "exam", Decimal(10))])
    assert services.record(None, [scored(score=9, type=None)])[0].done is Done.STORED


def test_an_unknown_assessment_without_a_description_is_unknown() -> None:
    assert refused(scored(type=None)).code == "assessment_not_found"


def test_another_description_of_a_known_assessment_is_a_conflict() -> None:
    given(ADA)
    error = refused(scored(BLAS, type="homework"))
    assert isinstance(error, Conflict)
    assert (error.code, error.errors[0].field) == ("assessment_differs", "type")


def test_a_new_assessment_must_be_of_a_category_that_counts() -> None:
    services.publish_rules(MATHS, {"weights": {"exam": 0.7, "homework": 0.3}})
    error = refused(scored(type="laboratory"))
    assert (error.code, error.errors[0].field) == ("category_unknown", "type")
    assert services.record(None, [scored(type="exam")])[0].done is Done.STORED


@pytest.mark.parametrize(
    "score", ["-1", "100.01", "NaN", "Infinity", "1e400", "1" * 40, "0.0000001"]
)
def test_a_score_that_cannot_be_is_refused(score: str) -> None:
    error = refused(scored(score=score))
    assert isinstance(error, Invalid)
    assert [fault.field for fault in error.errors] == ["score"]
    assert list(services.evaluations_page(ADA, 10, None)[0]) == []


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (scored(StudentId("nobody")), "student_not_found"),
        (scored(StudentId("a#b")), "student_not_found"),
        (scored(subject=SubjectId("alchemy")), "course_not_found"),
        (scored(period=PeriodId("1999-1")), "period_not_found"),
    ],
)
def test_what_does_not_exist_is_not_found(row: NewEvaluation, code: str) -> None:
    error = refused(row)
    assert isinstance(error, NotFound)
    assert error.code == code


def test_a_student_of_another_school_is_as_unknown_as_any(south: str) -> None:
    with context.entered(school=south):
        given(DARIO)
    foreign, unknown = refused(scored(DARIO)), refused(scored(StudentId("nobody")))
    assert (type(foreign), str(foreign), foreign.code) == (
        type(unknown),
        str(unknown),
        unknown.code,
    )


def test_a_student_who_is_not_enrolled_is_refused() -> None:
    tenants.enrol(SubjectId("art"), AUTUMN, [])
    error = refused(scored(ADA, subject=SubjectId("art")))
    assert (type(error), error.code) == (Invalid, "not_enrolled")


def test_a_teacher_cannot_grade_another_group(as_: Act) -> None:
    with as_(TERESA, "teacher"):
        assert str(given(ADA).recorded_by) == TERESA
        unseen, unknown = refused(scored(CARLA)), refused(scored(StudentId("nobody")))
    assert (type(unseen), unseen.code) == (type(unknown), unknown.code)
    assert unseen.code == "student_not_found"


def test_a_teacher_cannot_grade_another_subject_of_a_group_they_teach(as_: Act) -> None:
    tenants.assign_teacher(FIRST_A, SubjectId("art"), TOMAS)
    with as_(TOMAS, "teacher"):
        error = refused(scored(ADA))
    assert (type(error), error.code) == (Forbidden, "foreign_group")


@pytest.mark.parametrize(("person", "group"), [("ada", "student"), ("gloria", "guardian")])
def test_students_and_guardians_grade_nobody(as_: Act, person: str, group: str) -> None:
    with as_(person, group):
        assert isinstance(refused(scored(ADA)), Forbidden)


def test_a_school_admin_grades_anybody(as_: Act) -> None:
    with as_("principal", "school_admin"):
        assert given(CARLA).recorded_by == "principal"


def test_the_same_result_again_changes_nothing() -> None:
    made = given(ADA, 80)
    (again,) = services.record(None, [scored(ADA, "80.0")])
    assert (again.done, again.evaluation) == (Done.UNCHANGED, made)


def test_another_score_for_a_recorded_result_is_a_conflict() -> None:
    given(ADA, 80)
    assert refused(scored(ADA, 81)).code == "already_graded"
    assert services.evaluation(ADA, COURSE, EXAM).score == 80


def test_a_closed_period_takes_no_results_but_knows_those_it_has() -> None:
    given(ADA, 80)
    tenants.close_period(AUTUMN)
    assert refused(scored(BLAS)).code == "period_closed"
    assert refused(scored(ADA, 81)).code == "period_closed"
    assert services.record(None, [scored(ADA, 80)])[0].done is Done.UNCHANGED


def test_one_bad_row_does_not_stop_the_others() -> None:
    rows = [scored(ADA), scored(StudentId("nobody")), scored(BLAS, 101), scored(CARLA, 0)]
    outcomes = services.record(None, rows)
    assert [outcome.done for outcome in outcomes] == [
        Done.STORED,
        Done.REFUSED,
        Done.REFUSED,
        Done.STORED,
    ]
    assert [outcome.index for outcome in outcomes] == [0, 1, 2, 3]
    assert services.evaluation(CARLA, COURSE, EXAM).score == 0


def test_two_rows_for_one_result_are_not_left_to_chance() -> None:
    outcomes = services.record(None, [scored(ADA, 70), scored(ADA, 90)])
    assert [outcome.done for outcome in outcomes] == [Done.STORED, Done.REFUSED]
    assert services.evaluation(ADA, COURSE, EXAM).score == 70


def test_a_hundred_rows_define_their_assessment_once() -> None:
    rows = [
        scored(student, 50, AssessmentId(f"quiz-{n}"), type="quiz")
        for n in range(33)
        for student in (ADA, BLAS, CARLA)
    ]
    assert {outcome.done for outcome in services.record(None, rows)} == {Done.STORED}
    assert len(services.assessments_of(MATHS, AUTUMN)) == 33


def test_of_many_rows_for_a_new_assessment_one_defines_it(monkeypatch: pytest.MonkeyPatch) -> None:
    defined: list[str] = []
    real = repository.add

    def counted(course: Course, one: Assessment) -> bool:
        defined.append(one.id)
        return real(course, one)

    monkeypatch.setattr(repository, "add", counted)
    outcomes = services.record(None, [scored(ADA), scored(BLAS), scored(CARLA)])
    assert {outcome.done for outcome in outcomes} == {Done.STORED}
    assert defined == [EXAM]


def test_an_assessment_of_a_closed_period_stays_as_it_is() -> None:
    defined = [Assessment(ESSAY, "homework")]
    services.save_assessments(MATHS, AUTUMN, defined)
    tenants.close_period(AUTUMN)
    assert services.save_assessments(MATHS, AUTUMN, defined) == 0
    with pytest.raises(Conflict):
        services.save_assessments(MATHS, AUTUMN, [Assessment(ESSAY, "exam")])


@pytest.mark.parametrize(
    ("one", "field"),
    [
        (Assessment(AssessmentId("a#b")), "assessment"),
        (Assessment(EXAM, type="a b"), "type"),
        (Assessment(EXAM, max=Decimal(0)), "max"),
        (Assessment(EXAM, max=Decimal("NaN")), "max"),
        (Assessment(EXAM, weight=Decimal(-1)), "weight"),
        (Assessment(EXAM, weight=Decimal("1e400")), "weight"),
    ],
)
def test_an_assessment_that_cannot_be_is_refused(one: Assessment, field: str) -> None:
    with pytest.raises(Invalid) as refusal:
        services.save_assessments(MATHS, AUTUMN, [one])
    assert refusal.value.errors[0].field == field


def test_only_admins_publish_rules(as_: Act) -> None:
    with as_(TERESA, "teacher"), pytest.raises(Forbidden):
        services.publish_rules(MATHS, {})


def test_publishing_the_same_rules_again_changes_nothing() -> None:
    written = {"weights": {"exam": 0.7, "homework": 0.3}, "min_passing": 60}
    first = services.publish_rules(MATHS, written).version
    again = services.publish_rules(MATHS, written)
    assert (first.number, again.version, again.fresh) == (1, first, False)
    second = services.publish_rules(MATHS, {**written, "min_passing": 70}).version
    assert (second.number, services.rules_for(MATHS)) == (2, second.rules)


def test_a_status_is_graded_even_for_zero() -> None:
    assert given(ADA, 0).status is Status.GRADED
