"""A school's office over HTTP: groups, teaching, enrolments, periods and the school itself."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest

from luca.aws import audit, store
from luca.aws.audit import AuditItem, day
from luca.kernel import clock, context
from luca.kernel.errors import Unavailable
from luca.kernel.ids import StudentId
from tenants import services
from tenants.repository import schools
from tenants.tests.calling import Caller
from tenants.tests.conftest import ADA, AUTUMN, CARLA, FIRST_A, FIRST_B, MATHS, Cast

pytestmark = pytest.mark.usefixtures("ask")
ENROLMENTS = f"/courses/{MATHS}/{AUTUMN}/enrolments"


@pytest.fixture
def boss(north: Cast) -> Caller:
    return Caller(north.school, "boss", "school_admin")


def fields(answer: Any) -> list[str]:
    return [one["field"] for one in answer.json().get("errors", [])]


def audited() -> list[tuple[str, str]]:
    found = store.every(AuditItem, day(clock.now().date()), consistent=True)
    acts = [one for one in found if one.actor != audit.OPERATOR]
    return [(one.action, one.about) for one in acts]


def test_a_group_is_made_renamed_filled_and_emptied(boss: Caller) -> None:
    assert boss.send("POST", "/groups", {"id": "2c", "name": "2° C"}).status_code == 201
    again = boss.send("POST", "/groups", {"id": "2c", "name": "2° D"})
    assert (again.status_code, fields(again)) == (409, ["id"])
    renamed = boss.send("PATCH", "/groups/2c", {"name": "Segundo C"})
    assert renamed.json() == {"id": "2c", "name": "Segundo C"}

    for _ in range(2):  # repeating it changes nothing
        assert boss.send("PUT", "/groups/2c/students/carla").status_code == 204
    assert [one["id"] for one in boss.get("/groups/2c/students").json()["items"]] == [CARLA]
    assert boss.send("DELETE", "/groups/2c/students/carla").status_code == 204
    assert boss.get("/groups/2c/students").json()["items"] == []

    assert boss.send("PUT", "/groups/2c/students/nobody").status_code == 422
    assert boss.send("PUT", "/groups/9z/students/carla").status_code == 404
    assert boss.send("PATCH", "/groups/9z", {"name": "x"}).status_code == 404
    assert boss.send("POST", "/groups", {"id": "2 c", "name": ""}).status_code == 422
    assert ("group.changed", "group:2c") in audited()


def test_members_of_a_group_come_in_pages(boss: Caller) -> None:
    first = boss.get("/groups/1a/students?limit=1").json()
    rest = boss.get(f"/groups/1a/students?limit=1&cursor={first['next_cursor']}").json()

    assert [one["id"] for one in first["items"] + rest["items"]] == ["ada", "blas"]
    assert boss.get(f"/groups/1b/students?cursor={first['next_cursor']}").status_code == 400


def test_a_teacher_is_assigned_and_unassigned(boss: Caller) -> None:
    place = f"/groups/1b/teaching/{MATHS}"
    assert boss.send("PUT", f"{place}/teresa").status_code == 204
    assert boss.get("/groups/1b/teaching").json()["items"] == [
        {"subject": "maths", "teacher": "teresa"},
        {"subject": "maths", "teacher": "tomas"},
    ]
    assert boss.send("DELETE", f"{place}/teresa").status_code == 204
    assert boss.send("DELETE", f"{place}/teresa").status_code == 404
    assert boss.send("PUT", f"{place}/nobody").status_code == 404
    teresa, tomas = (Caller(boss.school, who, "teacher") for who in ("teresa", "tomas"))
    assert len(tomas.get("/groups/1b/teaching").json()["items"]) == 1
    absent = tomas.get("/groups/9z/teaching")
    assert (teresa.get("/groups/1b/teaching").content, absent.status_code) == (absent.content, 404)
    assert ("teaching.changed", "group:1b") in audited()


def test_no_curp_becomes_the_id_of_anything(boss: Caller) -> None:
    """The audit log takes none, so nothing would be written but the thing itself."""
    curp = "SABC560626MDFLRN01"
    period = {"id": curp, "name": "x", "starts": "2027-01-11", "ends": "2027-06-25"}
    invitation = {"person": curp, "email": "b@norte.example", "groups": ["school_admin"]}
    assert fields(boss.send("POST", "/groups", {"id": curp, "name": "x"})) == ["id"]
    assert fields(boss.send("POST", "/periods", period)) == ["id"]
    assert fields(boss.send("POST", "/invitations", invitation)) == ["person"]
    assert boss.send("PUT", f"/groups/1b/teaching/{curp}/teresa").status_code == 422
    table = f"clave,nombre\n{curp},1C\n".encode()
    assert boss.send_csv("/imports/groups", table).status_code == 422
    assert curp not in {group.id for group in services.groups()}


def test_students_are_enrolled_moved_and_withdrawn_with_a_history(boss: Caller) -> None:
    body = {"items": [{"student": "ada", "group": "1b"}, {"student": "carla", "group": "1b"}]}
    assert boss.send("POST", ENROLMENTS, body).json() == {"changed": 1, "unchanged": 1}
    assert boss.send("DELETE", f"{ENROLMENTS}/ada").status_code == 204
    assert boss.send("DELETE", f"{ENROLMENTS}/ada").status_code == 404

    history = boss.get("/students/ada/enrolments?limit=2").json()
    assert [(one["move"], one["before"], one["group"], one["by"]) for one in history["items"]] == [
        ("withdrawn", "1b", None, "boss"),
        ("moved", "1a", "1b", "boss"),
    ]
    more = boss.get(f"/students/ada/enrolments?cursor={history['next_cursor']}").json()
    assert [one["move"] for one in more["items"]] == ["enrolled"]
    # Tomas taught her at the end; what was graded stays readable to him.
    assert (
        Caller(boss.school, "tomas", "teacher").get("/students/ada/enrolments").status_code == 200
    )
    teresa = Caller(boss.school, "teresa", "teacher")
    assert teresa.get("/students/ada/enrolments").status_code == 404
    assert ("enrolment.changed", "student:ada") in audited()
    assert ("record.seen", "student:ada") in audited()


def test_enrolments_are_refused_whole_when_one_is_wrong(boss: Caller) -> None:
    body = {"items": [{"student": "ada", "group": "1b"}, {"student": "nobody", "group": "1b"}]}

    refused = boss.send("POST", ENROLMENTS, body)

    assert (refused.status_code, fields(refused)) == (422, ["1.student"])
    assert services.roster(MATHS, AUTUMN)[0].group == FIRST_A
    rows: list[list[dict[str, str]]] = [[], [{"student": "ada"}], [{}] * 101]
    for faulty in ({}, *({"items": one} for one in rows)):
        assert boss.send("POST", ENROLMENTS, faulty).status_code == 422
    assert boss.send("POST", f"/courses/{MATHS}/2031-1/enrolments", body).status_code == 404


def test_rosters_of_a_closing_period_stay(boss: Caller) -> None:
    services.begin_closing(AUTUMN)

    assert boss.send("DELETE", f"{ENROLMENTS}/ada").json()["code"] == "period_closed"
    assert boss.send("PATCH", f"/periods/{AUTUMN}", {"name": "x"}).json()["code"] == "period_closed"


def test_periods_are_made_and_changed_and_not_closed_here(boss: Caller) -> None:
    spring = {"id": "2027-1", "name": "Primavera", "starts": "2027-01-11", "ends": "2027-06-25"}
    assert boss.send("POST", "/periods", spring).json() == spring | {"state": "open"}
    assert boss.send("POST", "/periods", spring).status_code == 409
    changed = boss.send("PATCH", "/periods/2027-1", {"ends": "2027-07-02"})
    assert changed.json()["ends"] == "2027-07-02"
    assert fields(boss.send("PATCH", "/periods/2027-1", {"ends": "2026-07-02"})) == ["ends"]
    assert fields(boss.send("PATCH", "/periods/2027-1", {"state": "closed"})) == ["state"]
    assert boss.send("PATCH", "/periods/2031-1", {"name": "x"}).status_code == 404
    assert audited() == [("period.changed", "period:2027-1")] * 2


def test_the_schools_profile_is_changed_and_an_odd_cct_only_warns(boss: Caller) -> None:
    body = {"name": "Colegio Norte de Peñón", "cct": "09des0001a", "staff_totp": True}
    changed = boss.send("PATCH", "/school", body, Accept_Language="es-mx")

    assert changed.status_code == 200, changed.content
    assert changed.json() | {"warnings": []} == boss.get("/school").json() | {"warnings": []}
    assert (changed.json()["cct"], changed.json()["staff_totp"]) == ("09DES0001A", True)
    assert [one[:33] for one in changed.json()["warnings"]] == ["La última letra de esta CCT suele"]
    english = boss.send("PATCH", "/school", {"language": "en"}, Accept_Language="en")
    assert english.json()["warnings"][0].startswith("The last letter")
    with context.entered():
        listed = {one.id: one.name for one in services.schools()}
    assert listed[services.school_profile().id] == "Colegio Norte de Peñón"
    assert fields(boss.send("PATCH", "/school", {"cct": "x", "time_zone": "Mars"})) == [
        "cct",
        "time_zone",
    ]
    assert fields(boss.send("PATCH", "/school", {"id": "south"})) == ["id"]
    assert audited()[0] == ("school.changed", f"school:{boss.school}")


def test_the_role_of_the_api_suffices(
    boss: Caller, acting_as: Callable[[str], AbstractContextManager[None]]
) -> None:
    with acting_as("api"):
        assert boss.send("PATCH", "/school", {"name": "Colegio Sur"}).status_code == 200
        assert boss.send("POST", "/groups", {"id": "2c", "name": "2° C"}).status_code == 201
        assert boss.send("DELETE", f"{ENROLMENTS}/ada").status_code == 204


@pytest.mark.parametrize("group", ["teacher", "student", "guardian", "platform_admin"])
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("PATCH", "/school"),
        ("POST", "/periods"),
        ("PATCH", f"/periods/{AUTUMN}"),
        ("POST", "/groups"),
        ("PATCH", "/groups/1a"),
        ("PUT", "/groups/1a/students/carla"),
        ("PUT", "/groups/1a/teaching/maths/tomas"),
        ("POST", ENROLMENTS),
        ("DELETE", f"{ENROLMENTS}/ada"),
    ],
)
def test_only_the_office_arranges(boss: Caller, group: str, method: str, path: str) -> None:
    assert Caller(boss.school, "teresa", group).send(method, path, {}).status_code == 403
    assert services.enrolment(ADA, MATHS, AUTUMN) is not None
    assert FIRST_B in {one.id for one in services.groups()}


def test_of_two_who_change_the_school_at_once_nobody_loses(
    boss: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One asks for authenticator apps; the other, who read the profile before, names the school."""
    meanwhile(monkeypatch, "profile", lambda: boss.send("PATCH", "/school", {"staff_totp": True}))

    answer = boss.send("PATCH", "/school", {"name": "Colegio del Norte"})

    assert (answer.status_code, answer.json()["name"]) == (200, "Colegio del Norte")
    found = services.school_profile()
    assert (found.name, found.staff_totp) == ("Colegio del Norte", True)
    assert [act for act, _ in audited()].count("school.changed") == 2


def test_of_two_who_change_a_period_at_once_nobody_loses(
    boss: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = f"/periods/{AUTUMN}"
    meanwhile(monkeypatch, "period", lambda: boss.send("PATCH", place, {"name": "Otoño"}))

    assert boss.send("PATCH", place, {"ends": "2026-12-20"}).json()["name"] == "Otoño"

    found = services.period(AUTUMN)
    assert (found.name, str(found.ends)) == ("Otoño", "2026-12-20")


def meanwhile(monkeypatch: pytest.MonkeyPatch, what: str, act: Callable[[], Any]) -> None:
    """Let somebody else act once, between what the first reads and what they write."""
    read = getattr(schools, what)

    def then(*given: Any) -> Any:
        found = read(*given)
        monkeypatch.setattr(schools, what, read)
        assert act().status_code == 200
        return found

    monkeypatch.setattr(schools, what, then)


SPRING = {"id": "2027-1", "name": "Primavera", "starts": "2027-01-11", "ends": "2027-06-25"}


@pytest.mark.parametrize(
    ("method", "path", "body", "act"),
    [
        ("POST", "/groups", {"id": "1c", "name": "1C"}, "group.changed"),
        ("PATCH", "/groups/1a", {"name": "Primero A"}, "group.changed"),
        ("PUT", "/groups/1b/students/ada", None, "group.changed"),
        ("DELETE", "/groups/1a/students/ada", None, "group.changed"),
        ("PUT", "/groups/1b/teaching/maths/teresa", None, "teaching.changed"),
        ("DELETE", "/groups/1a/teaching/maths/teresa", None, "teaching.changed"),
        ("POST", ENROLMENTS, {"items": [{"student": "ada", "group": "1b"}]}, "enrolment.changed"),
        ("DELETE", f"{ENROLMENTS}/ada", None, "enrolment.changed"),
        ("PUT", "/guardians/gloria/children/blas", None, "family.changed"),
        ("DELETE", "/guardians/gloria/children/ada", None, "family.changed"),
        ("POST", "/periods", SPRING, "period.changed"),
        ("PATCH", f"/periods/{AUTUMN}", {"name": "Otoño"}, "period.changed"),
        ("PATCH", "/school", {"name": "Colegio del Norte"}, "school.changed"),
    ],
)
def test_an_act_that_could_not_be_written_down_did_not_happen(
    boss: Caller,
    monkeypatch: pytest.MonkeyPatch,
    method: str,
    path: str,
    body: Any,
    act: str,
) -> None:
    """Or its repetition would find it done, and leave no entry either."""

    def fail(*_: Any) -> Any:
        raise Unavailable("Not now.")

    with monkeypatch.context() as patch:
        patch.setattr(audit, "_item", fail)
        assert boss.send(method, path, body).status_code == 503
    assert boss.send(method, path, body).status_code // 100 == 2
    assert [one for one, _ in audited()] == [act]


def test_an_import_that_could_not_be_written_down_did_not_happen(
    boss: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any) -> Any:
        raise Unavailable("Not now.")

    monkeypatch.setattr(audit, "_item", fail)
    table = b"clave,nombre\neva,Eva\n"
    assert boss.send_csv("/imports/students", table).status_code == 503
    assert services.students([StudentId("eva")]) == {}
