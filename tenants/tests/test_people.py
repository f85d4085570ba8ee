from collections.abc import Iterable
from typing import Any

import pytest

from luca.kernel import context
from luca.kernel.errors import Conflict, Invalid, NotFound
from luca.kernel.ids import GuardianId, StudentId, TeacherId
from tenants import services
from tenants.domain import Guardian, Listed, Role, Student, Teacher
from tenants.tests.conftest import ADA, BLAS, CARLA, GLORIA, TERESA, Cast

CURP, OTHER_CURP = "SABC560626MDFLRN01", "BOXW310820HNERXN09"
pytestmark = pytest.mark.usefixtures("north")


def ids(listed: Iterable[Listed]) -> list[str]:
    return [str(one.id) for one in listed]


def eva(**more: Any) -> Student:
    return Student(StudentId("eva"), "Eva", **more)


def test_a_student_is_found_by_what_others_know_them_by() -> None:
    told = eva(family_name="Sol", curp=CURP.lower(), external_id="https://old/#7", email="e@x.mx")
    services.add_students([told])

    stored = services.student(StudentId("eva"))
    assert stored == eva(family_name="Sol", curp=CURP, external_id="https://old/#7", email="e@x.mx")
    assert services.student_by_curp(CURP.lower()) == stored
    assert services.student_by_external_id("https://old/#7") == stored
    assert services.people_by_email(" E@X.mx") == [("STUDENT", "eva")]
    assert services.student_by_curp(OTHER_CURP) is None
    assert services.student_by_external_id("7") is None


def test_adding_the_same_people_again_changes_nothing() -> None:
    family = [eva(curp=CURP), Student(StudentId("fay"), "Fay", external_id="F")]

    assert services.add_students(family) == 2
    assert services.add_students(family) == 0
    assert services.add_students([family[0], eva(curp=CURP, family_name="Sol")]) == 1


def test_a_curp_belongs_to_one_student_of_the_school(south: Cast) -> None:
    services.add_students([eva(curp=CURP)])

    with pytest.raises(Conflict) as refusal:
        services.add_students(
            [Student(StudentId("fay"), "Fay"), Student(StudentId("guy"), "Guy", curp=CURP)]
        )

    assert [error.field for error in refusal.value.errors] == ["1.curp"]
    assert CURP not in str(refusal.value)
    with pytest.raises(NotFound):
        services.student(StudentId("fay"))
    with context.entered(school=south.school):
        services.add_students([Student(StudentId("guy"), "Guy", curp=CURP)])


def test_a_curp_that_was_given_up_can_be_given_again() -> None:
    services.add_students([eva(curp=CURP, email="e@x.mx")])
    services.add_students([eva(curp=OTHER_CURP, email="new@x.mx")])

    services.add_students([Student(StudentId("fay"), "Fay", curp=CURP)])

    found = services.student_by_curp(CURP)
    assert found is not None
    assert found.id == "fay"
    assert services.people_by_email("e@x.mx") == []
    assert services.people_by_email("new@x.mx") == [("STUDENT", "eva")]


def test_siblings_may_share_an_address() -> None:
    services.add_students([eva(email="home@x.mx")])
    services.add_students([Student(StudentId("fay"), "Fay", email="home@x.mx")])

    assert services.people_by_email("home@x.mx") == [("STUDENT", "eva"), ("STUDENT", "fay")]


def test_one_faulty_row_keeps_all_rows_out_and_every_fault_is_named() -> None:
    rows = [
        eva(),
        Student(StudentId("a#b"), ""),
        Student(StudentId("fay"), "Fay", curp="X"),
        Student(StudentId("guy"), "Guy", external_id="E"),
        Student(StudentId("hal"), "Hal", external_id="E"),
    ]

    with pytest.raises(Invalid) as refusal:
        services.add_students(rows)

    assert {error.field for error in refusal.value.errors} == {
        "1.id",
        "1.given_name",
        "2.curp",
        "4.external_id",
    }
    with pytest.raises(NotFound):
        services.student(StudentId("eva"))


@pytest.mark.parametrize("unknown", ["nobody", "", "a#b", "ada#", "x" * 65])
def test_an_unknown_person_is_not_found(unknown: str) -> None:
    with pytest.raises(NotFound):
        services.student(StudentId(unknown))
    with pytest.raises(NotFound):
        services.teacher(TeacherId(unknown))
    with pytest.raises(NotFound):
        services.guardian(GuardianId(unknown))
    assert services.children_of(GuardianId(unknown)) == []


def test_a_teacher_is_no_student_although_they_share_an_id() -> None:
    services.add_teachers([Teacher(TeacherId("ada"), "Ada", "Lovelace", external_id="T-1")])

    assert services.student(ADA).family_name == "Núñez Peña"
    assert services.teacher(TeacherId("ada")).family_name == "Lovelace"
    assert services.teacher_by_external_id("T-1") == services.teacher(TeacherId("ada"))
    assert services.student_by_external_id("T-1") is None


def test_a_guardian_has_the_children_they_were_given() -> None:
    services.add_guardians([Guardian(GLORIA, "Gloria", "Peña", children=(BLAS,))])

    assert services.children_of(GLORIA) == [ADA, BLAS]
    assert services.guardian(GLORIA).children == (ADA, BLAS)
    with pytest.raises(Invalid) as refusal:
        services.add_guardians([Guardian(GuardianId("g2"), "Guy", children=(ADA, StudentId("no")))])
    assert [error.field for error in refusal.value.errors] == ["0.children.1"]


def test_people_are_listed_by_family_name_whatever_the_accents() -> None:
    listed, more = services.people_by_name(Role.STUDENT)

    assert ids(listed) == [CARLA, ADA, BLAS]
    assert [one.name for one in listed] == ["Carla Álvarez", "Ada Núñez Peña", "Blas Ortiz"]
    assert more is None
    assert ids(services.people_by_name(Role.STUDENT, "nunez")[0]) == [ADA]
    assert ids(services.people_by_name(Role.STUDENT, "NÚÑEZ pe")[0]) == [ADA]
    assert services.people_by_name(Role.TEACHER, "nunez")[0] == []


def test_a_list_goes_on_where_its_page_ended() -> None:
    first, more = services.people_by_name(Role.STUDENT, limit=2)
    second, end = services.people_by_name(Role.STUDENT, limit=2, start=more)

    assert ids(first + second) == [CARLA, ADA, BLAS]
    assert end is None


def test_nobody_of_another_school_is_found_by_any_door(south: Cast) -> None:
    with context.entered(school=south.school):
        assert services.student(StudentId("dario")).given_name == "Darío"

    with pytest.raises(NotFound):
        services.student(StudentId("dario"))
    assert services.students([StudentId("dario"), ADA]).keys() == {ADA}
    assert services.student_by_external_id("D-1") is None
    assert "dario" not in ids(services.people_by_name(Role.STUDENT)[0])


def test_a_big_school_is_loaded_once() -> None:
    pupils = [Student(StudentId(f"s{n}"), f"Ana {n}", "López") for n in range(1000)]

    assert services.add_students(pupils) == 1000
    assert services.add_students(pupils) == 0

    assert services.teacher(TERESA).given_name == "Teresa"
