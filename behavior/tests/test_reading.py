"""Reading back what was stored, and loading what is long past."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

from behavior import keys, rules, services
from behavior.domain import Event, Origin, Sent
from behavior.models import EventItem
from behavior.tests.deliveries import ANA, LUIS, NOW, message, sent, stored
from luca.aws import queue, store
from luca.kernel import clock
from luca.kernel.ids import uuid7
from tenants import services as tenants
from tenants.domain import Student

Acting = Callable[[str], AbstractContextManager[None]]


def test_an_event_whose_time_to_live_has_passed_is_absent(school: str) -> None:
    old = NOW - timedelta(days=31)
    (event,) = rules.read(
        json.dumps(sent(time=old.isoformat())).encode(), Origin(school, "ana", "r", old)
    )
    assert isinstance(event, Event)
    services.store([event])
    item = store.get(EventItem, keys.student(ANA), keys.event(event.at, event.id))
    assert item is None
    assert stored() == []
    tenants.add_students([Student(ANA, "Ana")])
    assert services.events_of(ANA) == ([], None)
    assert services.totals(ANA, old - timedelta(days=1), NOW).events == 0


def test_events_are_read_newest_first_by_pages(school: str) -> None:
    times = [NOW - timedelta(minutes=n) for n in range(123)]
    events = [sent(time=at.isoformat(), quantity=n + 1) for n, at in enumerate(times)]
    services.ingest(
        [message(*events[n : n + 50], school=school, request=str(n)) for n in (0, 50, 100)]
    )
    seen: list[int] = []
    cursor: str | None = None
    while True:
        page, cursor = services.events_of(ANA, cursor)
        assert len(page) <= 50
        seen += [event.quantity for event in page]
        if cursor is None:
            break
    assert seen == list(range(1, 124))


def test_totals_count_what_is_stored_between_two_instants(school: str) -> None:
    at = [NOW - timedelta(hours=n) for n in range(5)]
    events = [
        sent(time=one.isoformat(), quantity=10**n, type="login" if n % 2 else "quiz_completed")
        for n, one in enumerate(at)
    ]
    services.ingest([message(*events, school=school)])
    found = services.totals(ANA, at[3], at[0])
    assert (found.events, found.quantity) == (3, 1110)
    assert found.by_type == {"login": 1010, "quiz_completed": 100}
    assert services.totals(LUIS, at[4], NOW).events == 0


def test_a_backfill_is_sent_and_stored_as_it_was_then(school: str, acting_as: Acting) -> None:
    then = NOW - timedelta(days=4000)
    events = [
        Sent(
            type="resource_viewed",
            student="ana",
            time=clock.stamp(then),
            quantity=n + 1,
            event_id=uuid7(then, bytes([n]) * 10),
        )
        for n in range(120)
    ]
    assert services.backfill(events) == 120
    with acting_as("consumer"):
        batch: list[queue.Received] = []
        while received := queue.receive("behavior", wait=0):
            batch += [one for one in received if school in one.body]  # other tests send as well
            queue.delete("behavior", [one.receipt for one in received])
        assert len(batch) == 3
        services.ingest(batch)
    found = stored()
    assert sorted(event.quantity for event in found) == list(range(1, 121))
    assert {event.source for event in found} == {"backfill"}
