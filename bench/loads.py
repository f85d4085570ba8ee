"""Messages as the front writes them, for the canned queue: native Celery messages of known ids."""

import json
from base64 import b64encode
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from hashlib import md5
from typing import Any

import msgspec

from luca.kernel import clock
from luca.kernel.ids import uuid7

STUDENTS = 5000


def native(messages: int, packed: int, schools: int) -> Iterator[tuple[bytes, list[str]]]:
    """Yield messages as ReceiveMessage spells them, each by one student, with its events' ids."""
    now = datetime.now(UTC)
    for number in range(messages):
        events = []
        for place in range(packed):
            at = now - timedelta(milliseconds=place)
            tail = md5(f"{number} {place} {now}".encode()).digest()  # noqa: S324 -- spreads, hides nothing
            events.append(_event(uuid7(at, tail), at, number))
        message = _message(number, f"school-{number % schools}", events, now)
        yield message, [one["event_id"] for one in events]


def _event(identity: str, at: datetime, number: int) -> dict[str, Any]:
    return {
        "type": "quiz_completed",
        "student": f"student-{number % STUDENTS}",
        "time": clock.stamp(at),
        "quantity": 1,
        "source": "app",
        "metadata": {"quiz": "fractions-3", "score": number % 100, "seconds": 312},
        "event_id": identity,
    }


def _message(number: int, school: str, events: list[dict[str, Any]], now: datetime) -> bytes:
    stamp = round(now.timestamp() * 1000)
    call = [
        [],
        {"events": events, "received_at": stamp, "request_id": f"request-{number}"},
        {"callbacks": None, "errbacks": None, "chain": None, "chord": None},
    ]
    identity = f"{number:08}-0000-4000-8000-000000000000"
    headers = {
        "lang": "py",
        "task": "behavior.ingest",
        "id": identity,
        "root_id": identity,
        "parent_id": None,
        "group": None,
        "school_id": school,
        "actor_id": events[0]["student"],
        "actor_groups": "student",
        "luca_correlation_id": identity,
        "luca_trace_id": "",
    }
    properties = {
        "correlation_id": identity,
        "body_encoding": "base64",
        "delivery_mode": 2,
        "delivery_tag": identity,
        "delivery_info": {"exchange": "", "routing_key": "behavior-events-queue"},
        "priority": 0,
    }
    body = json.dumps(
        {
            "body": b64encode(msgspec.json.encode(call)).decode(),
            "content-encoding": "utf-8",
            "content-type": "application/json",
            "headers": headers,
            "properties": properties,
        },
        separators=(",", ":"),
    )
    return msgspec.json.encode(
        {
            "MessageId": identity,
            "ReceiptHandle": f"receipt-{identity}" * 3,
            "MD5OfBody": md5(body.encode()).hexdigest(),  # noqa: S324 -- what SQS says
            "Body": body,
            "Attributes": {"ApproximateReceiveCount": "1", "SentTimestamp": str(stamp)},
        }
    )
