"""What nobody should send, and somebody will: each message carries a mark, or its events do."""

from __future__ import annotations

import base64
import json
import secrets
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from luca.aws import queue
from luca.kernel import clock

if TYPE_CHECKING:
    from collections.abc import Iterator

    from behavior.tests.faults.ledger import Ledger

BIGGEST = 262_144  # bytes of a message, as SQS counts them
TASK = "behavior.ingest"


def messages(ledger: Ledger) -> Iterator[str]:
    """Messages that cannot be stored, noted in the ledger as strange."""
    school = ledger.schools[0]
    yield f"hello {_strange(ledger)}"
    yield f"####{_strange(ledger)}"
    yield _text(f"no JSON {_strange(ledger)}")
    yield json.dumps({"Records": [_strange(ledger)]})
    yield json.dumps({"body": "%%%", "headers": {"task": TASK, "id": _strange(ledger)}})
    yield "[" * 5_000 + _strange(ledger)
    yield _message(ledger, school, task="grades.forget_everything")
    for name in ("", "*", "Liceo#1", "no such school", "x" * 64):
        yield _message(ledger, name)
    yield _message(ledger, school, actor="")
    yield _message(ledger, "school-that-is-not", actor="pilar", groups="school_admin")
    yield _message(ledger, school, received_at="yesterday")
    yield _message(ledger, school, request_id=7)
    yield _message(ledger, school, events=[])
    yield _message(ledger, school, events=[_wrong(ledger) for _ in range(51)])


def wrong_events(ledger: Ledger) -> Iterator[dict[str, Any]]:
    """Events of pupil-0 that cannot be stored; whatever comes in one message with them can."""
    yield _wrong(ledger, student=7)
    yield _wrong(ledger, student="pupil-1")  # somebody else
    yield _wrong(ledger, quantity="many")
    yield _wrong(ledger, time="yesterday")
    yield _wrong(ledger, source="backfill")
    yield _wrong(ledger, event_id="not-an-id")
    too_long = _wrong(ledger)
    too_long["metadata"]["text"] = "ñ" * 4_097
    yield too_long


def mixed(ledger: Ledger, school: str, wrong: dict[str, Any]) -> str:
    """Fill a message with good events around a wrong one."""
    good = [ledger.event("pupil-0") for _ in range(9)]
    ledger.expect(school, good)
    return _envelope(school, {"events": [*good[:5], wrong, *good[5:]]})


def filled(ledger: Ledger, school: str) -> str:
    """A message as large as SQS takes, whose metadata nobody can store."""
    event = _wrong(ledger)
    event["metadata"]["text"] = ""
    empty = len(_envelope(school, {"events": [event]}))
    event["metadata"]["text"] = "x" * ((BIGGEST - empty) // 4 * 3 - 8)
    made = _envelope(school, {"events": [event]})
    assert BIGGEST - 64 < len(made) <= BIGGEST
    return made


def largest_good(ledger: Ledger, school: str) -> str:
    """Events whose metadata is exactly as long as is taken, as many as fit."""
    events = [ledger.event("pupil-0") for _ in range(22)]
    for event in events:
        event["metadata"]["text"] = ""
        size = len(
            json.dumps(event["metadata"], separators=(",", ":"), ensure_ascii=False).encode()
        )
        event["metadata"]["text"] = "x" * (8_192 - size)
    ledger.expect(school, events)
    return _envelope(school, {"events": events})


def _strange(ledger: Ledger) -> str:
    mark = f"mark-{secrets.token_hex(8)}"
    ledger.strange.add(mark)
    return mark


def _wrong(ledger: Ledger, **changes: Any) -> dict[str, Any]:
    event = ledger.event("pupil-0")
    event["metadata"]["mark"] = _strange(ledger)
    return {**event, **changes}


def _message(
    ledger: Ledger,
    school: str,
    *,
    task: str = TASK,
    actor: str = "pupil-0",
    groups: str = "student",
    **call: Any,
) -> str:
    call = call if "events" in call else {**call, "events": [_wrong(ledger)]}
    if not call["events"]:
        call["nobody reads"] = _strange(ledger)
    return _envelope(school, call, task, actor_id=actor, actor_groups=groups)


def _envelope(school: str, call: dict[str, Any], task: str = TASK, **headers: str) -> str:
    arguments = {
        "received_at": round(clock.now().timestamp() * 1000),
        "request_id": secrets.token_hex(8),
        **call,
    }
    claims = {"school_id": school, "actor_id": "pupil-0", "actor_groups": "student", **headers}
    return queue.envelope(task, arguments, identity=str(uuid4()), queue="behavior", headers=claims)


def _text(text: str) -> str:
    return base64.b64encode(text.encode()).decode()
