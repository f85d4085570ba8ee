from typing import Any

import pytest

from luca.kernel import context
from luca.kernel.ids import StudentId, SubjectId
from tenants import services
from tenants.domain import Enrolment, Student
from tenants.tests.calling import Caller
from tenants.tests.conftest import AUTUMN, FIRST_A, MATHS, Cast

ROSTER = f"/courses/{MATHS}/{AUTUMN}/roster"
ADA = {
    "id": "ada",
    "given_name": "Ada",
    "family_name": "Núñez Peña",
    "external_id": "",
    "status": "active",
}
FOR_THE_OFFICE = {**ADA, "email": "", "left_on": None, "curp": "", "version": 1}
ART = SubjectId("art")
CALLERS = {
    "teresa": ("teresa", "teacher"),
    "tomas": ("tomas", "teacher"),
    "boss": ("boss", "school_admin"),
    "ada": ("ada", "student"),
    "blas": ("blas", "student"),
    "gloria": ("gloria", "guardian"),
    "root": ("root", "platform_admin"),
    "gov": ("gov", "gov_operator"),
}


pytestmark = pytest.mark.usefixtures("ask")


def get(north: Cast, who: str, path: str) -> Any:
    return Caller(north.school, *CALLERS[who]).get(path)


def items(answer: Any, field: str = "id") -> list[str]:
    assert answer.status_code == 200, answer.content
    return [row[field] for row in answer.json()["items"]]


def test_everybody_of_a_school_reads_its_profile_and_periods(north: Cast) -> None:
    assert get(north, "ada", "/school").json() == {
        "id": north.school,
        "name": "Colegio Norte",
        "cct": "",
        "time_zone": "America/Mexico_City",
        "language": "es-mx",
        "staff_totp": False,
    }
    assert get(north, "gloria", "/periods").json()["items"] == [
        {
            "id": "2026-1",
            "name": "Autumn",
            "starts": "2026-08-01",
            "ends": "2026-12-18",
            "state": "open",
        }
    ]


@pytest.mark.parametrize(
    ("who", "groups", "courses"),
    [
        ("teresa", ["1a"], ["maths"]),
        ("tomas", ["1b"], ["maths"]),
        ("boss", ["1a", "1b"], ["art", "maths"]),
        ("ada", None, ["maths"]),
        ("gloria", None, []),
        ("gov", None, []),
        ("root", None, []),
    ],
)
def test_lists_show_what_the_caller_teaches_or_attends(
    north: Cast, who: str, groups: list[str] | None, courses: list[str]
) -> None:
    services.enrol(ART, AUTUMN, [Enrolment(StudentId("carla"), FIRST_A)])

    answer = get(north, who, "/groups")
    if groups is None:
        assert answer.status_code == 403
    else:
        assert items(answer) == groups
    assert items(get(north, who, "/courses"), "subject") == courses


@pytest.mark.parametrize(
    ("who", "status", "rows"),
    [
        ("boss", 200, ["ada", "blas", "carla"]),
        ("teresa", 200, ["ada", "blas"]),
        ("tomas", 200, ["carla"]),
        ("ada", 403, []),
        ("gov", 403, []),
    ],
)
def test_a_roster_shows_teachers_their_groups(
    north: Cast, who: str, status: int, rows: list[str]
) -> None:
    answer = get(north, who, ROSTER)

    assert answer.status_code == status
    if status == 200:
        assert [row["student"]["id"] for row in answer.json()["items"]] == rows
        assert answer.json()["items"][0]["group"] in {"1a", "1b"}


def test_a_roster_comes_in_pages_that_belong_to_who_asked(north: Cast) -> None:
    first = get(north, "boss", f"{ROSTER}?limit=2").json()
    rest = f"{ROSTER}?limit=2&cursor={first['next_cursor']}"
    second = get(north, "boss", rest).json()

    assert [r["student"]["id"] for r in first["items"] + second["items"]] == [
        "ada",
        "blas",
        "carla",
    ]
    assert second["next_cursor"] is None
    assert get(north, "teresa", rest).status_code == 400


@pytest.mark.parametrize(
    "path",
    ["/courses/maths/2026-2/roster", "/courses/art/2026-1/roster", "/groups/9z/students"],
)
@pytest.mark.parametrize("who", ["boss", "teresa"])
def test_what_does_not_exist_is_not_found(north: Cast, who: str, path: str) -> None:
    assert get(north, who, path).status_code == 404


def test_a_group_shows_its_students_to_who_teaches_it(north: Cast) -> None:
    assert get(north, "teresa", "/groups/1a/students").json()["items"][0] == ADA
    assert items(get(north, "boss", "/groups/1a/students")) == ["ada", "blas"]
    absent = get(north, "teresa", "/groups/9z/students")
    foreign = get(north, "tomas", "/groups/1a/students")
    assert (foreign.status_code, foreign.content) == (404, absent.content)


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("ada", 200),
        ("gloria", 200),
        ("teresa", 200),
        ("boss", 200),
        ("blas", 404),
        ("tomas", 404),
        ("gov", 404),
        ("root", 404),
    ],
)
def test_a_student_is_shown_to_who_may_see_them_and_absent_to_others(
    north: Cast, who: str, status: int
) -> None:
    answer = get(north, who, "/students/ada")

    assert answer.status_code == status
    if status == 200:
        assert answer.json() == (FOR_THE_OFFICE if who == "boss" else ADA)
    else:
        assert answer.content == get(north, who, "/students/nobody").content


def test_a_student_of_another_school_answers_as_one_who_never_was(north: Cast, south: Cast) -> None:
    with context.entered(school=south.school):
        services.add_students([Student(StudentId("ada"), "Another Ada")])

    foreign = get(north, "boss", "/students/dario")
    assert (foreign.status_code, foreign.content) == (
        404,
        get(north, "boss", "/students/nobody").content,
    )
    assert get(north, "boss", "/students/ada").json() == FOR_THE_OFFICE


@pytest.mark.parametrize(
    "path", ["/school", "/periods", "/groups", "/courses", ROSTER, "/students/ada"]
)
def test_the_role_of_the_api_suffices(north: Cast, acting_as: Any, path: str) -> None:
    with acting_as("api"):
        assert get(north, "boss", path).status_code == 200
