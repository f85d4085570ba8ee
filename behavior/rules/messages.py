"""Opening a message of the behaviour queue: whose it is, and what it carries.

Whoever wrote it, API Gateway's template or Luca's API, it is a native Celery
message of protocol 2 for one task. Anything else on the queue is refused with
a reason an operator understands; nothing in here looks at the clock, so the
same message is refused for the same reason wherever it is opened.
"""

from __future__ import annotations

from base64 import b64decode
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import msgspec
from msgspec import Meta

from behavior.domain import TASK, Event, Origin, Refusal
from behavior.rules.reading import read
from luca.kernel.errors import FieldError, LucaError
from luca.kernel.ids import check_id, check_school

if TYPE_CHECKING:
    from collections.abc import Mapping

LAST_INSTANT = 253_370_764_800_000  # milliseconds: the year 9999, with room for what is added
UNREADABLE = (
    msgspec.DecodeError,
    RecursionError,
    ValueError,
)  # bad base64 and bad text are ValueErrors

Milliseconds = Annotated[int, Meta(ge=0, le=LAST_INSTANT)]
Seed = Annotated[str, Meta(min_length=1, max_length=512)]


class Headers(msgspec.Struct):
    task: str
    school_id: str = ""
    actor_id: str = ""
    actor_groups: str = ""
    luca_correlation_id: str = ""


class Outer(msgspec.Struct):
    body: str
    headers: Headers


class Call(msgspec.Struct):
    """The arguments of `behavior.ingest`."""

    events: msgspec.Raw
    received_at: Milliseconds
    request_id: Seed
    backfill: bool = False
    statements: bool = False


@dataclass(frozen=True, slots=True)
class Parcel:
    """A message that is ours, and the verdict on each of its events."""

    origin: Origin
    groups: frozenset[str]
    correlation_id: str
    events: list[Event | Refusal]


_outer = msgspec.json.Decoder(Outer)
_call = msgspec.json.Decoder(tuple[list[msgspec.Raw], Call, msgspec.Raw])


def opened(text: str) -> Parcel | Refusal:
    """Read a message as it came from the queue."""
    try:
        outer = _outer_of(text)
        call = _call_of(outer)
        origin = _origin(outer.headers, call)
        verdicts = read(call.events, origin)
    except (ValueError, LucaError) as error:
        return Refusal((FieldError("", str(error)),))
    groups = frozenset(filter(None, outer.headers.actor_groups.split(",")))
    return Parcel(origin, groups, outer.headers.luca_correlation_id, verdicts)


def _outer_of(text: str) -> Outer:
    try:
        # Kombu writes the outer JSON in base64 unless told otherwise; both are native.
        plain = text.encode() if text.lstrip().startswith("{") else b64decode(text, validate=True)
        return _outer.decode(plain)
    except UNREADABLE as error:
        raise ValueError("It is not a Celery message.") from error


def _call_of(outer: Outer) -> Call:
    if outer.headers.task != TASK:
        raise ValueError(f"It asks for another task than {TASK}.")
    if not outer.headers.school_id:
        raise ValueError("It names no school.")
    try:
        return _call.decode(b64decode(outer.body, validate=True))[1]
    except UNREADABLE as error:
        raise ValueError(f"Its arguments are not those of {TASK}.") from error


def _origin(headers: Headers, call: Call) -> Origin:
    if not headers.actor_id and not call.backfill:
        raise ValueError("It names no actor.")
    return Origin(
        school=check_school(headers.school_id),
        actor=check_id(headers.actor_id, "actor") if headers.actor_id else "",
        request=call.request_id,
        received=instant_of(call.received_at),
        backfill=call.backfill,
        statements=call.statements,
    )


def instant_of(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, UTC)


def arguments(events: Any, origin: Origin) -> Mapping[str, Any]:
    """What `opened` will find in a message's call."""
    call = {
        "events": events,
        "received_at": round(origin.received.timestamp() * 1000),
        "request_id": origin.request,
    }
    marks = {"backfill": origin.backfill, "statements": origin.statements}
    return {**call, **{name: True for name, is_so in marks.items() if is_so}}
