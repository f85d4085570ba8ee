"""Whatever a client sends to the office's doors is answered, never broken by."""

import json
from typing import Any

import pytest

from tenants import services
from tenants.tests.calling import Caller
from tenants.tests.conftest import ADA, AUTUMN, MATHS, Cast

pytestmark = pytest.mark.usefixtures("ask")
DOORS = [
    ("POST", "/students"),
    ("PATCH", "/students/ada"),
    ("POST", "/guardians"),
    ("POST", "/people/lookup"),
    ("POST", "/groups"),
    ("PATCH", "/groups/1a"),
    ("POST", "/periods"),
    ("PATCH", f"/periods/{AUTUMN}"),
    ("PATCH", "/school"),
    ("POST", f"/courses/{MATHS}/{AUTUMN}/enrolments"),
]
NAMES = (
    "id given_name family_name email curp external_id children left_on name starts ends items cct "
    "time_zone language staff_totp student group"
)
ODD: list[Any] = [None, 5, True, "", "\u0000", "x" * 5000, [], {}, [{"a": 1}]]


@pytest.fixture
def boss(north: Cast) -> Caller:
    return Caller(north.school, "boss", "school_admin")


@pytest.mark.parametrize(("method", "path"), DOORS)
def test_odd_bodies_are_refused_with_a_reason(boss: Caller, method: str, path: str) -> None:
    whole: list[Any] = [b"null", b"[]", b"3", b'"x"', b"{", b"\xff", b'{"given_name": "\\ud800"}']
    parts = [json.dumps({name: odd}).encode() for name in NAMES.split() for odd in ODD]

    answers = {body: boss.send(method, path, body) for body in [*whole, *parts]}

    broken = {body: a.status_code for body, a in answers.items() if a.status_code >= 500}
    assert broken == {}
    assert {answers[body].status_code for body in whole} <= {400, 422}
    assert services.student(ADA).id == ADA


@pytest.mark.parametrize(
    "text", ["\0\0", "\ud800\ud800", "mar " * 500, "x" * 5000, "李小龙", "😀😀", "  ma  ", "%%"]
)
def test_odd_searches_are_answered(boss: Caller, text: str) -> None:
    asked = {"q": text}
    assert boss.send("POST", "/people/search", asked).status_code in {200, 400, 422}
    wrong = boss.send("POST", "/people/search?cursor=x", {"q": "ada"})
    assert wrong.status_code == 400


def test_a_name_in_another_script_is_found(boss: Caller) -> None:
    boss.send("POST", "/students", {"id": "lee", "given_name": "小龙", "family_name": "李"})
    boss.send("POST", "/students", {"id": "smile", "given_name": "😀"})

    assert [
        one["id"] for one in boss.send("POST", "/people/search", {"q": "小龙"}).json()["items"]
    ] == ["lee"]
    assert len(boss.get("/students").json()["items"]) == 5
