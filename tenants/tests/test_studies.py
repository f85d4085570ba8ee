import pytest

from luca.kernel import context
from luca.kernel.errors import Conflict, Invalid, NotFound
from luca.kernel.ids import GroupId, PeriodId, StudentId, SubjectId, TeacherId
from tenants import services
from tenants.domain import Course, CourseOfStudent, Enrolment, Student, Teaching
from tenants.tests.conftest import (
    ADA,
    AUTUMN,
    BLAS,
    CARLA,
    FIRST_A,
    FIRST_B,
    GLORIA,
    MATHS,
    TERESA,
    TOMAS,
    Cast,
)

SCIENCE = SubjectId("science")
pytestmark = pytest.mark.usefixtures("north")


def test_a_roster_names_everybody_with_their_group() -> None:
    assert services.roster(MATHS, AUTUMN) == [
        Enrolment(ADA, FIRST_A),
        Enrolment(BLAS, FIRST_A),
        Enrolment(CARLA, FIRST_B),
    ]
    assert services.roster(SCIENCE, AUTUMN) == []
    assert services.roster(MATHS, PeriodId("2026")) == []


def test_a_roster_of_many_pages_is_whole() -> None:
    many = [Student(StudentId(f"s{n:04}"), "Ana " + "x" * 150) for n in range(700)]
    services.add_students(many)

    services.enrol(SCIENCE, AUTUMN, [Enrolment(one.id, FIRST_A) for one in many])

    assert len(services.roster(SCIENCE, AUTUMN)) == 700


def test_a_course_exists_once_somebody_is_enrolled() -> None:
    services.enrol(SCIENCE, AUTUMN, [Enrolment(ADA, FIRST_A)])

    assert services.courses() == [Course(MATHS, AUTUMN), Course(SCIENCE, AUTUMN)]
    assert services.courses(AUTUMN) == services.courses()
    assert services.courses(PeriodId("2026")) == []
    assert services.course(SCIENCE, AUTUMN) == Course(SCIENCE, AUTUMN)
    with pytest.raises(NotFound):
        services.course(SubjectId("art"), AUTUMN)


def test_a_student_sees_their_courses() -> None:
    assert services.courses_of(ADA) == [CourseOfStudent(MATHS, AUTUMN, FIRST_A)]
    services.enrol(SCIENCE, AUTUMN, [Enrolment(ADA, FIRST_B)])

    assert services.courses_of(ADA) == [
        CourseOfStudent(MATHS, AUTUMN, FIRST_A),
        CourseOfStudent(SCIENCE, AUTUMN, FIRST_B),
    ]


def test_an_enrolment_is_found_as_soon_as_it_exists() -> None:
    assert services.enrolment(ADA, SCIENCE, AUTUMN) is None

    services.enrol(SCIENCE, AUTUMN, [Enrolment(ADA, FIRST_A)])

    assert services.enrolment(ADA, SCIENCE, AUTUMN) == Enrolment(ADA, FIRST_A)
    assert services.enrolments(MATHS, AUTUMN, [ADA, CARLA, StudentId("dario")]) == {
        ADA: Enrolment(ADA, FIRST_A),
        CARLA: Enrolment(CARLA, FIRST_B),
    }


def test_who_is_enrolled_again_has_changed_groups() -> None:
    assert services.enrolment(ADA, MATHS, AUTUMN) == Enrolment(ADA, FIRST_A)

    services.enrol(MATHS, AUTUMN, [Enrolment(ADA, FIRST_B)])

    assert services.enrolment(ADA, MATHS, AUTUMN) == Enrolment(ADA, FIRST_B)
    assert len(services.roster(MATHS, AUTUMN)) == 3


def test_nobody_is_enrolled_when_one_row_is_wrong() -> None:
    services.add_students([Student(StudentId("eva"), "Eva")])
    eva = Enrolment(StudentId("eva"), FIRST_A)

    for row, field in (
        (Enrolment(StudentId("nobody"), FIRST_A), "1.student"),
        (Enrolment(StudentId("a#b"), FIRST_A), "1.student"),
        (Enrolment(ADA, GroupId("9z")), "1.group"),
    ):
        with pytest.raises(Invalid) as refusal:
            services.enrol(SCIENCE, AUTUMN, [eva, row])
        assert [error.field for error in refusal.value.errors] == [field]
    with pytest.raises(NotFound):
        services.enrol(SCIENCE, PeriodId("2026-2"), [eva])
    with pytest.raises(Invalid):
        services.enrol(SubjectId("a#b"), AUTUMN, [eva])
    assert services.roster(SCIENCE, AUTUMN) == []
    assert services.courses() == [Course(MATHS, AUTUMN)]


def test_a_teacher_teaches_what_they_were_given() -> None:
    assert services.teaches(TERESA, FIRST_A, MATHS)
    assert not services.teaches(TERESA, FIRST_B, MATHS)
    assert not services.teaches(TERESA, FIRST_A, SCIENCE)
    assert not services.teaches(TeacherId("a#b"), FIRST_A, MATHS)

    services.assign_teacher(FIRST_B, SCIENCE, TERESA)

    assert services.teaching_of(TERESA) == {
        Teaching(FIRST_A, MATHS, TERESA),
        Teaching(FIRST_B, SCIENCE, TERESA),
    }
    assert services.taught_in(FIRST_B) == [
        Teaching(FIRST_B, MATHS, TOMAS),
        Teaching(FIRST_B, SCIENCE, TERESA),
    ]


def test_a_teacher_no_longer_teaches_what_was_taken_away() -> None:
    assert services.teaches(TERESA, FIRST_A, MATHS)

    services.unassign_teacher(FIRST_A, MATHS, TERESA)

    assert not services.teaches(TERESA, FIRST_A, MATHS)
    assert services.taught_in(FIRST_A) == []


def test_only_what_exists_is_assigned() -> None:
    for group, subject, teacher in (
        ("9z", "maths", "teresa"),
        ("1a", "maths", "nobody"),
        ("a#", "maths", "teresa"),
    ):
        with pytest.raises(NotFound):
            services.assign_teacher(GroupId(group), SubjectId(subject), TeacherId(teacher))
    with pytest.raises(Invalid):
        services.assign_teacher(FIRST_A, SubjectId("a#b"), TERESA)


def test_a_group_has_the_members_it_was_given() -> None:
    services.add_members(FIRST_A, [ADA])

    assert services.members(FIRST_A) == [ADA, BLAS]
    assert services.members(FIRST_B) == []
    with pytest.raises(Invalid):
        services.add_members(FIRST_A, [StudentId("nobody")])
    with pytest.raises(NotFound):
        services.add_members(GroupId("9z"), [ADA])


@pytest.mark.parametrize(
    ("actor", "groups", "sees"),
    [
        (None, (), {"ada", "blas", "carla"}),
        ("boss", ("school_admin",), {"ada", "blas", "carla"}),
        ("ada", ("student",), {"ada"}),
        (GLORIA, ("guardian",), {"ada"}),
        (TERESA, ("teacher",), {"ada", "blas"}),
        (TOMAS, ("teacher",), {"carla"}),
        (TOMAS, ("teacher", "guardian"), {"carla"}),
        ("ada", ("teacher",), set()),
        ("ada", (), set()),
        ("root", ("platform_admin",), set()),
        ("gov", ("gov_operator",), set()),
        ("bot", ("integrator",), {"ada", "blas", "carla"}),  # its scopes were asked at the door
        ("blas", ("guardian",), set()),
    ],
)
def test_everybody_sees_whom_they_may(
    north: Cast, actor: str | None, groups: tuple[str, ...], sees: set[str]
) -> None:
    with context.entered(school=north.school, actor=actor, groups=frozenset(groups)):
        seen = {one for one in (ADA, BLAS, CARLA) if services.may_see(one)}
        hidden = {ADA, BLAS, CARLA} - seen
        for one in hidden:
            with pytest.raises(NotFound):
                services.see_student(one)

    assert seen == sees


def test_what_is_remembered_of_one_school_is_unknown_in_another(south: Cast) -> None:
    assert services.enrolment(ADA, MATHS, AUTUMN)
    assert services.teaches(TERESA, FIRST_A, MATHS)
    assert services.courses_of(ADA)

    with context.entered(school=south.school):
        assert services.enrolment(ADA, MATHS, AUTUMN) is None
        assert not services.teaches(TERESA, FIRST_A, MATHS)
        assert services.courses_of(ADA) == []
        assert services.roster(MATHS, AUTUMN) == []
        assert services.courses() == []


def test_nobody_new_joins_a_course_whose_period_closes() -> None:
    late = Student(StudentId("late"), "Lía")
    services.add_students([late])
    services.begin_closing(AUTUMN)

    with pytest.raises(Conflict, match="nobody new"):
        services.enrol(MATHS, AUTUMN, [Enrolment(ADA, FIRST_A), Enrolment(late.id, FIRST_A)])
    services.enrol(MATHS, AUTUMN, [Enrolment(ADA, FIRST_A)])  # repeating an import is no harm

    assert late.id not in {one.student for one in services.roster(MATHS, AUTUMN)}
