"""Storing what the queue delivers, on the embedded AWS. Ana and Luis are students."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from structlog.testing import capture_logs

from behavior import keys, repository, rules, services
from behavior.domain import Event, Origin
from behavior.models import EventItem
from behavior.tests.deliveries import NOW, message, sent, stored
from luca.aws.queue import Received
from luca.kernel import context
from luca.kernel.errors import Forbidden, Invalid
from luca.kernel.ids import uuid7


def test_what_is_written_is_what_pynamodb_would_write(school: str) -> None:
    (event,) = rules.read(json.dumps(sent()).encode(), Origin(school, "ana", "r", NOW))
    assert isinstance(event, Event)
    item = EventItem(
        keys.student(event.student),
        keys.event(event.at, event.id),
        ttl=event.ttl,
        type=event.type,
        time=event.time,
        quantity=event.quantity,
        source=event.source,
        metadata=event.metadata,
        received=event.received,
        digest=event.digest,
    )
    assert repository._raw(event) == item.serialize()


def test_an_event_survives_storage(school: str) -> None:
    metadata = {"page": 3, "words": ["¿qué?", '"', "\\", "\n", "🙂"], "part": 0.1}
    body = json.dumps(sent(quantity=4, metadata=metadata)).encode()
    (event,) = rules.read(body, Origin(school, "ana", "r", NOW))
    assert isinstance(event, Event)
    services.store([event, event])
    assert stored() == [event]


def test_messages_are_stored_and_done_with(school: str) -> None:
    batch = [message(sent(), sent(type="quiz_completed"), school=school, request="1")]
    batch += [message(sent(), school=school, request="2")]
    outcome = services.ingest(batch)
    assert outcome.done == batch
    assert len(stored()) == 3
    assert outcome.tallies[school].stored == 3


def test_the_log_leads_from_a_request_to_its_batch_and_names_nobody(school: str) -> None:
    batch = [
        message(sent(quantity=n), school=school, request=f"{n}", luca_correlation_id=f"request-{n}")
        for n in (1, 2)
    ]
    with capture_logs() as lines:
        services.ingest(batch)

    (line,) = (one for one in lines if one["event"] == "events_stored")
    assert line["correlation_ids"] == ["request-1", "request-2"]
    assert (line["events"], line["duplicates"], line["messages"]) == (2, 0, 2)
    assert "ana" not in str(line)


def test_a_redelivery_is_stored_once(school: str) -> None:
    first = message(sent(), sent(), school=school)
    services.ingest([first])
    again = Received(first.body, "another receipt", first.id, receives=2, sent=0)
    outcome = services.ingest([again, again])
    assert outcome.done == [again, again]
    assert len(stored()) == 2
    assert (outcome.tallies[school].stored, outcome.tallies[school].duplicate) == (0, 4)


def test_the_same_event_in_two_messages_is_stored_once(school: str) -> None:
    event = sent(event_id=uuid7(NOW))
    outcome = services.ingest([message(event, school=school), message(event, school=school)])
    assert len(outcome.done) == 2
    assert len(stored()) == 1


def test_another_body_under_the_same_id_is_refused_and_stays_refused(school: str) -> None:
    event_id = uuid7(NOW)
    good = message(sent(event_id=event_id, quantity=1), school=school)
    bad = message(sent(event_id=event_id, quantity=9), school=school)
    outcome = services.ingest([good, bad])
    assert outcome.done == [good]
    assert outcome.refused == [(bad, "event_id: Another event has this id.")]

    again = Received(bad.body, "another receipt", bad.id, receives=2, sent=0)
    assert services.ingest([again]).done == []
    assert [event.quantity for event in stored()] == [1]


def test_what_was_there_before_stands_against_a_newcomer(school: str) -> None:
    event_id = uuid7(NOW)
    first = message(sent(event_id=event_id, quantity=1), school=school)
    services.ingest([first])
    again = Received(first.body, "another receipt", first.id, receives=2, sent=0)
    newcomer = message(sent(event_id=event_id, quantity=9), school=school)
    outcome = services.ingest([newcomer, again])
    assert outcome.done == [again]
    assert [event.quantity for event in stored()] == [1]


def test_good_events_are_stored_beside_a_bad_one(school: str) -> None:
    mixed = message(sent(), sent(quantity=0), school=school)
    outcome = services.ingest([mixed])
    assert outcome.done == []
    assert len(stored()) == 1
    assert outcome.tallies[school].rejected == 1


def test_another_schools_id_in_a_body_means_nothing(school: str) -> None:
    other = f"{school}-2"
    services.ingest([message(sent(school_id=other, tenant_id=other), school=school)])
    assert len(stored()) == 1
    with context.entered(school=other):
        assert stored() == []


def test_each_school_sees_its_own_events_only(school: str) -> None:
    other = f"{school}-2"
    outcome = services.ingest(
        [message(sent(type="login"), school=school), message(sent(type="page_view"), school=other)]
    )
    assert len(outcome.done) == 2
    assert [event.type for event in stored()] == ["login"]
    with context.entered(school=other):
        assert [event.type for event in stored()] == ["page_view"]


def test_one_schools_refused_credentials_do_not_stop_another(
    school: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    save = repository.save

    def refused_for_one(events: Any) -> None:
        if context.school() == "broken":
            raise PermissionError
        save(events)

    monkeypatch.setattr(repository, "save", refused_for_one)
    bad, good = message(sent(), school="broken"), message(sent(), school=school)
    outcome = services.ingest([bad, good])
    assert outcome.done == [good]
    assert outcome.failed == [(bad, "PermissionError")]


def test_what_dynamodb_does_not_take_fails_alone(
    school: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    save = repository.save

    def choosy(events: Any) -> None:
        events = list(events)
        if any(event.type == "page_view" for event in events):
            raise Invalid("DynamoDB does not take one of the events.")
        save(events)

    monkeypatch.setattr(repository, "save", choosy)
    good = [message(sent(), school=school, request=str(n)) for n in range(3)]
    bad = message(sent(), sent(type="page_view"), school=school, request="mixed")
    outcome = services.ingest([good[0], bad, *good[1:]])
    assert outcome.done == good
    assert outcome.refused == [(bad, "DynamoDB does not take one of the events.")]
    assert len(stored()) == 4
    tally = outcome.tallies[school]
    assert (tally.stored, tally.duplicate, tally.rejected) == (4, 0, 1)


def test_a_statements_id_is_taken_from_a_message_of_statements_only(school: str) -> None:
    named = sent(event_id="8b5e7d6c-3f2a-4b1c-9d0e-1f2a3b4c5d6e")
    bare = message(named, school=school)
    claimed = message({**named, "statements": True}, school=school)
    marked = message(named, school=school, marks=("statements",))
    outcome = services.ingest([bare, claimed, marked])
    assert outcome.done == [marked]
    assert [one.id for one in stored()] == [named["event_id"]]
    services.ingest([replace(marked, receives=2)])
    assert len(stored()) == 1


def test_what_is_stored_stands_against_another_body_that_comes_back_beside_it(school: str) -> None:
    event_id = uuid7(NOW)
    first = message(sent(event_id=event_id), school=school)
    services.ingest([first])
    other = message(sent(event_id=event_id, quantity=2), school=school, receives=2)
    again = message(sent(event_id=event_id), school=school, request="again")

    outcome = services.ingest([other, again])

    assert outcome.done == [again]
    assert [one for one, _ in outcome.refused] == [other]
    assert [one.quantity for one in stored()] == [1]


def test_students_say_nothing_of_attendance_or_conduct(school: str) -> None:
    events = [
        sent(type="attendance", metadata={"status": "present"}),
        sent(type="conduct", metadata={"kind": "merit"}),
    ]
    own = message(*events, school=school, receives=3)
    body = json.dumps(events).encode()

    outcome = services.ingest([own])

    assert stored() == []
    ((letter,),) = outcome.letters.values()
    assert letter.code == "not_allowed"
    with (
        context.entered(school=school, actor="ana", groups=frozenset({"student"})),
        pytest.raises(Forbidden) as refused,
    ):
        services.accept(body)
    assert [one.field for one in refused.value.errors] == ["events.0.type", "events.1.type"]
