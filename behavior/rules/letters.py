"""Dead letters: what is refused for good is set aside event by event, with the reason.

A letter is a native Celery message like the one it comes from, so that it can
go back to the queue as it is. Its events keep their ids: one that came without
an id got its id from its place in the message, and has another place now.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import msgspec

from behavior.domain import Event, Letter, RefusedEvent
from behavior.rules.identity import assigned_id
from behavior.rules.messages import UNREADABLE, Parcel, opened, school_of, unwrapped
from behavior.rules.reading import EPOCH, instant, rows
from behavior.rules.types import NAME
from luca.kernel import clock
from luca.kernel.errors import LucaError
from luca.kernel.ids import CURP_LIKE, ID

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from behavior.domain import EventId, Refusal

LONGEST_REASON = 200  # characters
FAULTS = (ValueError, TypeError, LookupError, ArithmeticError, RecursionError)  # of code over input
NULL = b"null"


@dataclass(frozen=True, slots=True)
class Content:
    """One event of a letter, as far as it may be shown."""

    type: str  # empty if it is not what a type may be called
    student: str


_envelope = msgspec.json.Decoder(dict[str, Any])
_text = msgspec.json.Decoder(str)
_arguments = msgspec.json.Decoder(tuple[msgspec.Raw, dict[str, msgspec.Raw], msgspec.Raw])
_row = msgspec.json.Decoder(dict[str, msgspec.Raw])


def whole(text: str, refusal: Refusal, at: str) -> Letter:
    """Set a message aside as it is, because it cannot be opened."""
    return Letter(text, refusal.code, line(refusal.reason), school_of(text), at)


def by_reason(text: str, parcel: Parcel, refusals: Mapping[int, Refusal], at: str) -> list[Letter]:
    """Write a letter for each kind of reason; `refusals` are by the event's place."""
    found = []
    for code in sorted({one.code for one in refusals.values()}):
        mine = {place: one for place, one in refusals.items() if one.code == code}
        reason = line("; ".join(sorted({one.reason for one in mine.values()})))
        body = excerpt(text, parcel, mine.keys(), at)
        each = tuple(line(mine[place].reason) for place in sorted(mine))
        found.append(Letter(body, code, reason, parcel.origin.school, at, each))
    return found


def apart(letter: Letter) -> list[RefusedEvent]:
    """Say of each event of a letter what its school may know, with a message of its own.

    A letter that cannot be taken apart is one by itself.
    """
    parcel = opened(letter.body)
    if isinstance(parcel, Parcel):
        with suppress(*FAULTS):
            return _each(letter, parcel)
    return [_refused(letter, letter.refused_at, letter.body, letter.reason, Content("", ""))]


def _each(letter: Letter, parcel: Parcel) -> list[RefusedEvent]:
    received = clock.stamp(parcel.origin.received)
    known = contents(letter.body)
    reasons = letter.each if len(letter.each) == len(known) else (letter.reason,) * len(known)
    return [
        _refused(
            letter,
            received,
            excerpt(letter.body, parcel, [place], letter.refused_at),
            reason,
            content,
        )
        for place, (content, reason) in enumerate(zip(known, reasons, strict=True))
    ]


def _refused(
    letter: Letter, received: str, body: str, reason: str, content: Content
) -> RefusedEvent:
    student = content.student
    is_id = ID.fullmatch(student) and not CURP_LIKE.search(student)
    return RefusedEvent(
        id=_digest(body),
        received=received,
        code=letter.code,
        reason=reason,
        refused_at=letter.refused_at,
        type=content.type,
        student=student if is_id else "",
        body=body,
    )


def _digest(body: str) -> str:
    """Name a message by its call alone: when it was refused stands in its headers."""
    try:
        text = bytes(_row.decode(unwrapped(body))["body"])
    except (*UNREADABLE, LookupError):
        text = body.encode()
    return sha256(text).hexdigest()[:32]


def said(text: str) -> tuple[str, dict[str, Any]]:
    """What the first event of a message says happened: its time, and what stands beside it."""
    try:
        body = _envelope.decode(unwrapped(text))["body"]
        row = rows(_arguments.decode(b64decode(body))[1]["events"])[0]
        fields = _envelope.decode(row)
    except (*UNREADABLE, LookupError, TypeError, LucaError):
        return "", {}
    time, beside = fields.get("time"), fields.get("metadata")
    return str(time or ""), beside if isinstance(beside, dict) else {}


def again(text: str) -> str:
    """Write a message for another try: behind what is stored, under the ids that it has."""
    parcel = opened(text)
    if not isinstance(parcel, Parcel) or parcel.again:
        return text
    return excerpt(text, parcel, range(len(parcel.events)), clock.stamp(parcel.origin.received))


def contents(text: str) -> list[Content]:
    """Say of each event whose it is and of which type, also of those that are refused."""
    try:
        body = _envelope.decode(unwrapped(text))["body"]
        return [_content(row) for row in rows(_arguments.decode(b64decode(body))[1]["events"])]
    except (*UNREADABLE, LookupError, TypeError, LucaError):
        return []


def _content(row: msgspec.Raw) -> Content:
    try:
        fields = _envelope.decode(row)
    except UNREADABLE:
        fields = {}
    name, student = fields.get("type"), fields.get("student")
    fits = isinstance(name, str) and NAME.fullmatch(name) and not CURP_LIKE.search(name)
    return Content(str(name) if fits else "", student if isinstance(student, str) else "")


def line(reason: str) -> str:
    """One line that SQS takes as an attribute."""
    text = " ".join("".join(one if one.isprintable() else " " for one in reason).split())
    return text if len(text) <= LONGEST_REASON else text[: LONGEST_REASON - 1] + "…"


def excerpt(text: str, parcel: Parcel, places: Collection[int], at: str) -> str:
    """Write the message again with some of its events, marked as refused at this time."""
    outer = _row.decode(unwrapped(text))  # only what is changed is read: the rest may hold anything
    args, call, embed = _arguments.decode(b64decode(_text.decode(outer["body"])))
    sent = rows(call["events"])
    named = {place: _named(sent[place], parcel, place) for place in sorted(places)}
    call["events"] = _raw([row for row, _ in named.values()])
    if not all(has_id for _, has_id in named.values()):
        # Their places change: without a request of their own, they would be named as others are.
        seed = f"{parcel.origin.request}\n{min(places)}"
        call["request_id"] = _raw(sha256(seed.encode()).hexdigest())
    outer["body"] = _raw(b64encode(msgspec.json.encode((args, call, embed))).decode())
    headers = _row.decode(outer["headers"])
    outer["headers"] = _raw({**headers, "luca_refused_at": at})
    return msgspec.json.encode(outer).decode()


def _named(row: msgspec.Raw, parcel: Parcel, place: int) -> tuple[msgspec.Raw, bool]:
    """Return the event with its id in it, and whether it has one; the rest stays to the byte."""
    try:
        fields = _row.decode(row)
    except UNREADABLE:
        return row, False
    if bytes(fields.get("event_id", NULL)) != NULL:
        return row, True
    name = _name(fields, parcel, place)
    if name is None:
        return row, False
    return _raw({**fields, "event_id": name}), True


def _name(fields: Mapping[str, msgspec.Raw], parcel: Parcel, place: int) -> EventId | None:
    verdict = parcel.events[place]
    if isinstance(verdict, Event):
        return verdict.id
    try:
        at = instant(msgspec.json.decode(fields["time"], type=str))
    except (*UNREADABLE, KeyError):
        return None
    return assigned_id(at, parcel.origin, place) if at and at >= EPOCH else None


def _raw(value: Any) -> msgspec.Raw:
    return msgspec.Raw(msgspec.json.encode(value))
