"""A school's office over HTTP: students, teachers and guardians."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest

from luca.api.tests.asking import Ask
from luca.api.tests.asking import Caller as Program
from luca.aws import audit, store
from luca.aws.audit import AuditItem, day
from luca.kernel import clock
from luca.kernel.ids import StudentId
from tenants import services
from tenants.domain import Guardian, Student
from tenants.tests.calling import Caller
from tenants.tests.conftest import ADA, BLAS, GLORIA, Cast

CURP, OTHER_CURP = "SABC560626MDFLRN01", "BOXW310820HNERXN09"
pytestmark = pytest.mark.usefixtures("ask")


@pytest.fixture
def boss(north: Cast) -> Caller:
    return Caller(north.school, "boss", "school_admin")


@pytest.fixture
def teresa(north: Cast) -> Caller:
    return Caller(north.school, "teresa", "teacher")


def faults(answer: Any, status: int) -> list[str]:
    assert answer.status_code == status, answer.content
    return [one["field"] for one in answer.json().get("errors", [])]


def audited() -> list[tuple[str, str, dict[str, str]]]:
    found = store.every(AuditItem, day(clock.now().date()), consistent=True)
    acts = [one for one in found if one.actor != audit.OPERATOR and one.action != "record.seen"]
    return [(one.action, one.about, one.details or {}) for one in acts]


def test_a_student_is_added_read_changed_and_leaves(boss: Caller) -> None:
    new = {
        "id": "2026-0417",
        "given_name": " Íñigo  de Jesús ",
        "family_name": "de la Cruz Núñez",
        "curp": CURP.lower(),
        "email": "inigo@norte.example",
    }
    added = boss.send("POST", "/students", new)
    assert added.status_code == 201, added.content
    expected = {
        "id": "2026-0417",
        "given_name": "Íñigo de Jesús",
        "family_name": "de la Cruz Núñez",
        "external_id": "",
        "email": "inigo@norte.example",
        "curp": CURP,
        "status": "active",
        "left_on": None,
        "version": 1,
    }
    assert (added.json(), added["ETag"]) == (expected, '"1"')
    assert boss.get("/students/2026-0417").json() == expected

    changed = boss.send(
        "PATCH", "/students/2026-0417", {"left_on": "2026-11-20", "email": ""}, If_Match='"1"'
    )
    assert changed.json() == expected | {
        "email": "",
        "status": "left",
        "left_on": "2026-11-20",
        "version": 2,
    }
    assert changed["ETag"] == '"2"'
    back = boss.send("PATCH", "/students/2026-0417", {"left_on": None}, If_Match='"2"')
    assert back.json()["status"] == "active"
    assert services.people_by_email("inigo@norte.example") == []
    assert audited() == [
        ("person.added", "student:2026-0417", {}),
        ("person.changed", "student:2026-0417", {"fields": "email,left_on"}),
        ("person.changed", "student:2026-0417", {"fields": "left_on"}),
    ]


def test_a_stale_version_is_refused_and_nothing_is_lost(boss: Caller) -> None:
    assert boss.send("PATCH", "/students/ada", {"given_name": "Adela"}, If_Match='"1"')

    stale = boss.send("PATCH", "/students/ada", {"family_name": "Ortiz"}, If_Match='"1"')
    merged = boss.send("PATCH", "/students/ada", {"email": "ada@norte.example"})
    same = boss.send("PATCH", "/students/ada", {"given_name": "Adela"}, If_Match='"3"')

    assert stale.status_code == 412
    assert (merged.json()["given_name"], merged.json()["version"]) == ("Adela", 3)
    assert same.json()["version"] == 3
    assert services.student(ADA).family_name == "Núñez Peña"


def test_what_is_taken_is_named_by_field_and_never_by_whom(boss: Caller) -> None:
    services.add_students([Student(StudentId("eva"), "Eva", curp=CURP, external_id="X-1")])

    refused = boss.send("POST", "/students", {"given_name": "Fay", "curp": CURP})
    assert faults(refused, 409) == ["curp"]
    assert b"eva" not in refused.content
    assert CURP.encode() not in refused.content
    assert faults(boss.send("PATCH", "/students/ada", {"curp": CURP}), 409) == ["curp"]
    assert faults(boss.send("PATCH", "/students/ada", {"external_id": "X-1"}), 409) == [
        "external_id"
    ]
    again = boss.send("POST", "/students", {"id": "eva", "given_name": "Eva", "curp": OTHER_CURP})
    assert faults(again, 409) == ["id"]
    assert services.student_by_curp(OTHER_CURP) is None
    assert [one[0] for one in audited()] == []


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({}, ["given_name"]),
        ({"given_name": ""}, ["given_name"]),
        ({"given_name": "Eva", "curp": "ABC"}, ["curp"]),
        ({"given_name": "Eva", "email": "eva"}, ["email"]),
        ({"given_name": "Eva", "id": "a#b"}, ["id"]),
        ({"given_name": "Eva", "matricula": "1"}, ["matricula"]),
        ({"given_name": "Eva", "left_on": "2026-11-20"}, ["left_on"]),
        ({"given_name": "x" * 201}, ["given_name"]),
    ],
)
def test_a_faulty_student_is_refused_field_by_field(
    boss: Caller, body: dict[str, str], fields: list[str]
) -> None:
    assert faults(boss.send("POST", "/students", body), 422) == fields


def test_a_request_sent_twice_adds_somebody_once(boss: Caller) -> None:
    body = {"given_name": "Eva", "family_name": "Sol"}

    first = boss.send("POST", "/students", body, Idempotency_Key="k1")
    second = boss.send("POST", "/students", body, Idempotency_Key="k1")

    assert first.status_code == second.status_code == 201
    assert first.json() == second.json()
    assert second["Idempotency-Replayed"] == "true"
    assert len(boss.send("POST", "/people/search", {"q": "sol"}).json()["items"]) == 1


def test_a_curp_is_shown_to_the_office_only(boss: Caller, teresa: Caller) -> None:
    boss.send("PATCH", "/students/ada", {"curp": CURP, "email": "ada@norte.example"})

    assert boss.get("/students/ada").json()["curp"] == CURP
    assert CURP.encode() in boss.get("/students").content
    for who in (
        teresa,
        Caller(boss.school, "ada", "student"),
        Caller(boss.school, "gloria", "guardian"),
    ):
        answer = who.get("/students/ada")
        assert answer.status_code == 200
        assert CURP.encode() not in answer.content
        found = teresa.send("POST", "/people/search", {"q": "ada"})
        assert b"Ada" in found.content
        assert CURP.encode() not in found.content


def test_everybody_of_a_role_is_listed_by_name_in_pages(boss: Caller) -> None:
    first = boss.get("/students?limit=2").json()
    second = boss.get(f"/students?limit=2&cursor={first['next_cursor']}").json()

    assert [one["id"] for one in first["items"] + second["items"]] == ["carla", "ada", "blas"]
    assert second["next_cursor"] is None
    assert boss.get(f"/teachers?cursor={first['next_cursor']}").status_code == 400
    assert [one["family_name"] for one in boss.get("/teachers").json()["items"]] == ["Díaz", "Gil"]


def test_teachers_and_guardians_are_kept_likewise(boss: Caller) -> None:
    teacher = boss.send("POST", "/teachers", {"given_name": "Zoë", "family_name": "O'Farrill"})
    place = f"/teachers/{teacher.json()['id']}"
    assert boss.send("PATCH", place, {"email": "zoe@norte.example"}).json()["version"] == 2
    assert faults(boss.send("PATCH", place, {"curp": CURP}), 422) == ["curp"]

    body = {"given_name": "Saúl", "family_name": "Núñez", "children": ["ada", "blas", "ada"]}
    guardian = boss.send("POST", "/guardians", body)
    place = f"/guardians/{guardian.json()['id']}"
    assert guardian.json()["children"] == ["ada", "blas"]
    assert boss.get(place).json()["children"] == ["ada", "blas"]
    assert "children" not in boss.get("/guardians").json()["items"][0]
    unknown = {"given_name": "Saúl", "children": ["ada", "nobody"]}
    assert faults(boss.send("POST", "/guardians", unknown), 422) == ["0.children.1"]


def test_a_guardian_sees_a_child_from_the_link_to_its_end(boss: Caller) -> None:
    services.add_guardians([Guardian(GLORIA, "Gloria", "Peña")])
    gloria = Caller(boss.school, "gloria", "guardian")
    assert gloria.get("/students/blas").status_code == 404

    assert boss.send("PUT", "/guardians/gloria/children/blas").status_code == 204
    assert gloria.get("/students/blas").status_code == 200
    assert boss.send("DELETE", "/guardians/gloria/children/blas").status_code == 204
    assert gloria.get("/students/blas").status_code == 404

    assert boss.send("DELETE", "/guardians/gloria/children/blas").status_code == 404
    assert boss.send("PUT", "/guardians/gloria/children/nobody").status_code == 404
    assert boss.send("PUT", "/guardians/nobody/children/ada").status_code == 404
    assert ("family.changed", "student:blas", {"guardian": "gloria", "linked": "yes"}) in audited()


def test_a_students_guardians_are_the_offices_to_see(boss: Caller) -> None:
    answer = boss.get("/students/ada/guardians")

    assert [one["id"] for one in answer.json()["items"]] == [GLORIA]
    assert boss.get("/students/blas/guardians").json() == {"items": []}
    assert boss.get("/students/nobody/guardians").status_code == 404
    assert (
        Caller(boss.school, "teresa", "teacher").get("/students/ada/guardians").status_code == 403
    )


def test_programs_keep_people_and_see_no_curp(boss: Caller, ask: Ask) -> None:
    scopes = ("people.read", "people.write")
    program = Program("sis", boss.school, ("integrator",), scopes)
    body = {"id": "eva", "given_name": "Eva", "family_name": "de la Cruz", "curp": CURP}

    added = ask("POST", "/students", body, who=program)
    assert (added.status_code, added.json()["curp"]) == (201, "")
    for method, path, asked in (
        ("GET", "/students", None),
        ("GET", "/students/eva", None),
        ("POST", "/people/search", {"q": "cruz"}),
    ):
        answer = ask(method, path, asked, who=program)
        assert answer.status_code == 200, answer.content
        assert b"de la Cruz" in answer.content
        assert CURP.encode() not in answer.content
    assert boss.get("/students/eva").json()["curp"] == CURP
    looked = ask("POST", "/people/lookup", {"curp": CURP}, who=program)
    assert [one["id"] for one in looked.json()["items"]] == ["eva"]


@pytest.mark.parametrize(
    "path", ["/students/ada", "/guardians/gloria", "/school", "/periods/2026-1"]
)
def test_asking_to_change_nothing_is_no_way_to_read(boss: Caller, path: str) -> None:
    answer = boss.send("PATCH", path, {})
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")


def test_a_change_to_what_is_so_already_is_a_look(boss: Caller) -> None:
    assert boss.send("PATCH", "/students/ada", {"given_name": "Ada"}).json()["version"] == 1
    found = store.every(AuditItem, day(clock.now().date()), consistent=True)
    looks = [one for one in found if one.action == "record.seen"]
    assert [(one.about, one.actor) for one in looks] == [("student:ada", "boss")]


@pytest.mark.parametrize("name", ["Ada", "Adela"])
def test_a_program_that_may_not_read_learns_nothing_by_writing(
    boss: Caller, ask: Ask, name: str
) -> None:
    program = Program("sis", boss.school, ("integrator",), ("people.write",))
    answer = ask("PATCH", "/students/ada", {"given_name": name}, who=program)
    version = 1 if name == "Ada" else 2
    assert (answer.status_code, answer.json()) == (200, {"id": "ada", "version": version})
    assert answer["ETag"] == f'"{version}"'


@pytest.mark.parametrize("group", ["student", "guardian", "gov_operator", "platform_admin"])
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/students"),
        ("POST", "/students"),
        ("PATCH", "/students/ada"),
        ("GET", "/guardians/gloria"),
        ("POST", "/people/lookup"),
        ("POST", "/people/search"),
        ("PUT", "/guardians/gloria/children/blas"),
        ("GET", "/students/ada/enrolments"),
    ],
)
def test_an_office_is_for_the_office(boss: Caller, group: str, method: str, path: str) -> None:
    assert Caller(boss.school, "ada", group).send(method, path, {}).status_code == 403
    if path != "/people/search" and "enrolments" not in path:
        assert Caller(boss.school, "teresa", "teacher").send(method, path, {}).status_code == 403


def test_the_role_of_the_api_suffices(
    boss: Caller, acting_as: Callable[[str], AbstractContextManager[None]]
) -> None:
    with acting_as("api"):
        assert boss.send("POST", "/students", {"given_name": "Eva"}).status_code == 201
        assert boss.send("PATCH", "/students/ada", {"family_name": "Sol"}).status_code == 200
        assert [
            one["id"] for one in boss.send("POST", "/people/search", {"q": "sol"}).json()["items"]
        ] == [ADA]
        assert boss.send("PUT", f"/guardians/gloria/children/{BLAS}").status_code == 204
