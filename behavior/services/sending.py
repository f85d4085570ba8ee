"""Taking events in: judged at the door, stored by the consumer a moment later."""

from __future__ import annotations

from base64 import b64encode
from typing import TYPE_CHECKING
from uuid import uuid4

import msgspec

from behavior import rules
from behavior.domain import TASK, Event, EventId, Origin, Refusal, Sent
from behavior.services.access import foreign, is_left_to_staff
from behavior.services.types import judged
from luca.aws import queue
from luca.kernel import clock, context
from luca.kernel.errors import FieldError, Forbidden, Invalid, TooLarge

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

QUEUE = "behavior"
SENDING = 10  # messages per call, and so 500 events
LEFT_TO_STAFF = "Is recorded by staff and not by students."
NOT_YOURS = "Is not a student you may record for."


def accept(body: bytes, request_id: str = "") -> list[EventId]:
    """Take a request's events, all or none, and return their ids.

    Whoever repeats a request under one `request_id` sends the same events
    again, also where these carry no ids of their own. Nothing is stored yet when
    this returns: the queue holds it.
    """
    if len(body) > rules.BODY_LIMIT:
        raise TooLarge(f"At most {rules.BODY_LIMIT} bytes are taken at once.")
    if rules.too_deep(body, rules.DEEPEST + 2):  # an array of events, in an object
        raise Invalid("The body is nested too deeply.")
    return take(body, origin_of(seed_of(request_id), clock.now()))


def take(body: bytes, origin: Origin) -> list[EventId]:
    """Judge what somebody sent, and send it on."""
    events = _judged(body, origin)
    _send([_message(msgspec.json.decode(body), origin)])
    return [event.id for event in events]


def seed_of(request_id: str) -> str:
    """Spell the caller's name of a request as `deploy/behavior.vtl` does, or make one."""
    return b64encode(request_id.encode()).decode() or str(uuid4())


def backfill(
    events: Iterable[Sent], received: datetime | None = None, *, statements: bool = False
) -> int:
    """Send events of the past, marked as such; return how many.

    For operators and their tools only, never for what a client sends. Loading
    the same events again stores the same items again, with the same `received`
    to the byte.
    """
    count = 0
    messages: list[str] = []
    for some in packed(events):
        body = msgspec.json.encode(some)
        origin = origin_of(
            "backfill", received or clock.now(), backfill=True, statements=statements
        )
        count += len(_checked(body, origin))
        messages.append(_message(msgspec.json.decode(body), origin))
        if len(messages) == SENDING:
            _send(messages)
            messages = []
    if messages:
        _send(messages)
    return count


def origin_of(
    request_id: str, received: datetime, *, backfill: bool = False, statements: bool = False
) -> Origin:
    return Origin(
        school=context.school(),
        actor=context.actor() or "",
        request=request_id,
        received=rules.to_milliseconds(received),
        backfill=backfill,
        statements=statements,
    )


def _judged(body: bytes, origin: Origin) -> list[Event]:
    """Return the events, or raise one error that names every bad row."""
    events = _checked(body, origin)
    wrong = foreign({event.student for event in events})
    errors = [
        FieldError(_path(body, place, name), message)
        for place, event in enumerate(events)
        for name, message, is_wrong in (
            ("student", NOT_YOURS, event.student in wrong),
            ("type", LEFT_TO_STAFF, is_left_to_staff(event)),
        )
        if is_wrong
    ]
    if errors:
        raise Forbidden("Some events are not yours to record.", errors=tuple(errors))
    return events


def _checked(body: bytes, origin: Origin) -> list[Event]:
    found = judged(rules.read(body, origin))
    events = [(place, event) for place, event in enumerate(found) if isinstance(event, Event)]
    errors = [
        FieldError(_path(body, place, error.field), error.message)
        for place, verdict in enumerate(found)
        if isinstance(verdict, Refusal)
        for error in verdict.errors
    ]
    errors += [
        FieldError(_path(body, place, "event_id"), "Names another event of this request.")
        for place in rules.once_each(events).conflicts
    ]
    if errors:
        raise Invalid("Some events cannot be stored.", errors=tuple(errors))
    return [event for _, event in events]


def _path(body: bytes, place: int, field: str) -> str:
    """Name a field as its sender wrote it: an event that came alone has no row."""
    parts = [] if rules.is_single(body) else ["events", str(place)]
    return ".".join([*parts, field] if field else parts)


def packed(events: Iterable[Sent]) -> Iterator[list[Sent]]:
    """Cut into messages by number and by size."""
    some: list[Sent] = []
    size = 0
    for event in events:
        length = len(msgspec.json.encode(event)) + 1
        if some and (len(some) == rules.MOST_EVENTS or size + length >= rules.BODY_LIMIT):
            yield some
            some, size = [], 0
        some.append(event)
        size += length
    if some:
        yield some


def _message(events: object, origin: Origin) -> str:
    message = queue.envelope(
        TASK, rules.arguments(events, origin), identity=str(uuid4()), queue=QUEUE
    )
    if len(message) > queue.LARGEST:
        raise TooLarge("The events are too large to be taken at once.")
    return message


def _send(messages: list[str]) -> None:
    """One school, one message group: a stampede at one does not hold up another."""
    queue.send_batch(QUEUE, messages, group=context.school())
