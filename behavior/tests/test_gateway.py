"""What API Gateway's template writes, compared with what the API writes of the same request.

Ana is a student; the template is rendered by engines that others wrote.
"""

from __future__ import annotations

import base64
import json
from functools import partial
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import pytest
import requests
from moto import mock_aws

from behavior import rules, services
from behavior.domain import Event, Refusal
from behavior.tests.gateway import BadRequest, Gateway, Request, claims, written
from behavior.tests.making import ulid
from luca.aws import queue
from luca.kernel import clock, context
from luca.kernel.ids import uuid7

if TYPE_CHECKING:
    from collections.abc import Callable

    Write = Callable[..., tuple[str, str]]

GROUPS = frozenset({"student", "teacher"})
NOTES = {
    "quotes": 'she said "no", and \'no\'; ""',
    "backslashes": 'C:\\temp\\new \\" \\\\ \\u0041 \\',
    "lines": "one\ntwo\r\nthree\ttab\x0b\x0c\x08\x7f",
    "separators of JavaScript": "one\u2028two\u2029three",
    "zero": "\x00",
    "accents": "Núñez, ¿mañana? ÁÉÍÓÚ ü «sí»",
    "an accent by itself": "nin\u0303o",
    "emoji": "👩🏽‍🏫 🎉 🇲🇽",
    "right to left": "\u202eabc שלום",
    "a variable": "$context.requestId $!{school} $context.authorizer.claims['custom:school_id']",
    "a directive": "#set($school = 'other')#if(true)x#end#stop ## #* *# #[[raw]]#",
    "a call": "$util.urlEncode($message) $school.getClass().forName('java.lang.Runtime')",
    "a form": "&MessageGroupId=other&Action=DeleteQueue&MessageBody=x+y%20z=;",
    "JSON": '{"school_id":"other"}],"backfill":true,"x":[',
    "base64": "eyJzY2hvb2xfaWQiOiJvdGhlciJ9==+/",
    "markup": "</script><!--]]>&amp;",
}
FOREIGN = {
    "school_id": "other",
    "actor_id": "luis",
    "actor_groups": "school_admin",
    "headers": {"school_id": "other", "actor_groups": "school_admin", "task": "other"},
    "properties": {"delivery_info": {"routing_key": "other"}},
    "request_id": "other",
    "received_at": 1,
    "backfill": True,
    "statements": True,
    "task": "grades.forget_everything",
}
NUMBERS = {"tenth": 0.1, "large": 10**19, "huge": 1e300, "tiny": 5e-324, "minus": -0.0, "ten": 10.0}


def event(**changes: Any) -> dict[str, Any]:
    return {
        "type": "quiz_completed",
        "student": "ana",
        "time": clock.stamp(clock.now()),
        **changes,
    }


def as_large_as_the_api_takes(letter: str) -> bytes:
    """Exactly as many bytes as are taken at once."""
    size = len(letter.encode())
    rows = [event(metadata={"note": letter * (7_700 // size)}) for _ in range(24)]
    left = rules.BODY_LIMIT - len(written(rows)) - len(written(event(metadata={"note": ""}))) - 1
    note = letter * (left // size) + "x" * (left % size)
    body = written([*rows, event(metadata={"note": note})])
    assert len(body) == rules.BODY_LIMIT
    return body


def noted(note: str) -> bytes:
    return written(event(metadata={"note": note}))


BODIES: dict[str, Callable[[], bytes]] = {
    **{f"a note with {kind}": partial(noted, note) for kind, note in NOTES.items()},
    "names like these notes": lambda: written([event(metadata={one: 1}) for one in NOTES.values()]),
    "one event": lambda: written(event()),
    "an array of one": lambda: written([event()]),
    "an array of 50": lambda: written([event(quantity=n) for n in range(1, 51)]),
    "50 in an object": lambda: written({"events": [event(quantity=n) for n in range(1, 51)]}),
    "escaped letters": lambda: json.dumps(event(metadata=NOTES)).encode(),
    "blanks around everything": lambda: (
        b" \n\t" + json.dumps([event()], indent=3).encode() + b"\r\n "
    ),
    "what is the token's": lambda: written(event(**FOREIGN)),
    "what is the token's, around the events": lambda: written({"events": [event()], **FOREIGN}),
    "what is the token's, in the metadata": lambda: written([event(metadata=FOREIGN)]),
    "numbers": lambda: written(event(quantity=1_000_000, metadata=NUMBERS)),
    "a number of Java's": lambda: written(event(metadata={"n": 0})).replace(b'n":0', b'n":1.0E+22'),
    "a name twice": lambda: written(event(quantity=2)).replace(b"{", b'{"quantity":1,', 1),
    "deep metadata": lambda: written(event(metadata={"a": json.loads("[" * 60 + "]" * 60)})),
    "nothing where something may be": lambda: written(event(event_id=None, metadata={})),
    "ids of its own": lambda: written(
        [event(event_id=uuid7()), event(), event(event_id=ulid(clock.now()).lower())]
    ),
    "190,000 bytes": lambda: as_large_as_the_api_takes("x"),
    "190,000 bytes of quotes and accents": lambda: as_large_as_the_api_takes("é"),
    "190,000 bytes of emoji": lambda: as_large_as_the_api_takes("🎉"),
}
KEYS = [
    "lesson-7",
    "a",
    '"',
    "'",
    "\\",
    "a\"b'c\\d/",
    "$context.requestId",
    "#set($x=1)",
    "&x=y+z%20",
]
KEYS += ["$", "#", "=" * 255, "~" * 254]


@pytest.fixture
def write(gateway: Gateway, school: str, sent_messages: list[str]) -> Write:
    """The template's message and the API's, of one request of Ana's."""

    def both(body: bytes, key: str = "lesson-7") -> tuple[str, str]:
        with context.entered(school=school, actor="ana", groups=GROUPS):
            services.accept(body, request_id=key)
        ours = sent_messages.pop()
        received = call_of(ours)[1]["received_at"]
        headers = {"Idempotency-Key": key} if key else {}
        request = Request(body, claims(school), headers, at=received)
        return gateway.message(request), ours

    return both


def call_of(message: str) -> Any:
    return json.loads(base64.b64decode(json.loads(message)["body"], validate=True))


def without_ids(message: str) -> dict[str, Any]:
    """A message field by field; its own ids and the order of groups are nobody's business."""
    outer = json.loads(message)
    headers, properties = outer["headers"], outer["properties"]
    assert headers["id"] == headers["root_id"] == properties["correlation_id"]
    assert headers["id"] == properties["delivery_tag"]
    for name in ("id", "root_id", "luca_correlation_id", "luca_trace_id"):
        assert isinstance(headers.pop(name), str)
    del properties["correlation_id"], properties["delivery_tag"]
    headers["actor_groups"] = set(headers["actor_groups"].split(",")) - {""}
    return {**outer, "body": call_of(message)}


def events_in(message: str) -> list[Event]:
    parcel = rules.opened(message)
    assert isinstance(parcel, rules.Parcel), parcel
    assert (parcel.origin.actor, parcel.groups) == ("ana", GROUPS)
    assert not parcel.origin.backfill
    assert not parcel.origin.statements
    found = [one for one in parcel.events if isinstance(one, Event)]
    assert len(found) == len(parcel.events), parcel.events
    return found


@pytest.mark.parametrize("kind", BODIES)
def test_both_fronts_write_the_same_message(write: Write, kind: str) -> None:
    theirs, ours = write(BODIES[kind]())
    assert without_ids(theirs) == without_ids(ours)
    assert events_in(theirs) == events_in(ours)
    assert len(theirs) <= queue.LARGEST


@pytest.mark.parametrize("wrap", [lambda one: one, lambda one: {"events": [one], "backfill": True}])
def test_nobody_loads_the_past_by_saying_so(
    gateway: Gateway, school: str, wrap: Callable[[Any], Any]
) -> None:
    body = wrap(event(time="2020-01-01T00:00:00Z", backfill=True))
    parcel = rules.opened(gateway.message(Request(written(body), claims(school))))
    assert isinstance(parcel, rules.Parcel)
    assert not parcel.origin.backfill
    (found,) = parcel.events
    assert isinstance(found, Refusal)
    assert found.reason == "time: Is more than 30 days ago."


@pytest.mark.parametrize("key", KEYS)
def test_both_fronts_name_events_after_the_idempotency_key(write: Write, key: str) -> None:
    theirs, ours = write(written([event(), event()]), key)
    assert without_ids(theirs) == without_ids(ours)
    assert events_in(theirs) == events_in(ours)
    assert len({one.id for one in events_in(theirs)}) == 2


def test_a_request_without_a_key_is_its_own(gateway: Gateway, school: str) -> None:
    body = written(event())
    first, again = Request(body, claims(school)), Request(body, claims(school))
    found = [events_in(gateway.message(one))[0].id for one in (first, first, again)]
    assert found[0] == found[1] != found[2]
    assert call_of(gateway.message(first))[1]["request_id"] == first.id


@pytest.mark.parametrize("key", ["x" * 256, "é" * 128 + "x", "x" * 8000])
def test_a_key_that_the_api_refuses_for_its_length_is_no_key(
    gateway: Gateway, school: str, key: str
) -> None:
    request = Request(written(event()), claims(school), {"Idempotency-Key": key})
    assert call_of(gateway.message(request))[1]["request_id"] == request.id


def test_a_key_counts_however_its_name_is_written(gateway: Gateway, school: str) -> None:
    body = written(event())
    written_so = [{"Idempotency-Key": "lesson-7"}, {"idempotency-key": "lesson-7"}]
    found = {
        events_in(gateway.message(Request(body, claims(school), headers)))[0].id
        for headers in written_so
    }
    assert len(found) == 1


ROOT = "Root=1-65a1b2c3-0123456789abcdef01234567"


@pytest.mark.parametrize(
    ("headers", "trace"),
    [
        ({"X-Amzn-Trace-Id": f"{ROOT};Sampled=1"}, f"{ROOT};Sampled=1"),
        ({"x-amzn-trace-id": ROOT}, ROOT),
        ({"X-Amzn-Trace-Id": f'{ROOT}","school_id":"other'}, f"{ROOT}schoolidother"),
        ({"X-Amzn-Trace-Id": "x" * 300}, ""),
        ({}, ""),
    ],
)
def test_the_trace_of_the_edge_goes_along_and_nothing_else(
    gateway: Gateway, school: str, headers: dict[str, str], trace: str
) -> None:
    message = gateway.message(Request(written(event()), claims(school), headers))
    assert json.loads(message)["headers"]["luca_trace"] == trace == rules.trace_of(message)
    assert rules.school_of(message) == school


def test_the_form_is_what_sqs_reads(gateway: Gateway, school: str) -> None:
    """Not a line break more: the first name in it is the action."""
    request = Request(written(event(metadata=NOTES)), claims(school))
    text = gateway.request(request).text
    assert text.startswith("Action=SendMessage&")
    assert not set(text) & set(" \r\n\t")
    form = gateway.form(request)
    assert form.pop("MessageBody").isascii()
    assert form == {"Action": "SendMessage", "Version": "2012-11-05", "MessageGroupId": school}


def test_a_queue_that_reads_forms_holds_the_message(gateway: Gateway, school: str) -> None:
    """As API Gateway sends it: the embedded AWS reads only what the SDK writes, moto both."""
    request = Request(written(event(metadata=NOTES)), claims(school))
    address = "https://sqs.us-east-1.amazonaws.com/123456789012/behavior-events-queue"
    kind = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
    with mock_aws():
        new = {"Action": "CreateQueue", "QueueName": "behavior-events-queue"}
        assert requests.post(address, new, timeout=60).ok
        text = gateway.request(request).text
        assert requests.post(address, text, headers=kind, timeout=60).ok
        asked = {"Action": "ReceiveMessage", "AttributeName.1": "MessageGroupId"}
        found = ET.fromstring(requests.post(address, asked, timeout=60).text)  # noqa: S314 -- moto's own
    held = {one.tag.rpartition("}")[2]: one.text for one in found.iter()}
    assert held["Body"] == gateway.message(request)
    assert (held["Name"], held["Value"]) == ("MessageGroupId", school)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"hello",
        b'{"a":1}]',
        b'{"type":"login"},"backfill":true,"events":[]',
        b"[NaN]",
        b"{'type':'login'}",
        b'"\xff"',
    ],
)
def test_what_is_not_json_never_reaches_the_template(gateway: Gateway, body: bytes) -> None:
    with pytest.raises(BadRequest):
        gateway.request(Request(body, claims("liceo-1")))
