"""Behaviour over HTTP. Ana and Luis are students of one school, Eva of another."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from rest_framework.test import APIClient

from behavior import rules, services
from behavior.domain import Event, Origin
from luca.kernel import clock
from luca.kernel.ids import event_time, uuid7

Enter = Callable[..., APIClient]


def event(**changes: Any) -> dict[str, Any]:
    return {"type": "login", "student": "ana", "time": clock.stamp(clock.now()), **changes}


def post(client: APIClient, body: Any, **headers: str) -> Any:
    text = body if isinstance(body, str) else json.dumps(body)
    return client.generic("POST", "/behavior", text, "application/json", headers=headers)


def events_in(messages: list[str]) -> list[Event]:
    """What the consumer will find."""
    parcels = [rules.opened(one) for one in messages]
    assert all(isinstance(one, rules.Parcel) for one in parcels), parcels
    return [event for one in parcels for event in one.events]  # type: ignore[union-attr, misc]


def test_one_event_is_accepted_with_its_id(enter: Enter, sent_messages: list[str]) -> None:
    answer = post(enter("ana", "student"), event())
    assert answer.status_code == 202
    (event_id,) = answer.json()["event_ids"]
    assert [one.id for one in events_in(sent_messages)] == [event_id]


@pytest.mark.parametrize("wrap", [list, lambda events: {"events": list(events)}])
def test_fifty_events_are_one_message(
    enter: Enter, sent_messages: list[str], wrap: Callable[[Any], Any]
) -> None:
    answer = post(enter("ana", "student"), wrap(event(quantity=n + 1) for n in range(50)))
    assert answer.status_code == 202
    assert len(sent_messages) == 1
    assert [one.id for one in events_in(sent_messages)] == answer.json()["event_ids"]


def test_an_id_of_the_clients_own_is_kept(enter: Enter, sent_messages: list[str]) -> None:
    event_id = uuid7()
    answer = post(enter("ana", "student"), event(event_id=event_id))
    assert answer.json() == {"event_ids": [event_id]}
    assert [one.id for one in events_in(sent_messages)] == [event_id]


def test_the_school_and_the_actor_are_the_tokens(
    enter: Enter, sent_messages: list[str], school: str
) -> None:
    body = event(school_id="other", actor_id="luis", actor_groups="school_admin")
    assert post(enter("ana", "student"), body).status_code == 202
    parcel = rules.opened(sent_messages[0])
    assert isinstance(parcel, rules.Parcel)
    assert (parcel.origin.school, parcel.origin.actor) == (school, "ana")
    assert parcel.groups == {"student"}


def test_a_request_repeated_under_its_key_is_one_request(
    enter: Enter, sent_messages: list[str]
) -> None:
    client, body = enter("ana", "student"), [event(), event(type="quiz_completed")]
    first = post(client, body, **{"Idempotency-Key": "lesson-7"})
    again = post(client, body, **{"Idempotency-Key": "lesson-7"})
    other = post(client, [event(type="page_view")], **{"Idempotency-Key": "lesson-7"})
    assert (first.status_code, again.status_code, other.status_code) == (202, 202, 409)
    assert again.json() == first.json()
    assert len(sent_messages) == 1


REFUSED: list[tuple[str, Any, int, list[str]]] = [
    ("not JSON", "{", 400, []),
    ("nothing", "", 400, []),
    ("no event", [], 422, []),
    ("51 events", [event()] * 51, 422, []),
    ("no time", {"type": "login", "student": "ana"}, 422, ["time"]),
    ("from the future", event(time="2999-01-01T00:00:00Z"), 422, ["time"]),
    ("long past", event(time="2020-01-01T00:00:00Z"), 422, ["time"]),
    ("a backfill", event(source="backfill"), 422, ["source"]),
    ("rows", [event(), event(quantity=0), 7], 422, ["events.1.quantity", "events.2"]),
    ("wrapped rows", {"events": [event(type="")]}, 422, ["events.0.type"]),
    (
        "one id for two events",
        [event(event_id=(same := uuid7())), event(event_id=same, quantity=2)],
        422,
        ["events.1.event_id"],
    ),
    ("of another student", event(student="luis"), 403, ["student"]),
    ("of another school's", event(student="eva"), 403, ["student"]),
    ("of nobody", event(student="nobody"), 403, ["student"]),
    ("too large", [event(metadata={"note": "x" * 7000})] * 30, 413, []),
]


@pytest.mark.parametrize(
    ("body", "status", "fields"), [one[1:] for one in REFUSED], ids=[one[0] for one in REFUSED]
)
def test_what_cannot_be_stored_is_refused_at_the_door(
    enter: Enter, sent_messages: list[str], body: Any, status: int, fields: list[str]
) -> None:
    answer = post(enter("ana", "student"), body)
    assert answer.status_code == status
    assert answer["Content-Type"] == "application/problem+json"
    assert [error["field"] for error in answer.json().get("errors", [])] == fields
    assert sent_messages == []


def test_only_json_is_taken(enter: Enter, sent_messages: list[str]) -> None:
    client = enter("ana", "student")
    answer = client.generic("POST", "/behavior", json.dumps(event()), "text/plain")
    assert answer.status_code == 415
    assert sent_messages == []


@pytest.mark.parametrize("group", ["guardian", "gov_operator", "platform_admin"])
def test_who_records_nothing_is_let_in_nowhere(
    enter: Enter, sent_messages: list[str], group: str
) -> None:
    assert post(enter("ana", group), event()).status_code == 403
    assert sent_messages == []


def test_nobody_records_without_a_token(sent_messages: list[str]) -> None:
    assert (
        post(APIClient(raise_request_exception=False, SERVER_NAME="127.0.0.1"), event()).status_code
        == 401
    )
    assert sent_messages == []


def store(school: str, count: int) -> None:
    now = clock.now()
    rows = [
        event(time=clock.stamp(now - timedelta(minutes=n)), quantity=n + 1, metadata={"n": n})
        for n in range(count)
    ]
    for n in range(0, count, 50):
        origin = Origin(school, "ana", str(n), now)
        found = rules.read(json.dumps(rows[n : n + 50]).encode(), origin)
        services.store([one for one in found if isinstance(one, Event)])


def test_events_are_shown_newest_first_by_pages(enter: Enter, school: str) -> None:
    store(school, 70)
    client = enter("ana", "student")
    first = client.get("/students/ana/events").json()
    rest = client.get("/students/ana/events", {"cursor": first["next_cursor"]}).json()
    shown = [*first["items"], *rest["items"]]
    assert (len(first["items"]), rest["next_cursor"]) == (50, None)
    assert [one["quantity"] for one in shown] == list(range(1, 71))
    assert shown[3]["metadata"] == {"n": 3}
    moments = [event_time(one["event_id"]) for one in shown]
    assert moments == sorted(moments, key=lambda at: at or clock.now(), reverse=True)


@pytest.mark.parametrize("limit", ["0", "51", "100", "many"])
def test_a_page_has_fifty_events_at_most(enter: Enter, limit: str) -> None:
    answer = enter("ana", "student").get("/students/ana/events", {"limit": limit})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "limit"


def test_a_cursor_opens_only_the_list_it_came_from(enter: Enter, school: str) -> None:
    store(school, 3)
    admin = enter("pilar", "school_admin")
    cursor = admin.get("/students/ana/events", {"limit": 1}).json()["next_cursor"]
    assert cursor
    assert admin.get("/students/luis/events", {"cursor": cursor}).status_code == 400
    assert admin.get("/students/ana/events", {"cursor": cursor[:-2]}).status_code == 400
    elsewhere = enter("pilar", "school_admin", school=f"{school}-2")
    assert elsewhere.get("/students/eva/events", {"cursor": cursor}).status_code == 400


def test_who_may_not_see_a_student_cannot_tell_that_there_is_one(enter: Enter, school: str) -> None:
    store(school, 3)
    assert enter("ana", "student").get("/students/ana/events").status_code == 200
    answers = [
        enter("luis", "student").get("/students/ana/events"),
        enter("luis", "student").get("/students/nobody/events"),
        enter("rosa", "guardian").get("/students/ana/events"),
        enter("reyes", "teacher").get("/students/ana/events"),
        enter("pilar", "school_admin").get("/students/eva/events"),
        enter("pilar", "school_admin", school=f"{school}-2").get("/students/ana/events"),
    ]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.content for answer in answers}) == 1
