"""Types of events over HTTP: Pilar runs the office of a school, Ana is a student."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from luca.kernel import clock

if TYPE_CHECKING:
    from luca.api.tests.asking import Ask

pytestmark = pytest.mark.usefixtures("types_forgotten")
PILAR, ANA = "pilar/school_admin", "ana/student"
LABELS = {"es": "Reto", "en": "Challenge"}
SCHEMA = {"type": "object", "properties": {"level": {"type": "integer"}}, "required": ["level"]}
CHALLENGE = "/event-types/challenge"


@pytest.fixture
def pilar(ask: Ask, school: str) -> Ask:
    ask.school, ask.who = school, PILAR
    return ask


def put(ask: Ask, body: Any, path: str = CHALLENGE, seen: str | None = None) -> Any:
    return ask("PUT", path, body, headers={"If-Match": seen} if seen else {})


def test_a_type_is_defined_read_changed_and_removed(pilar: Ask) -> None:
    made = put(pilar, {"labels": LABELS, "schema": SCHEMA})
    assert (made.status_code, made["ETag"]) == (201, '"1"')
    assert made.json() == {
        "type": "challenge",
        "labels": LABELS,
        "schema": SCHEMA,
        "active": True,
        "built_in": False,
        "version": 1,
    }
    assert pilar("GET", CHALLENGE, who=ANA).json() == made.json()

    changed = put(pilar, {"labels": LABELS, "active": False}, seen=made["ETag"])
    assert (changed.status_code, changed["ETag"]) == (200, '"2"')
    assert changed.json()["schema"] == {"type": "object"}
    assert changed.json()["active"] is False

    removed = pilar("DELETE", CHALLENGE, headers={"If-Match": changed["ETag"]})
    assert removed.status_code == 204
    assert pilar("GET", CHALLENGE).status_code == 404


def test_a_built_in_type_is_switched_off_and_on_again(pilar: Ask) -> None:
    path = "/event-types/login"
    login = pilar("GET", path)
    assert (login.json()["built_in"], login["ETag"]) == (True, '"0"')
    body = {name: login.json()[name] for name in ("labels", "schema")}
    off = put(pilar, {**body, "active": False}, path, login["ETag"])
    assert (off.status_code, off.json()["active"]) == (200, False)
    event = {"type": "login", "student": "ana", "time": clock.stamp(clock.now())}
    refused = pilar("POST", "/behavior", event, who=ANA)
    assert refused.status_code == 422
    assert {"field": "type", "message": "Is not defined in this school."} in refused.json()[
        "errors"
    ]
    assert pilar("DELETE", path, headers={"If-Match": off["ETag"]}).status_code == 204
    assert pilar("GET", path).json() == login.json()


def test_the_types_are_listed_by_pages_and_by_name(pilar: Ask) -> None:
    put(pilar, {"labels": LABELS, "active": False})
    names: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        page = pilar("GET", f"/event-types?limit=4&cursor={cursor}", who=ANA).json()
        assert len(page["items"]) <= 4
        names += [one["type"] for one in page["items"]]
        cursor = page["next_cursor"]
    assert names == sorted({*names})
    assert {"challenge", "attendance", "xapi_statement"} <= set(names)
    assert len(names) == 15


REFUSED: list[tuple[str, Any, str, str | None, int, list[str]]] = [
    ("no JSON", "{", CHALLENGE, None, 400, []),
    ("no labels", {}, CHALLENGE, None, 422, ["labels"]),
    ("one label", {"labels": {"es": "Reto"}}, CHALLENGE, None, 422, ["labels.en"]),
    ("a field of its own", {"labels": LABELS, "icon": 1}, CHALLENGE, None, 422, ["icon"]),
    ("no schema", {"labels": LABELS, "schema": []}, CHALLENGE, None, 422, ["schema"]),
    ("any type", {"labels": LABELS, "schema": {}}, CHALLENGE, None, 422, ["schema.type"]),
    ("an empty label", {"labels": {"es": "", "en": "x"}}, CHALLENGE, None, 422, ["labels.es"]),
    ("a name that is none", {"labels": LABELS}, "/event-types/Reto", None, 422, ["type"]),
    ("a built-in name", {"labels": LABELS}, "/event-types/login", None, 409, []),
    ("another version", {"labels": LABELS}, "/event-types/login", '"7"', 412, []),
    ("a tag that is none", {"labels": LABELS}, "/event-types/login", "7", 400, []),
    ("what is not there", {"labels": LABELS}, CHALLENGE, '"1"', 404, []),
]


@pytest.mark.parametrize(
    ("body", "path", "seen", "status", "fields"),
    [one[1:] for one in REFUSED],
    ids=[one[0] for one in REFUSED],
)
def test_a_type_that_cannot_be_is_refused_by_field(
    pilar: Ask, body: Any, path: str, seen: str | None, status: int, fields: list[str]
) -> None:
    answer = put(pilar, body, path, seen)
    assert answer.status_code == status, answer.content
    assert [one["field"] for one in answer.json().get("errors", [])] == fields


def test_whoever_removes_says_what_they_saw(pilar: Ask) -> None:
    put(pilar, {"labels": LABELS})
    for seen, status in ((None, 422), ('"2"', 412), ("*", 422)):
        headers = {"If-Match": seen} if seen else {}
        assert pilar("DELETE", CHALLENGE, headers=headers).status_code == status
    built_in = pilar("DELETE", "/event-types/login", headers={"If-Match": '"0"'})
    assert (built_in.status_code, built_in.json()["code"]) == (409, "event_type_built_in")


@pytest.mark.parametrize("who", [ANA, "reyes/teacher", "rosa/guardian", "root/platform_admin"])
def test_who_does_not_run_the_school_reads_only(pilar: Ask, who: str) -> None:
    put(pilar, {"labels": LABELS})
    assert pilar("GET", "/event-types", who=who).status_code == 200
    assert pilar("PUT", CHALLENGE, {"labels": LABELS}, who=who).status_code == 403
    headers = {"If-Match": '"1"'}
    assert pilar("DELETE", CHALLENGE, who=who, headers=headers).status_code == 403


def test_another_schools_type_is_nowhere(pilar: Ask, school: str) -> None:
    put(pilar, {"labels": LABELS})
    there = f"{school}-2"
    assert pilar("GET", CHALLENGE, school=there).status_code == 404
    assert "challenge" not in pilar("GET", "/event-types", school=there).content.decode()
