"""From bytes to events: what can be read, what is refused, and why.

Well-formed input takes one pass of msgspec's decoder. Only a row that fails is
looked at field by field, to tell its sender everything that is wrong with it.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import msgspec

from behavior.domain import BACKFILL, MOST_QUANTITY, Event, EventId, Origin, Refusal, Sent
from behavior.rules.identity import UUID, assigned_id, canonical_id, digest_of
from luca.kernel import clock
from luca.kernel.errors import FieldError, Invalid, Malformed
from luca.kernel.ids import StudentId, event_time

if TYPE_CHECKING:
    from collections.abc import Iterable

MOST_EVENTS = 50  # in one request, and so in one message
BODY_LIMIT = 190_000  # bytes of JSON: base64 makes 254 KB of it, SQS takes 256 KB
METADATA_LIMIT = 8_192  # bytes
DEEPEST = 100  # objects and arrays inside each other
SKEW = timedelta(minutes=5)  # how far a client's clock may run ahead
OLDEST = timedelta(days=30)  # as long as an event is kept
KEPT = timedelta(days=30)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
UNSTORABLE = FieldError("", "The event is not JSON that can be stored.")
NESTED = FieldError("", f"The event is nested more than {DEEPEST} deep.")
UNREADABLE = (msgspec.DecodeError, RecursionError, UnicodeError)

WANTED = {
    "type": "1 to 64 lower-case letters, digits, _ or -",
    "student": "the id of a student",
    "time": "a time in ISO 8601 with a zone, such as 2026-11-21T08:30:00-06:00",
    "quantity": f"a whole number from 1 to {MOST_QUANTITY}",
    "source": "1 to 64 lower-case letters, digits, _ or -",
    "metadata": "an object",
    "event_id": "a UUID of version 7 or a ULID",
}


class _Wrapped(msgspec.Struct):
    events: list[msgspec.Raw] | msgspec.UnsetType = msgspec.UNSET


_MARKS = re.compile(rb'"(?:[^"\\]|\\.)*"?|[\[\]{}]')  # texts, and what opens and closes
_rows = msgspec.json.Decoder(list[msgspec.Raw])
_wrapped = msgspec.json.Decoder(_Wrapped)
_sent = msgspec.json.Decoder(Sent)
_sorted = msgspec.json.Encoder(order="deterministic")
_fields = {field.name: field for field in msgspec.structs.fields(Sent)}


def rows(body: bytes | msgspec.Raw) -> list[msgspec.Raw]:
    """Split a body into its events, still unread: one object, an array, or `{"events": [...]}`."""
    text = bytes(body).strip()
    try:
        if text.startswith(b"["):
            found = _rows.decode(text)
        else:
            events = _wrapped.decode(text).events
            found = [msgspec.Raw(text)] if isinstance(events, msgspec.UnsetType) else events
    except msgspec.ValidationError as error:
        raise Invalid('An event, an array of events or {"events": [...]} is wanted.') from error
    except UNREADABLE as error:
        raise Malformed("The body is not JSON.") from error
    if not 1 <= len(found) <= MOST_EVENTS:
        raise Invalid(f"From 1 to {MOST_EVENTS} events are taken at once, not {len(found)}.")
    return found


def is_single(body: bytes) -> bool:
    """Tell one bare event from an array: the errors of one name no row."""
    text = body.strip()
    return not text.startswith(b"[") and isinstance(_wrapped.decode(text).events, msgspec.UnsetType)


def read(body: bytes | msgspec.Raw, origin: Origin) -> list[Event | Refusal]:
    """Judge each event of a body by itself; the order is kept."""
    return [event(row, origin, place) for place, row in enumerate(rows(body))]


def event(row: msgspec.Raw, origin: Origin, place: int) -> Event | Refusal:
    """Return the event, or everything that is wrong with it."""
    if too_deep(row):
        return _refused([NESTED])
    try:
        sent = _sent.decode(row)
        metadata = _sorted.encode(sent.metadata)
    except msgspec.ValidationError:
        return _refused(_wrong_fields(row))
    except UNREADABLE:
        return _refused([UNSTORABLE])
    at = instant(sent.time)
    inside = event_time(sent.event_id) if sent.event_id and not origin.statements else None
    wrong = [
        *_contradictions(sent, at, metadata, origin),
        *(_misnamed(sent) if origin.statements else _misidentified(sent.event_id, inside, at)),
    ]
    if wrong or at is None:
        return _refused(wrong)
    identity = canonical_id(sent.event_id) if sent.event_id else assigned_id(at, origin, place)
    return _accepted(sent, identity, at, inside or at, metadata.decode(), origin)


def instant(text: str) -> datetime | None:
    """Read a client's time, to the millisecond that keys have room for."""
    try:
        found = datetime.fromisoformat(text)
        return None if found.tzinfo is None else to_milliseconds(found.astimezone(UTC))
    except (ValueError, OverflowError):
        return None


def to_milliseconds(at: datetime) -> datetime:
    """Cut off what keys, ids and messages have no room for."""
    return at.replace(microsecond=at.microsecond // 1000 * 1000)


def _accepted(
    sent: Sent, identity: EventId, time: datetime, at: datetime, metadata: str, origin: Origin
) -> Event:
    stamped = clock.stamp(time)
    return Event(
        id=identity,
        student=StudentId(sent.student),
        type=sent.type,
        at=stamped if at is time else clock.stamp(at),
        time=stamped,
        quantity=sent.quantity,
        source=BACKFILL if origin.backfill else sent.source,
        metadata=metadata,
        received=clock.stamp(origin.received),
        ttl=int((max(at, origin.received) + KEPT).timestamp()),
        digest=digest_of(sent, stamped, metadata),
    )


def _contradictions(
    sent: Sent, at: datetime | None, metadata: bytes, origin: Origin
) -> Iterable[FieldError]:
    """What a field's type cannot say."""
    if at is None:
        yield FieldError("time", f"Must be {WANTED['time']}.")
    else:
        yield from _untimely(at, origin)
    if sent.source == BACKFILL and not origin.backfill:
        yield FieldError("source", "This source is reserved.")
    if len(metadata) > METADATA_LIMIT:
        yield FieldError("metadata", f"Is longer than {METADATA_LIMIT} bytes.")


def too_deep(text: bytes | msgspec.Raw, deepest: int = DEEPEST) -> bool:
    """Tell whether JSON has more levels than every reader after this one can follow.

    Python's own readers give up at some depth of the stack, and so each at another depth.
    """
    spelled = bytes(text)
    if spelled.count(b"{") + spelled.count(b"[") <= deepest:
        return False
    depth = 0
    for found in _MARKS.finditer(spelled):
        depth += {b"{": 1, b"[": 1, b"}": -1, b"]": -1}.get(found[0], 0)
        if depth > deepest:
            return True
    return False


def _untimely(at: datetime, origin: Origin) -> Iterable[FieldError]:
    if at > origin.received + SKEW:
        yield FieldError("time", "Is in the future.")
    elif at < EPOCH:
        yield FieldError("time", "Is before 1970.")
    elif at < origin.received - OLDEST and not origin.backfill:
        yield FieldError("time", f"Is more than {OLDEST.days} days ago.")


def _misidentified(
    event_id: str | None, inside: datetime | None, at: datetime | None
) -> Iterable[FieldError]:
    if event_id is None:
        return
    if inside is None:
        yield FieldError("event_id", f"Must be {WANTED['event_id']}.")
    elif at is not None and abs(inside - at) > SKEW:
        yield FieldError("event_id", "Carries another time than the event.")


def _misnamed(sent: Sent) -> Iterable[FieldError]:
    """A statement's id need not know the time: time and id together are its key."""
    if sent.event_id is not None and not UUID.fullmatch(sent.event_id):
        yield FieldError("event_id", "Must be a UUID.")


def _wrong_fields(row: msgspec.Raw) -> list[FieldError]:
    """Read a refused row field by field."""
    try:
        found = msgspec.json.decode(row)
    except UNREADABLE:
        return [UNSTORABLE]
    if not isinstance(found, dict):
        return [FieldError("", "An event is a JSON object.")]
    return [
        FieldError(name, f"Must be {WANTED[name]}." if name in found else "Is required.")
        for name in _fields
        if not _fits(name, found)
    ] or [UNSTORABLE]


def _fits(name: str, found: dict[str, Any]) -> bool:
    field = _fields[name]
    if name not in found:
        return not field.required
    try:
        msgspec.convert(found[name], field.type)
    except msgspec.ValidationError:
        return False
    return True


def _refused(errors: list[FieldError]) -> Refusal:
    return Refusal(tuple(errors))
