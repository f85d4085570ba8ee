"""Taking xAPI statements in: what they mean becomes events, which go the way of all events."""

from __future__ import annotations

import re
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING
from uuid import UUID

import msgspec

from behavior import rules
from behavior.domain import Event, Refusal, Sent
from behavior.services.sending import backfill, origin_of, seed_of, take
from behavior.services.types import judged
from luca.kernel import clock
from luca.kernel.errors import FieldError, Forbidden, Invalid, Malformed, TooLarge
from luca.kernel.ids import StudentId
from luca.kernel.iterate import chunks
from tenants import services as tenants

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from behavior.domain import EventId

NOT_TAKEN = "Some statements cannot be taken."
NAMES = {  # an event's fields, as statements spell them
    "type": "verb.id",
    "student": "actor.account.name",
    "time": "timestamp",
    "event_id": "id",
}
PLACE = re.compile(r"events\.(?P<row>[0-9]+)\.?(?P<field>.*)")
UNNAMED = FieldError("statementId", "Must be a UUID.")
ANOTHER = FieldError("id", "Is not the statementId of the request.")
TIMELESS = FieldError(
    "timestamp",
    "Is required of a statement that has an id: only then is it one, however often it is sent.",
)
UNDATED = FieldError("timestamp", "Is required of a statement of the past.")
TWICE = FieldError("id", "Names another statement too.")
UNKNOWN = FieldError("actor.account.name", "Is no student of this school.")


@dataclass(frozen=True, slots=True)
class Statements:
    """A request's statements, read and not yet sent."""

    events: tuple[Sent, ...]
    single: bool  # it came alone, and its errors name no row


@dataclass(slots=True)
class Loaded:
    """What became of statements that an operator loads."""

    sent: int = 0
    refused: list[tuple[int, str]] = field(default_factory=list)  # places from 0, and why


def read_statements(body: bytes, statement_id: str | None = None) -> Statements:
    """Read a request's statements, or raise one error that names all that cannot be taken.

    `statement_id` is the one that a PUT names.
    """
    if len(body) > rules.BODY_LIMIT:
        raise TooLarge(f"At most {rules.BODY_LIMIT} bytes are taken at once.")
    single = not body.lstrip().startswith(b"[")
    if statement_id is not None and not single:
        raise Malformed("PUT takes one statement and no array.")
    found = [rules.statement(row) for row in rules.statements(body)]
    if statement_id is not None:
        found = [_named(found[0], statement_id)]
    found = [_timed(one) for one in found]
    errors = [
        FieldError(_path(place, error.field, single=single), error.message)
        for place, verdict in enumerate(found)
        if isinstance(verdict, Refusal)
        for error in verdict.errors
    ]
    events = [event for event in found if isinstance(event, Sent)]
    errors += _repeated(found)
    if errors:
        raise Malformed(NOT_TAKEN, errors=tuple(errors))
    return Statements(tuple(events), single)


def accept_statements(given: Statements, request_id: str = "") -> list[EventId]:
    """Take statements as events, all or none, and return their ids."""
    origin = origin_of(seed_of(request_id), clock.now(), statements=True)
    now = clock.stamp(origin.received)
    seed = (origin.school, origin.actor, origin.request)
    events = [
        msgspec.structs.replace(
            one, time=one.time or now, event_id=one.event_id or _id_of(*seed, str(place))
        )
        for place, one in enumerate(given.events)
    ]
    with _in_words_of_xapi(single=given.single):
        return take(msgspec.json.encode(events), origin)


def backfill_statements(
    rows: Iterable[bytes], received: datetime | None = None, *, dry_run: bool = False
) -> Loaded:
    """Send statements of the past; for operators only, as `backfill` is.

    Each is judged by itself. One without an id gets one that follows from what
    it says, so that loading the same statements again stores the same items.
    """
    now = received or clock.now()
    loaded = Loaded()
    for some in chunks(enumerate(rows), rules.MOST_EVENTS):
        found = _known_only({place: _past(row) for place, row in some})
        verdicts = _judged(found, now)
        for place, one in verdicts.items():
            if isinstance(one, Refusal):
                loaded.refused.append((place, _reason(one)))
        good = [one for one in verdicts.values() if isinstance(one, Sent)]
        loaded.sent += len(good) if dry_run else backfill(good, now, statements=True)
    return loaded


def _named(found: Sent | Refusal, statement_id: str) -> Sent | Refusal:
    if not rules.UUID.fullmatch(statement_id):
        return Refusal((UNNAMED,))
    if isinstance(found, Refusal):
        return found
    if found.event_id not in (None, statement_id.lower()):
        return Refusal((ANOTHER,))
    return msgspec.structs.replace(found, event_id=statement_id.lower())


def _timed(found: Sent | Refusal) -> Sent | Refusal:
    """An event is known by its time and id, so a time of arrival would make it another each time.

    Only what comes without an id, and is another each time anyway, is as old as its arrival.
    """
    if isinstance(found, Sent) and found.event_id and not found.time:
        return Refusal((TIMELESS,))
    return found


def _repeated(found: Iterable[Sent | Refusal]) -> Iterator[FieldError]:
    """One id names one statement; xAPI refuses an array that says otherwise."""
    seen: Counter[str] = Counter()
    for place, one in enumerate(found):
        if isinstance(one, Sent) and one.event_id:
            seen[one.event_id] += 1
            if seen[one.event_id] > 1:
                yield FieldError(f"statements.{place}.{TWICE.field}", TWICE.message)


def _past(row: bytes) -> Sent | Refusal:
    found = rules.statement(row)
    if isinstance(found, Refusal):
        return found
    if not found.time:
        return Refusal((UNDATED,))
    said = msgspec.json.encode(found, order="deterministic").decode()
    return msgspec.structs.replace(found, event_id=found.event_id or _id_of(said))


def _id_of(*seed: str) -> str:
    """Name a statement that came without an id.

    Clients of xAPI look at what they are given, and some take no UUID that is
    younger than version 5: so this is none of version 7, which events get.
    """
    return str(UUID(bytes=sha256("\n".join(seed).encode()).digest()[:16], version=5))


def _known_only(found: dict[int, Sent | Refusal]) -> dict[int, Sent | Refusal]:
    """The consumer asks no backfill for whom it may record, so the school is asked here."""
    wanted = {StudentId(one.student) for one in found.values() if isinstance(one, Sent)}
    known = tenants.students(wanted)
    return {
        place: Refusal((UNKNOWN,)) if isinstance(one, Sent) and one.student not in known else one
        for place, one in found.items()
    }


def _judged(found: dict[int, Sent | Refusal], received: datetime) -> dict[int, Sent | Refusal]:
    """Judge what could be read as the consumer will."""
    sent = {place: one for place, one in found.items() if isinstance(one, Sent)}
    if not sent:
        return found
    origin = origin_of("backfill", received, backfill=True, statements=True)
    verdicts = judged(rules.read(msgspec.json.encode(list(sent.values())), origin))
    by_place = dict(zip(sent, verdicts, strict=True))
    wrong = {place: one for place, one in by_place.items() if isinstance(one, Refusal)}
    events = [(place, one) for place, one in by_place.items() if isinstance(one, Event)]
    wrong |= {place: Refusal((TWICE,)) for place in rules.once_each(events).conflicts}
    return found | wrong


def _reason(refusal: Refusal) -> str:
    return Refusal(tuple(_translated(refusal.errors, single=True))).reason


@contextmanager
def _in_words_of_xapi(*, single: bool) -> Iterator[None]:
    """Name what is wrong as the statement's sender knows it, with xAPI's own status."""
    try:
        yield
    except (Invalid, Forbidden) as error:
        kind = Malformed if isinstance(error, Invalid) else Forbidden
        told = tuple(_translated(error.errors, single=single))
        raise kind(NOT_TAKEN, errors=told) from error


def _translated(errors: Iterable[FieldError], *, single: bool) -> Iterator[FieldError]:
    for error in errors:
        found = PLACE.fullmatch(error.field)
        name = found["field"] if found else error.field
        place = int(found["row"]) if found else 0
        yield FieldError(_path(place, NAMES.get(name, name), single=single), error.message)


def _path(place: int, name: str, *, single: bool) -> str:
    parts = [] if single else ["statements", str(place)]
    return ".".join([*parts, name] if name else parts)
