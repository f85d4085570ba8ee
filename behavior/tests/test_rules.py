"""What is taken and what is refused. Ana is a student of liceo-1."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from behavior import rules
from behavior.domain import BACKFILL, Event, Refusal
from behavior.tests.making import LOADED, NOW, ORIGIN, accepted, body, read_one, sent, ulid
from luca.kernel.errors import Invalid, LucaError, Malformed
from luca.kernel.ids import event_time, uuid7


def test_an_event_is_read_with_its_defaults() -> None:
    found = accepted()
    assert found.student == "ana"
    assert found.type == "quiz_completed"
    assert found.at == found.time == "2026-11-21T08:29:00.000Z"
    assert (found.quantity, found.source, found.metadata) == (1, "app", "{}")
    assert found.received == "2026-11-21T08:30:00.000Z"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        pytest.param({"type": ...}, "type", id="no type"),
        pytest.param({"type": "Quiz Completed"}, "type", id="a type that is no slug"),
        pytest.param({"type": "quiz\n"}, "type", id="a type with a newline"),
        pytest.param({"type": 7}, "type", id="a number as type"),
        pytest.param({"student": ...}, "student", id="no student"),
        pytest.param({"student": "ana#EVENT"}, "student", id="a student that forges a key"),
        pytest.param({"student": None}, "student", id="a null student"),
        pytest.param({"time": ...}, "time", id="no time"),
        pytest.param({"time": None}, "time", id="a null time"),
        pytest.param({"time": 1763713800}, "time", id="a number as time"),
        pytest.param({"time": "yesterday"}, "time", id="a word as time"),
        pytest.param({"time": "2026-11-21"}, "time", id="a day"),
        pytest.param({"time": "2026-11-21T08:29:00"}, "time", id="a time without a zone"),
        pytest.param({"time": "2026-02-30T08:29:00Z"}, "time", id="a day that never was"),
        pytest.param({"time": "9999-12-31T23:59:59-12:00"}, "time", id="after the end of time"),
        pytest.param({"time": "2026-11-21T08:35:00.001Z"}, "time", id="beyond the skew"),
        pytest.param({"time": "2026-10-22T08:29:59.999Z"}, "time", id="older than 30 days"),
        pytest.param({"quantity": 0}, "quantity", id="nothing"),
        pytest.param({"quantity": -3}, "quantity", id="less than nothing"),
        pytest.param({"quantity": 1.5}, "quantity", id="a part"),
        pytest.param({"quantity": True}, "quantity", id="a truth"),
        pytest.param({"quantity": "4"}, "quantity", id="a text as number"),
        pytest.param({"quantity": 10**30}, "quantity", id="more than anyone does"),
        pytest.param({"source": ""}, "source", id="an empty source"),
        pytest.param({"source": BACKFILL}, "source", id="a client claims to be the backfill"),
        pytest.param({"metadata": []}, "metadata", id="a list as metadata"),
        pytest.param({"metadata": {"note": "x" * 8192}}, "metadata", id="endless metadata"),
        pytest.param({"event_id": "42"}, "event_id", id="an id without a time"),
        pytest.param(
            {"event_id": "8b5e7d6c-3f2a-4b1c-9d0e-1f2a3b4c5d6e"}, "event_id", id="a UUIDv4"
        ),
        pytest.param(
            {"event_id": uuid7(NOW - timedelta(hours=1))}, "event_id", id="an id of another time"
        ),
    ],
)
def test_an_event_that_cannot_be_is_refused_by_field(changes: dict[str, Any], field: str) -> None:
    found = read_one(**changes)
    assert isinstance(found, Refusal)
    assert [error.field for error in found.errors] == [field]


def test_everything_that_is_wrong_with_a_row_is_told_at_once() -> None:
    found = read_one(type=..., quantity=0, metadata="x")
    assert isinstance(found, Refusal)
    assert found.reason == (
        "type: Is required.; quantity: Must be a whole number from 1 to 1000000.; "
        "metadata: Must be an object."
    )


@pytest.mark.parametrize(
    "time",
    [
        "2026-11-21T08:35:00Z",
        "2026-10-22T08:30:00Z",
        "2026-11-21T02:29:00-06:00",
        "2026-11-21T08:29Z",
        "2026-11-21 08:29:00+00:00",
        "2026-11-21T08:29:00.1234567Z",
    ],
)
def test_times_that_clients_really_write_are_taken(time: str) -> None:
    assert accepted(time=time).time.endswith("Z")


def test_one_bad_row_leaves_its_neighbours_alone() -> None:
    found = rules.read(body(sent(), 7, sent(quantity=0), sent(type="login")), ORIGIN)
    assert [isinstance(one, Event) for one in found] == [True, False, False, True]


@pytest.mark.parametrize(
    ("text", "count"),
    [
        pytest.param(json.dumps(sent()), 1, id="one event"),
        pytest.param(json.dumps([sent(), sent(type="login")]), 2, id="an array"),
        pytest.param(json.dumps({"events": [sent()] * 50}), 50, id="wrapped"),
        pytest.param(f"\n  [{json.dumps(sent())}]  ", 1, id="surrounded by space"),
    ],
)
def test_three_shapes_of_body_are_taken(text: str, count: int) -> None:
    assert len(rules.read(text.encode(), ORIGIN)) == count


@pytest.mark.parametrize(
    ("text", "error"),
    [
        pytest.param(b"", Malformed, id="nothing"),
        pytest.param(b"{", Malformed, id="half an object"),
        pytest.param(b"\xff\xfe", Malformed, id="bytes that are no text"),
        pytest.param(b"[" * 100_000, Malformed, id="a well of brackets"),
        pytest.param(b"7", Invalid, id="a number"),
        pytest.param(b"[]", Invalid, id="no event"),
        pytest.param(b'{"events": {}}', Invalid, id="an object of events"),
        pytest.param(body(*[sent()] * 51), Invalid, id="51 events"),
    ],
)
def test_a_body_that_holds_no_events_is_refused(text: bytes, error: type[LucaError]) -> None:
    with pytest.raises(error):
        rules.read(text, ORIGIN)


def test_another_schools_id_in_an_event_means_nothing() -> None:
    assert accepted(school_id="colegio-2", tenant="colegio-2") == accepted()


def test_a_backfill_may_be_old_and_is_marked() -> None:
    found = accepted(LOADED, time="2013-10-01T00:00:00Z", source="oulad")
    assert found.source == BACKFILL
    assert found.at == "2013-10-01T00:00:00.000Z"
    assert found.ttl == (NOW + timedelta(days=30)).timestamp()


def test_a_backfill_may_not_be_of_the_future() -> None:
    assert isinstance(read_one(LOADED, time="2027-01-01T00:00:00Z"), Refusal)


def test_an_event_is_kept_30_days_after_it_happened_or_was_received() -> None:
    late = accepted(time="2026-11-01T00:00:00Z")
    ahead = accepted(time="2026-11-21T08:34:00Z")
    assert late.ttl == (NOW + timedelta(days=30)).timestamp()
    assert ahead.ttl == (NOW + timedelta(days=30, minutes=4)).timestamp()


@pytest.mark.parametrize("make", [uuid7, ulid])
def test_the_time_inside_a_given_id_is_the_keys_time(make: Any) -> None:
    given_id = make(NOW - timedelta(seconds=61))
    found = accepted(event_id=given_id)
    assert found.id == given_id
    assert (found.at, found.time) == ("2026-11-21T08:28:59.000Z", "2026-11-21T08:29:00.000Z")


@pytest.mark.parametrize("make", [uuid7, ulid])
def test_two_spellings_of_an_id_are_one_event(make: Any) -> None:
    given_id = make(NOW)
    assert accepted(event_id=given_id.lower()).key == accepted(event_id=given_id.upper()).key


def test_an_event_without_an_id_is_named_by_its_request_and_place() -> None:
    events = rules.read(body(sent(), sent()), ORIGIN)
    again = rules.read(body(sent(), sent()), ORIGIN)
    other = rules.read(body(sent()), replace(ORIGIN, request="request-2"))
    ids = [event.id for event in [*events, *other] if isinstance(event, Event)]
    assert events == again
    assert len(set(ids)) == 3
    assert {event_time(one) for one in ids} == {NOW - timedelta(minutes=1)}


def test_the_digest_is_of_what_was_said_and_not_of_its_spelling() -> None:
    first = accepted(metadata={"a": 1, "b": [2]}, time="2026-11-21T08:29:00Z")
    same = accepted(metadata={"b": [2], "a": 1}, time="2026-11-21T02:29:00-06:00", extra=1)
    assert first.digest == same.digest


@pytest.mark.parametrize(
    "changes",
    [
        {"type": "login"},
        {"student": "luis"},
        {"time": "2026-11-21T08:28:00Z"},
        {"quantity": 2},
        {"source": "tablet"},
        {"metadata": {"page": 3}},
    ],
)
def test_each_field_counts_in_the_digest(changes: dict[str, Any]) -> None:
    assert accepted(**changes).digest != accepted().digest


def test_a_repetition_is_silent_and_a_contradiction_is_not() -> None:
    first = accepted(event_id=uuid7(NOW))
    other = replace(first, digest="other", quantity=9)
    found = rules.once_each([("a", first), ("b", first), ("c", other), ("d", first)])
    assert found.events == [first]
    assert found.duplicates == ["b", "d"]
    assert found.conflicts == ["c"]


def test_two_students_may_have_the_same_id() -> None:
    first = accepted(event_id=uuid7(NOW))
    found = rules.once_each([(1, first), (2, replace(first, student="luis"))])  # type: ignore[arg-type]
    assert len(found.events) == 2


STATED = replace(ORIGIN, statements=True)
UUID4 = "8B5E7D6C-3f2a-4b1c-9d0e-1f2a3b4c5d6e"


def test_a_statement_may_have_any_uuid_and_then_its_own_time_is_the_keys() -> None:
    found = accepted(STATED, event_id=UUID4)
    assert (found.id, found.at, found.time) == (UUID4.lower(), found.time, accepted().time)
    hour_off = uuid7(NOW - timedelta(hours=1))
    assert accepted(STATED, event_id=hour_off).at == accepted().at


@pytest.mark.parametrize("event_id", ["", "42", ulid(NOW), UUID4[:-1], f"{{{UUID4}}}"])
def test_a_statement_is_not_named_otherwise(event_id: str) -> None:
    found = read_one(STATED, event_id=event_id)
    assert isinstance(found, Refusal)
    assert found.reason == "event_id: Must be a UUID."
