"""Laws of reading events, over whatever clients may write."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from behavior import rules
from behavior.domain import Event, Refusal
from behavior.tests.making import NOW, ORIGIN, accepted, body, sent
from luca.kernel import clock
from luca.kernel.errors import Invalid, Malformed
from luca.kernel.ids import event_time, uuid7

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)
TIMES = st.datetimes(
    min_value=datetime(2026, 10, 23),  # noqa: DTZ001 -- hypothesis adds the zone
    max_value=datetime(2026, 11, 21, 8, 30),  # noqa: DTZ001 -- hypothesis adds the zone
    timezones=st.just(UTC),
)
EVENTS = st.fixed_dictionaries(
    {
        "type": st.sampled_from(["login", "quiz_completed"]),
        "student": st.sampled_from(["ana", "luis"]),
        "time": TIMES.map(datetime.isoformat),
    },
    optional={
        "quantity": st.integers(1, 1_000_000),
        "metadata": st.dictionaries(st.text(max_size=5), st.integers() | st.text(max_size=9)),
    },
)


@given(st.binary() | JSON.map(lambda value: json.dumps(value).encode()))
def test_no_body_makes_the_reader_fall_over(text: bytes) -> None:
    try:
        found = rules.read(text, ORIGIN)
    except (Invalid, Malformed):
        return
    assert all(isinstance(one, Event | Refusal) for one in found)


@given(
    st.dictionaries(st.sampled_from([*sent(), "quantity", "source", "metadata", "event_id"]), JSON)
)
def test_no_event_makes_the_reader_fall_over(event: dict[str, Any]) -> None:
    (found,) = rules.read(json.dumps(event).encode(), ORIGIN)
    assert isinstance(found, Event) or found.errors


@given(st.lists(EVENTS, min_size=1, max_size=50))
def test_a_redelivery_is_read_as_the_same_events(events: list[dict[str, Any]]) -> None:
    text = body(*events)
    assert rules.read(text, ORIGIN) == rules.read(text, ORIGIN)


@given(st.lists(EVENTS, min_size=1, max_size=50))
def test_an_events_key_has_the_time_that_its_id_carries(events: list[dict[str, Any]]) -> None:
    for found in rules.read(body(*events), ORIGIN):
        assert isinstance(found, Event)
        assert clock.parse(found.at) == event_time(found.id)


@given(EVENTS)
def test_metadata_survives(event: dict[str, Any]) -> None:
    (found,) = rules.read(json.dumps(event).encode(), ORIGIN)
    assert isinstance(found, Event)
    assert msgspec.json.decode(found.metadata) == event.get("metadata", {})


@given(st.lists(st.sampled_from("abcdef").map(lambda n: uuid7(NOW, n.encode() * 10)), max_size=40))
def test_every_delivery_is_stored_repeated_or_refused(ids: list[str]) -> None:
    events = [accepted(event_id=one, quantity=place % 2 + 1) for place, one in enumerate(ids)]
    found = rules.once_each(enumerate(events))
    assert len(found.events) + len(found.duplicates) + len(found.conflicts) == len(events)
    assert len({event.key for event in found.events}) == len(found.events) == len(set(ids))
