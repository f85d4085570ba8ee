"""Nothing in a request names the school but its token, and no id leaves its school."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest

from luca.kernel.ids import uuid7
from tests.permissions.rows import TABLE
from tests.permissions.words import KNOWN, Row
from tests.permissions.world import Target, fresh

if TYPE_CHECKING:
    from tests.permissions.asking import Asker
    from tests.permissions.world import Place

HEADERS = ("X-School-Id", "X-School", "X-Tenant-Id", "X-Tenant", "School", "X-Amzn-School-Id")
QUERY = "school={0}&school_id={0}&tenant={0}&custom:school_id={0}"
ADMINS = [row for row in TABLE if "admin" in row.yes.split() and not row.proof]
READING = [row for row in ADMINS if row.method == "GET"]
WRITING = [row for row in ADMINS if row.method in {"POST", "PATCH", "PUT"} and row.body]
NAMING = [row for row in ADMINS if "<id:" in row.route]
LISTS = 5  # with more than one page in the schools of these tests; more is better
ODD_IDS = {
    "a separator": "a%23b",
    "a key": "TENANT%23other%23STUDENT%23ada",
    "upwards": "%2e%2e",
    "upwards and down": "..%2f..%2fschool",
    "nothing": "%00",
    "a space": "ada%20",
    "wide letters": quote("\uff41\uff44\uff41"),
    "an accent": quote("adá"),
    "a wildcard": "*",
    "a variable": quote("${aws:PrincipalTag/school_id}"),
    "too long": "a" * 65,
    "half a letter": "%ff",
}


def with_query(row: Row, more: str) -> Row:
    """The same question with more after the question mark."""

    def query(target: Target) -> str:
        found = str(row.query(target))
        return f"{found}{'&' if found else '?'}{more}"

    return replace(row, query=query)


@pytest.mark.parametrize("row", READING, ids=str)
def test_headers_and_queries_that_name_a_school_change_nothing(row: Row, asker: Asker) -> None:
    here, there = asker.places
    who, target = KNOWN["admin"], asker.target(here, "own")
    plain = asker.send(row, who, here, target)
    assert plain.status_code == 200

    named = asker.send(row, who, here, target, dict.fromkeys(HEADERS, there.school))
    asked = asker.send(with_query(row, QUERY.format(there.school)), who, here, target)

    for answer in (named, asked):
        # A list may refuse what it does not know; it never follows it.
        assert answer.status_code == 200 or (answer is asked and answer.status_code in {400, 422})
        text = answer.getvalue().decode()
        assert there.school not in text
        assert there.mark.lower() not in text.lower()


@pytest.mark.parametrize("row", WRITING, ids=str)
def test_a_body_that_names_a_school_writes_into_no_other(row: Row, asker: Asker) -> None:
    here, there = asker.places
    make: Any = row.body

    def body(target: Target) -> Any:
        made = make(target)
        named = dict.fromkeys(("school", "school_id", "tenant_id"), there.school)
        return made | named if isinstance(made, dict) else made

    answer = asker.send(replace(row, body=body), KNOWN["admin"], here, asker.target(here, "own"))

    assert answer.status_code in {200, 201, 202, 204, 400, 409, 422}, answer.content
    assert there.school not in answer.content.decode()
    assert there.mark.lower() not in answer.content.decode().lower()


def test_a_cursor_of_another_school_opens_nothing(asker: Asker) -> None:
    here, there = asker.places
    who, moved = KNOWN["admin"], {}
    for row in READING:
        cursor = next_cursor(asker.send(with_query(row, "limit=1"), who, there, own(asker, there)))
        if cursor is not None:
            again = with_query(row, f"cursor={cursor}")
            answer = asker.send(again, who, here, own(asker, here))
            moved[row.endpoint] = answer.status_code, answer.json()["code"]

    assert len(moved) >= LISTS
    assert set(moved.values()) == {(400, "bad_cursor")}, moved


def own(asker: Asker, place: Place) -> Target:
    return asker.target(place, "own")


def next_cursor(answer: Any) -> str | None:
    """Where a list goes on; None for what is no list, or ends."""
    if answer.status_code != 200 or "json" not in answer["Content-Type"]:
        return None
    body = answer.json()
    found: str | None = body.get("next_cursor") if isinstance(body, dict) else None
    return found


def test_one_idempotency_key_in_two_schools_is_two_keys(asker: Asker) -> None:
    row = next(one for one in TABLE if one.endpoint == "POST students")
    key = {"Idempotency-Key": uuid7()}
    name = fresh("eva")

    def body(target: Target) -> Any:
        return {"id": name, "given_name": "Eva", "family_name": target.place.mark}

    same = replace(row, body=body)
    answers = [
        asker.send(same, KNOWN["admin"], place, asker.target(place, "own"), key)
        for place in asker.places
    ]

    assert [one.status_code for one in answers] == [201, 201]
    assert [one.has_header("Idempotency-Replayed") for one in answers] == [False, False]
    assert answers[0].json()["family_name"] != answers[1].json()["family_name"]


@pytest.mark.parametrize("odd", ODD_IDS, ids=str)
def test_what_is_no_id_is_the_id_of_nothing(odd: str, asker: Asker) -> None:
    here = asker.places[0]
    token = asker.token(KNOWN["admin"], here)
    for row in NAMING:
        parts = [ODD_IDS[odd] if "<" in part else part for part in row.route.split("/")]
        answer = asker.ask.send(
            row.method, "/" + "/".join(parts), {}, {"Authorization": f"Bearer {token}"}
        )
        # 415: it wants a table, and looked no further
        assert answer.status_code in {404, 415, 422}, (row.endpoint, answer.content)
        assert answer["Content-Type"] == "application/problem+json"
