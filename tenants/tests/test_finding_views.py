"""Finding people over HTTP."""

from typing import Any

import pytest

from luca.kernel import context
from luca.kernel.ids import StudentId
from tenants import services
from tenants.domain import Student
from tenants.tests.calling import Caller
from tenants.tests.conftest import GLORIA, Cast

CURP = "SABC560626MDFLRN01"
pytestmark = pytest.mark.usefixtures("ask")


@pytest.fixture
def boss(north: Cast) -> Caller:
    return Caller(north.school, "boss", "school_admin")


@pytest.fixture
def teresa(north: Cast) -> Caller:
    return Caller(north.school, "teresa", "teacher")


def search(who: Caller, **asked: str) -> Any:
    return who.send("POST", "/people/search", asked)


def faults(answer: Any, status: int) -> list[str]:
    assert answer.status_code == status, answer.content
    return [one["field"] for one in answer.json().get("errors", [])]


def test_people_are_looked_up_by_what_a_body_says(boss: Caller, south: Cast) -> None:
    boss.send("PATCH", "/students/ada", {"curp": CURP, "email": "casa@norte.example"})
    boss.send("PATCH", "/guardians/gloria", {"email": "casa@norte.example", "external_id": "G-1"})
    with context.entered(school=south.school):
        services.add_students([Student(StudentId("zoe"), "Zoë", email="zoe@sur.example")])

    def found(**asked: str) -> list[tuple[str, str]]:
        answer = boss.send("POST", "/people/lookup", asked)
        return [(one["role"], one["id"]) for one in answer.json()["items"]]

    assert found(email=" Casa@Norte.example") == [("guardian", "gloria"), ("student", "ada")]
    assert found(curp=CURP.lower()) == [("student", "ada")]
    assert found(external_id="G-1") == [("guardian", "gloria")]
    assert found(email="zoe@sur.example") == found(external_id="D-1") == found(curp="x") == []
    for body in ({}, {"email": "a@b.mx", "curp": CURP}, {"name": "Ada"}):
        assert boss.send("POST", "/people/lookup", body).status_code == 422


def test_search_over_http(boss: Caller, teresa: Caller, south: Cast) -> None:
    assert search(boss, q="NUÑEZ ad").json() == {
        "items": [
            {
                "id": "ada",
                "role": "student",
                "given_name": "Ada",
                "family_name": "Núñez Peña",
                "status": "active",
            }
        ],
        "next_cursor": None,
    }
    assert [one["id"] for one in search(boss, q="pe", role="guardian").json()["items"]] == [GLORIA]
    assert search(teresa, q="alvarez").json() == {"items": [], "next_cursor": None}
    assert search(teresa, q="pe", role="guardian").status_code == 403
    assert faults(search(boss, q="n"), 422) == ["q"]
    assert faults(search(boss), 422) == ["q"]
    assert faults(search(boss, q="ada", role="boss"), 422) == ["role"]
    southern = Caller(south.school, "boss", "school_admin")
    assert [one["id"] for one in search(southern, q="nunez").json()["items"]] == ["dario"]
