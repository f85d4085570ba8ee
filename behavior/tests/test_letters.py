"""What is refused for good: set aside event by event, with a reason an operator understands."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from behavior import repository, rules, services
from behavior.consumer.pipeline import Pipeline
from behavior.domain import Event
from behavior.services import storing
from behavior.tests.deliveries import NOW, message, sent, stored
from behavior.tests.test_refusals import not_ours
from luca.aws import clients, dead_letters, queue
from luca.kernel import clock
from luca.kernel.ids import uuid7

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from behavior.domain import Letter
    from behavior.rules import Parcel
    from luca.aws.queue import Received

    ActingAs = Callable[[str], AbstractContextManager[None]]

QUEUES = Path(__file__).parents[2] / "deploy" / "queues.json"
CODES = {
    "not JSON": "unreadable",
    "not base64": "unreadable",
    "empty": "unreadable",
    "JSON of something else": "unreadable",
    "a body that is not base64": "unreadable",
    "a body without events": "unreadable",
    "a time of receipt at the end of all time": "unreadable",
    "another task": "wrong_task",
    "no school": "no_school",
    "no actor": "no_actor",
    "a school that is a pattern": "no_school",
    "51 events": "invalid",
    "an event without a time": "invalid",
    "a student who records for another": "not_allowed",
    "a guardian": "not_allowed",
    "a type that the school has not": "unknown_type",
    "a client who claims to be the backfill": "invalid",
}


def given_up(*bad: Received) -> list[list[Letter]]:
    """What is written when messages come for the last time."""
    outcome = services.ingest([replace(one, receives=3) for one in bad])
    return [outcome.letters.get(one.receipt, []) for one in bad]


def opened(letter: Letter) -> Parcel:
    found = rules.opened(letter.body)
    assert isinstance(found, rules.Parcel), found
    return found


def call_of(body: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(base64.b64decode(json.loads(body)["body"]))[1]
    return found


def test_the_last_receive_is_the_queues() -> None:
    deployed = json.loads(QUEUES.read_text())["behavior-events-queue"]
    assert deployed["max_receive_count"] == storing.LAST_RECEIVE


@pytest.mark.parametrize("kind", not_ours("any"))
def test_each_way_of_being_refused_has_its_code(school: str, kind: str) -> None:
    bad, reason = not_ours(school)[kind]
    ((letter,),) = given_up(bad)
    assert (letter.code, letter.reason) == (CODES[kind], reason)
    assert letter.school in {school, ""}
    assert services.ingest([replace(bad, receives=2)]).letters == {}


def test_a_letter_holds_the_refused_events_and_no_other(school: str) -> None:
    events = [sent(), sent(quantity=0), sent(student="luis"), sent(quantity=2), sent(quantity=-1)]
    foreign, invalid = given_up(message(*events, school=school))[0][::-1]
    assert (invalid.code, foreign.code) == ("invalid", "not_allowed")
    assert [one["quantity"] for one in call_of(invalid.body)["events"]] == [0, -1]
    assert [one["student"] for one in call_of(foreign.body)["events"]] == ["luis"]
    assert invalid.reason == "quantity: Must be a whole number from 1 to 1000000."
    assert sorted(event.quantity for event in stored()) == [1, 2]


def test_an_event_keeps_the_id_that_its_place_gave_it(school: str) -> None:
    whole = message(sent(), sent(student="luis"), sent(quantity=0), school=school)
    before = rules.opened(whole.body)
    assert isinstance(before, rules.Parcel)
    named = before.events[1]
    assert isinstance(named, Event)
    invalid, foreign = given_up(whole)[0]
    (event,) = opened(foreign).events
    assert event == named
    (row,) = call_of(invalid.body)["events"]
    row["quantity"] = 1
    place = rules.read(json.dumps([sent(), sent(), sent()]).encode(), before.origin)[2]
    assert isinstance(place, Event)
    assert row["event_id"] == place.id  # also one that could not be read as a whole


def test_events_that_no_id_can_be_given_do_not_take_those_of_others(school: str) -> None:
    timeless = sent(time="yesterday")
    bad = message(sent(), timeless, timeless, school=school)
    ((letter,),) = given_up(bad)
    call = call_of(letter.body)
    assert call["request_id"] != "r"
    assert len(call["events"]) == 2
    assert all("event_id" not in one for one in call["events"])
    ((again,),) = given_up(bad)
    assert call_of(again.body) == call


def test_what_an_event_holds_stays_as_it_was_written(school: str) -> None:
    metadata = '{"n": 1.10, "big": 123456789012345678901234567890, "é": "\\u00e9"}'
    body = json.loads(message(sent(student="luis"), school=school).body)
    text = json.dumps(
        [
            [],
            {"events": "EVENTS", "received_at": NOW.timestamp() * 1000 // 1, "request_id": "r"},
            {},
        ]
    ).replace(".0", "")
    row = json.dumps([sent(student="luis", metadata="METADATA")]).replace('"METADATA"', metadata)
    body["body"] = base64.b64encode(text.replace('"EVENTS"', row).encode()).decode()
    ((letter,),) = given_up(replace(message(school=school), body=json.dumps(body)))
    inside = base64.b64decode(json.loads(letter.body)["body"]).decode()
    assert metadata in inside


def test_a_message_in_base64_leaves_a_letter_too(school: str) -> None:
    bad = message(sent(student="luis"), school=school)
    wrapped = replace(bad, body=base64.b64encode(bad.body.encode()).decode())
    ((letter,),) = given_up(wrapped)
    assert opened(letter).again


def test_statements_stay_statements(school: str) -> None:
    name = "7f6e0a1e-1d5c-4c83-9b0e-5f1f3a1b2c3d"
    bad = message(sent(student="luis", event_id=name), school=school, marks=("statements",))
    ((letter,),) = given_up(bad)
    (event,) = opened(letter).events
    assert isinstance(event, Event)
    assert event.id == name


def test_what_could_not_be_stored_says_so(school: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(_events: object) -> None:
        raise PermissionError

    monkeypatch.setattr(repository, "save", refused)
    invalid, not_stored = given_up(message(sent(), sent(quantity=0), school=school))[0]
    assert (invalid.code, not_stored.code) == ("invalid", "not_stored")
    assert not_stored.reason == "Could not be stored: PermissionError"
    assert [one["type"] for one in call_of(not_stored.body)["events"]] == ["login"]


def test_another_body_under_a_stored_id_is_a_letter_and_stays_one(school: str) -> None:
    name = uuid7(NOW)
    services.ingest([message(sent(event_id=name, quantity=1), school=school)])
    ((letter,),) = given_up(message(sent(event_id=name, quantity=9), school=school))
    assert letter.code == "another_body"
    redriven = replace(message(school=school), body=letter.body)
    outcome = services.ingest([redriven])  # a new message to SQS, and no news to us
    assert [reason for _, reason in outcome.refused] == [letter.reason]
    assert outcome.tallies[school].rejected == 0
    assert [event.quantity for event in stored()] == [1]


def test_a_reason_is_one_line_that_sqs_takes() -> None:
    assert rules.letters.line("a\n\tb\x00c") == "a b c"
    assert len(rules.letters.line("x" * 999)) == 200


def test_the_letter_is_in_the_queue_before_the_message_is_deleted(
    school: str, acting_as: ActingAs, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A consumer that dies in between leaves the message to SQS: twice a letter, never none."""
    delete = queue.delete
    identity = _send(message(sent(), sent(student="luis"), school=school).body)
    with acting_as("consumer"):
        third = _third(identity)

        def dies(name: str, receipts: Any) -> int:
            receipts = list(receipts)
            if third.receipt in receipts:
                raise KeyboardInterrupt
            return delete(name, receipts)

        monkeypatch.setattr(queue, "delete", dies)
        with pytest.raises(KeyboardInterrupt):
            Pipeline()._store([third])
        monkeypatch.undo()
    assert _letters_of(school) == ["luis"]
    with acting_as("consumer"):
        queue.extend("behavior", [third.receipt], 0)
        queue.receive("behavior", wait=0, visibility=0)  # SQS moves it when somebody asks
    assert sorted(_letters_of(school)) == ["ana", "luis", "luis"]


@pytest.mark.parametrize("trouble", ["too large", "no answer"])
def test_what_cannot_be_set_aside_is_left_to_the_queue(
    school: str, acting_as: ActingAs, monkeypatch: pytest.MonkeyPatch, trouble: str
) -> None:
    def fails(*_: object, **__: object) -> None:
        raise ConnectionError

    identity = _send(message(sent(student="luis"), school=school).body)
    with acting_as("consumer"):
        third = _third(identity)
        if trouble == "too large":
            monkeypatch.setattr(dead_letters, "LARGEST", 300)
        else:
            monkeypatch.setattr(dead_letters, "send", fails)
        Pipeline()._store([third])
        queue.receive("behavior", wait=0, visibility=0)
    assert _letters_of(school) == ["luis"]


def test_a_letter_says_why_and_names_nobody(school: str, acting_as: ActingAs) -> None:
    identity = _send(message(sent(student="luis"), school=school).body)
    with acting_as("consumer"):
        third = _third(identity)
        Pipeline()._store([third])
        assert third.id not in [one.id for one in queue.receive("behavior", wait=0, visibility=0)]
    (found,) = [one for one in _letters() if one.attributes.get("school_id") == school]
    beside = dict(found.attributes)
    assert clock.parse(beside.pop("refused_at"))
    assert beside == {
        "reason_code": "not_allowed",
        "reason": "student: Is not a student you may record for.",
        "school_id": school,
    }


def _send(body: str) -> str:
    return clients.sqs().send_message(QueueUrl=queue.url("behavior"), MessageBody=body)["MessageId"]


def _third(identity: str) -> Received:
    """Return a message's third delivery; the queue may hold others'."""
    for _ in range(1000):
        found = queue.receive("behavior", wait=0, visibility=30)
        mine = [one for one in found if one.id == identity]
        others = [one for one in found if one.id != identity]
        queue.extend("behavior", [one.receipt for one in others], 0)
        if mine and mine[0].receives == storing.LAST_RECEIVE:
            return mine[0]
        queue.extend("behavior", [one.receipt for one in mine], 0)
    raise AssertionError("the message did not come")


def _letters() -> list[dead_letters.Found]:
    found: dict[str, dead_letters.Found] = {}
    while some := dead_letters.receive("behavior-dlq", wait=0, visibility=60):
        found.update((one.message.id, one) for one in some)
    queue.extend("behavior-dlq", [one.message.receipt for one in found.values()], 0)
    return list(found.values())


def _letters_of(school: str) -> list[str]:
    """The students of this school's events among the dead letters."""
    bodies = [one.message.body for one in _letters()]
    mine = [body for body in bodies if rules.school_of(body) == school]
    return [event["student"] for body in mine for event in call_of(body)["events"]]
