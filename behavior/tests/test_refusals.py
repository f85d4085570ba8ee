"""Messages that are refused, and that nothing else suffers from them."""

from __future__ import annotations

import base64
import json

import pytest

from behavior import services
from behavior.tests.deliveries import message, sent, stored
from luca.aws.queue import Received


def _endless() -> str:
    call = {"events": [sent()], "received_at": 253_402_300_799_000, "request_id": "r"}
    return json.dumps([[], call, {}])


def not_ours(school: str) -> dict[str, tuple[Received, str]]:
    def raw(body: str) -> Received:
        return Received(body, receipt="x", id="x", receives=1, sent=0)

    good = json.loads(message(sent(), school=school).body)
    no_celery = "It is not a Celery message."
    no_call = "Its arguments are not those of behavior.ingest."
    return {
        "not JSON": (raw("hello"), no_celery),
        "not base64": (raw("####"), no_celery),
        "empty": (raw(""), no_celery),
        "JSON of something else": (raw('{"Records": []}'), no_celery),
        "a body that is not base64": (raw(json.dumps({**good, "body": "%%%"})), no_call),
        "a body without events": (
            raw(json.dumps({**good, "body": base64.b64encode(b"[[],{},{}]").decode()})),
            no_call,
        ),
        "a time of receipt at the end of all time": (
            raw(json.dumps({**good, "body": base64.b64encode(_endless().encode()).decode()})),
            no_call,
        ),
        "another task": (
            message(sent(), school=school, task="grades.forget_everything"),
            "It asks for another task than behavior.ingest.",
        ),
        "no school": (message(sent(), school=""), "It names no school."),
        "no actor": (message(sent(), school=school, actor_id=""), "It names no actor."),
        "a school that is a pattern": (
            message(sent(), school="*"),
            "A school's id is 1 to 63 of a-z, 0-9, _ and -, and starts with a-z or 0-9.",
        ),
        "51 events": (
            message(*[sent()] * 51, school=school),
            "From 1 to 50 events are taken at once, not 51.",
        ),
        "an event without a time": (
            message({"type": "login", "student": "ana"}, school=school),
            "time: Is required.",
        ),
        "a student who records for another": (
            message(sent(student="luis"), school=school),
            "student: Is not a student you may record for.",
        ),
        "a guardian": (
            message(sent(), school=school, actor_groups="guardian"),
            "student: Is not a student you may record for.",
        ),
        "a type that the school has not": (
            message(sent(type="telepathy"), school=school),
            "type: Is not defined in this school.",
        ),
        "a client who claims to be the backfill": (
            message(sent(source="backfill"), school=school),
            "source: This source is reserved.",
        ),
    }


@pytest.mark.parametrize("kind", not_ours("any"))
def test_a_message_that_cannot_be_stored_is_refused_alone(school: str, kind: str) -> None:
    bad, reason = not_ours(school)[kind]
    good = message(sent(type="page_view"), school=school)
    outcome = services.ingest([bad, good])
    assert outcome.done == [good]
    assert outcome.refused == [(bad, reason)]
    assert [event.type for event in stored()] == ["page_view"]
    assert stored("luis") == []
