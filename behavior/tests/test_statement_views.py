"""xAPI over HTTP, as its clients speak it. Ana and Luis are of one school, Eva of another."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pytest
from rest_framework.test import APIClient

from behavior import rules, services
from behavior.tests.deliveries import stored
from behavior.tests.speaking import HEADER, events_in, now, parcel_in, post, put, send
from behavior.tests.stating import ADL, SOMEBODY, UUID4, statement
from luca.aws.queue import Received

Enter = Callable[..., APIClient]


def test_a_statement_goes_the_way_of_events(enter: Enter, sent_messages: list[str]) -> None:
    at = now(minutes=1)
    answer = post(enter("ana", "student"), statement(id=UUID4.upper(), timestamp=at))
    assert (answer.status_code, answer.json()) == (200, [UUID4])
    assert answer[HEADER] == "1.0.3"
    (event,) = events_in(sent_messages)
    assert (event.id, event.at, event.time) == (UUID4, at, at)
    assert (event.type, event.student, event.source) == ("video_played", "ana", "xapi")
    assert parcel_in(sent_messages[0]).origin.actor == "ana"


def test_the_consumer_stores_it_under_its_time_and_id_and_once(
    enter: Enter, sent_messages: list[str]
) -> None:
    client, at = enter("ana", "student"), now(minutes=1)
    said = [statement(id=UUID4, timestamp=at), statement(timestamp=at)]
    ids = post(client, said).json()
    post(client, said[0])
    messages = [Received(one, one, one, receives=1, sent=0) for one in sent_messages]
    outcome = services.ingest(messages)
    assert (len(outcome.done), outcome.refused, outcome.failed) == (2, [], [])
    assert {(one.at, one.id) for one in stored()} == {(at, one) for one in ids}
    shown = client.get("/students/ana/events").json()["items"]
    assert {one["event_id"] for one in shown} == set(ids)
    assert shown[0]["metadata"]["object"] == {"id": "http://lms.example.mx/videos/7"}


def test_fifty_statements_are_one_message_and_their_ids_keep_their_order(
    enter: Enter, sent_messages: list[str]
) -> None:
    ids = [str(uuid4()) for _ in range(49)]
    body = [statement(id=one, timestamp=now()) for one in ids] + [statement()]
    answer = post(enter("ana", "student"), body)
    assert answer.status_code == 200
    assert len(sent_messages) == 1
    assert answer.json()[:49] == ids
    assert UUID(answer.json()[49]).version == 5  # TinCanPython takes none of 6 to 8
    assert [one.id for one in events_in(sent_messages)] == answer.json()


def test_a_statement_without_a_time_happened_when_it_came(
    enter: Enter, sent_messages: list[str]
) -> None:
    post(enter("ana", "student"), statement())
    (event,) = events_in(sent_messages)
    assert event.time == event.received


def test_a_put_statement_has_the_id_of_the_request(enter: Enter, sent_messages: list[str]) -> None:
    client = enter("ana", "student")
    for said in (statement(timestamp=now()), statement(id=UUID4.upper(), timestamp=now())):
        answer = put(client, said, UUID4)
        assert (answer.status_code, answer.content) == (204, b"")
        assert answer[HEADER] == "1.0.3"
    assert [one.id for one in events_in(sent_messages)] == [UUID4, UUID4]


PUT_WRONG: list[tuple[str, Any, str, list[str]]] = [
    ("no id", statement(), "", ["statementId"]),
    ("an id that is none", statement(), "?statementId=7", ["statementId"]),
    ("another id", statement(id=str(uuid4())), f"?statementId={UUID4}", ["id"]),
    ("an array", [statement()], f"?statementId={UUID4}", []),
    ("an address", statement(actor={"mbox": "mailto:ana@x.mx"}), f"?statementId={UUID4}",
     ["actor.mbox"]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("body", "query", "fields"), [one[1:] for one in PUT_WRONG], ids=[one[0] for one in PUT_WRONG]
)
def test_a_put_that_contradicts_itself_is_refused(
    enter: Enter, sent_messages: list[str], body: Any, query: str, fields: list[str]
) -> None:
    answer = send(enter("ana", "student"), "PUT", body, query)
    assert answer.status_code == 400
    assert [error["field"] for error in answer.json().get("errors", [])] == fields
    assert sent_messages == []


@pytest.mark.parametrize(
    ("version", "status"),
    [("1.0", 200), ("1.0.0", 200), ("1.0.3", 200), ("1.0.9", 200),
     ("", 400), ("0.95", 400), ("1.1.0", 400), ("2.0.0", 400), ("1.0.3\t2", 400)],
)  # fmt: skip
def test_the_version_is_demanded(
    enter: Enter, sent_messages: list[str], version: str, status: int
) -> None:
    answer = post(enter("ana", "student"), statement(), **{HEADER: version})
    assert (answer.status_code, answer[HEADER]) == (status, "1.0.3")
    assert len(sent_messages) == (status == 200)
    if status == 400:
        assert answer.json()["code"] == "xapi_version"


def test_without_the_version_nothing_is_taken(enter: Enter, sent_messages: list[str]) -> None:
    client = enter("ana", "student")
    for method, query in (("POST", ""), ("PUT", f"?statementId={UUID4}")):
        path = f"/xapi/statements{query}"
        answer = client.generic(method, path, json.dumps(statement()), "application/json")
        assert (answer.status_code, answer.json()["code"]) == (400, "xapi_version")
    assert sent_messages == []


def test_anybody_may_ask_for_the_versions() -> None:
    answer = APIClient(SERVER_NAME="127.0.0.1").get("/xapi/about")
    assert answer.status_code == 200
    assert answer.json() == {"version": ["1.0.3", "1.0.2", "1.0.1", "1.0.0"]}
    assert answer[HEADER] == "1.0.3"


LUIS, EVA = ({"account": {"name": one}} for one in ("luis", "eva"))
REFUSED: list[tuple[str, Any, int, list[str]]] = [
    ("not JSON", "{", 400, []),
    ("no statement", [], 400, []),
    ("51 statements", [statement()] * 51, 400, []),
    ("an address", statement(actor={"mbox": "mailto:ana@x.mx"}), 400, ["actor.mbox"]),
    ("from the future", statement(timestamp="2999-01-01T00:00:00Z"), 400, ["timestamp"]),
    ("of 2021", statement(timestamp="2021-11-29T23:09:00Z"), 400, ["timestamp"]),
    ("rows", [statement(), statement(verb={"id": f"{ADL}voided"}), 7], 400,
     ["statements.1.verb.id", "statements.2"]),
    ("old rows", [statement(), statement(timestamp="2021-11-29T23:09:00Z")], 400,
     ["statements.1.timestamp"]),
    ("one id for two", [statement(id=one, timestamp=now()) for one in (UUID4, UUID4.upper())], 400,
     ["statements.1.id"]),
    ("of another student", statement(actor=LUIS), 403, ["actor.account.name"]),
    ("of another school's", [statement(), statement(actor=EVA)], 403,
     ["statements.1.actor.account.name"]),
    ("too large for the queue", [statement(result={"response": "ñ" * 3500})] * 40, 413, []),
]  # fmt: skip


@pytest.mark.parametrize(
    ("body", "status", "fields"), [one[1:] for one in REFUSED], ids=[one[0] for one in REFUSED]
)
def test_what_cannot_be_taken_is_refused_whole(
    enter: Enter, sent_messages: list[str], body: Any, status: int, fields: list[str]
) -> None:
    answer = post(enter("ana", "student"), body)
    assert (answer.status_code, answer[HEADER]) == (status, "1.0.3")
    assert answer["Content-Type"] == "application/problem+json"
    assert [error["field"] for error in answer.json().get("errors", [])] == fields
    assert sent_messages == []


@pytest.mark.parametrize("kind", ["multipart/mixed; boundary=x", "text/plain", ""])
def test_only_json_is_taken(enter: Enter, sent_messages: list[str], kind: str) -> None:
    client = enter("ana", "student")
    path, text = "/xapi/statements", json.dumps(statement())
    answer = client.generic("POST", path, text, kind, headers={HEADER: "1.0"})
    assert (answer.status_code, answer[HEADER]) == (415, "1.0.3")
    assert sent_messages == []


def test_a_program_records_for_students_of_its_school_only(
    enter: Enter, sent_messages: list[str]
) -> None:
    lms = enter("lms", "integrator", scopes=("behavior.write",))
    assert post(lms, [statement(), statement(actor=LUIS)]).status_code == 200
    assert post(lms, statement(actor=EVA)).status_code == 403
    assert post(enter("lms", "integrator"), statement()).status_code == 403
    assert [one.student for one in events_in(sent_messages)] == ["ana", "luis"]


@pytest.mark.parametrize("group", ["guardian", "gov_operator", "platform_admin"])
def test_who_records_nothing_is_let_in_nowhere(
    enter: Enter, sent_messages: list[str], group: str
) -> None:
    answer = post(enter("ana", group), statement())
    assert (answer.status_code, answer[HEADER]) == (403, "1.0.3")
    assert sent_messages == []


def test_nobody_records_without_a_token(sent_messages: list[str]) -> None:
    assert post(APIClient(SERVER_NAME="127.0.0.1"), statement()).status_code == 401
    assert sent_messages == []


def test_a_statement_with_an_id_is_one_however_and_by_whomever_it_is_sent(
    enter: Enter, sent_messages: list[str]
) -> None:
    ana, lms = enter("ana", "student"), enter("lms", "integrator", scopes=("behavior.write",))
    said, other = (statement(id=one, timestamp=now(minutes=1)) for one in (UUID4, str(uuid4())))
    for client in (ana, lms):
        answers = [post(client, said), post(client, [said, other]), put(client, said, UUID4)]
        assert [one.status_code for one in answers] == [200, 200, 204]
    for attempt in (1, 2):
        messages = [Received(one, one, one, receives=attempt, sent=0) for one in sent_messages]
        assert len(services.ingest(messages).done) == len(messages) == 6
    assert sorted(one.id for one in stored()) == sorted([UUID4, other["id"]])


UNDATED: list[tuple[str, str, Any, str]] = [
    ("POST", "", statement(id=UUID4), "timestamp"),
    ("POST", "", [statement(), statement(id=UUID4)], "statements.1.timestamp"),
    ("PUT", f"?statementId={UUID4}", statement(), "timestamp"),
    ("PUT", f"?statementId={UUID4}", statement(id=UUID4), "timestamp"),
]


@pytest.mark.parametrize(("method", "query", "body", "field"), UNDATED)
def test_a_statement_with_an_id_says_when_it_happened(
    enter: Enter, sent_messages: list[str], method: str, query: str, body: Any, field: str
) -> None:
    client = enter("ana", "student")
    for headers in ({}, {"Idempotency-Key": "7"}):
        answer = send(client, method, body, query, **headers)
        assert answer.status_code == 400
        (error,) = answer.json()["errors"]
        assert error["field"] == field
        assert error["message"].startswith("Is required of a statement that has an id: only then")
    assert sent_messages == []


def test_a_body_that_is_too_long_is_not_read(enter: Enter, sent_messages: list[str]) -> None:
    client = enter("ana", "student")
    fits = json.dumps(statement()).ljust(rules.BODY_LIMIT)
    assert send(client, "POST", fits).status_code == 200
    for text in (fits + " ", "[" * (rules.BODY_LIMIT + 1)):
        for method, query in (("POST", ""), ("PUT", f"?statementId={UUID4}")):
            answer = send(client, method, text, query)
            assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
    assert len(sent_messages) == 1


def test_a_request_repeated_under_its_key_is_one_request(
    enter: Enter, sent_messages: list[str]
) -> None:
    client, said = enter("ana", "student"), statement()
    first, again = (post(client, said, **{"Idempotency-Key": "7"}) for _ in range(2))
    assert first.json() == again.json()
    assert len(sent_messages) == 1


def test_no_address_of_anybody_reaches_the_queue(enter: Enter, sent_messages: list[str]) -> None:
    said = statement(
        actor={**SOMEBODY, "name": "Ana López"},
        context={"instructor": {"name": "Rosa", "mbox": "mailto:rosa@x.mx"}},
        result={"response": "to rosa@x.mx"},
    )
    assert post(enter("ana", "student"), said).status_code == 200
    (event,) = events_in(sent_messages)
    assert json.loads(event.metadata)["result"] == {"response": "to [removed]"}
    for person in ("López", "Rosa", "rosa"):
        assert person not in event.metadata


def test_an_events_own_door_takes_no_statement_id(enter: Enter, sent_messages: list[str]) -> None:
    body = {"type": "login", "student": "ana", "time": now(), "event_id": UUID4}
    answer = enter("ana", "student").post(
        "/behavior", {"events": [body], "statements": True}, format="json"
    )
    assert answer.status_code == 422
    assert sent_messages == []
