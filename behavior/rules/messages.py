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

    from luca.kernel.ids import SchoolId

LAST_INSTANT = 253_370_764_800_000  # milliseconds: the year 9999, with room for what is added
UNREADABLE = (
    msgspec.DecodeError,
    RecursionError,
    ValueError,
)  # bad base64 and bad text are ValueErrors

Milliseconds = Annotated[int, Meta(ge=0, le=LAST_INSTANT)]
Seed = Annotated[str, Meta(min_length=1, max_length=512)]


class _Alien(ValueError):
    """A message that says nothing to us, and in which way."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class Headers(msgspec.Struct):
    task: str
    school_id: str = ""
    actor_id: str = ""
    actor_groups: str = ""
    luca_correlation_id: str = ""
    luca_trace: str = ""  # X-Ray's header
    luca_refused_at: str = ""  # of a letter: it has been refused before


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
    again: bool = False  # it was a dead letter, and so stands behind what is stored


_outer = msgspec.json.Decoder(Outer)
_call = msgspec.json.Decoder(tuple[list[msgspec.Raw], Call, msgspec.Raw])


def opened(text: str) -> Parcel | Refusal:
    """Read a message as it came from the queue."""
    try:
        outer = _outer_of(text)
        call = _call_of(outer)
        origin = _origin(outer.headers, call)
        verdicts = read(call.events, origin)
    except _Alien as error:
        return Refusal((FieldError("", str(error)),), error.code)
    except (ValueError, LucaError) as error:
        return Refusal((FieldError("", str(error)),))
    headers = outer.headers
    groups = frozenset(filter(None, headers.actor_groups.split(",")))
    again = bool(headers.luca_refused_at)
    return Parcel(origin, groups, headers.luca_correlation_id, verdicts, again)


def unwrapped(text: str) -> bytes:
    """Return the JSON of a message; kombu writes it in base64 unless told otherwise."""
    return text.encode() if text.lstrip().startswith("{") else b64decode(text, validate=True)


def school_of(text: str) -> str:
    """Return the school that a message names, also one that is refused; or nothing."""
    try:
        return check_school(_outer.decode(unwrapped(text)).headers.school_id)
    except UNREADABLE:
        return ""


def trace_of(text: str) -> str:
    """Return the trace that a message names, as X-Ray's header; or nothing."""
    try:
        return _outer.decode(unwrapped(text)).headers.luca_trace
    except UNREADABLE:
        return ""


def _outer_of(text: str) -> Outer:
    try:
        return _outer.decode(unwrapped(text))
    except UNREADABLE as error:
        raise _Alien("unreadable", "It is not a Celery message.") from error


def _call_of(outer: Outer) -> Call:
    if outer.headers.task != TASK:
        raise _Alien("wrong_task", f"It asks for another task than {TASK}.")
    if not outer.headers.school_id:
        raise _Alien("no_school", "It names no school.")
    try:
        return _call.decode(b64decode(outer.body, validate=True))[1]
    except UNREADABLE as error:
        raise _Alien("unreadable", f"Its arguments are not those of {TASK}.") from error


def _origin(headers: Headers, call: Call) -> Origin:
    if not headers.actor_id and not call.backfill:
        raise _Alien("no_actor", "It names no actor.")
    return Origin(
        school=_school(headers.school_id),
        actor=_actor(headers.actor_id) if headers.actor_id else "",
        request=call.request_id,
        received=instant_of(call.received_at),
        backfill=call.backfill,
        statements=call.statements,
    )


def _school(name: str) -> SchoolId:
    try:
        return check_school(name)
    except ValueError as error:
        raise _Alien("no_school", str(error)) from error


def _actor(name: str) -> str:
    try:
        return check_id(name, "actor")
    except ValueError as error:
        raise _Alien("no_actor", str(error)) from error


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
