"""The words of behaviour: what a client says happened, and what is kept of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple, NewType

import msgspec
from msgspec import Meta

from luca.kernel.ids import ID

if TYPE_CHECKING:
    from datetime import datetime

    from luca.kernel.errors import FieldError
    from luca.kernel.ids import StudentId

EventId = NewType("EventId", str)

BACKFILL = "backfill"  # the source of events that operators load; no client may claim it
TASK = "behavior.ingest"  # the only task that the behaviour queue may ask for
MOST_QUANTITY = 1_000_000
REASONS = (  # why something is refused, for operators and programs; docs/behavior-operating.md
    "unreadable",
    "wrong_task",
    "no_school",
    "no_actor",
    "invalid",
    "unknown_type",
    "not_allowed",
    "another_body",
    "not_stored",
)

Slug = Annotated[str, Meta(pattern=r"\A[a-z0-9][a-z0-9_-]{0,63}\Z")]
Identifier = Annotated[str, Meta(pattern=rf"\A{ID.pattern}\Z")]
Quantity = Annotated[int, Meta(ge=1, le=MOST_QUANTITY)]


class Sent(msgspec.Struct, frozen=True, omit_defaults=True):
    """One event as a client or an operator sends it.

    Fields that Luca does not know are ignored: a `school_id` in here has no
    meaning, because the school comes from the verified token alone.
    """

    type: Slug
    student: Identifier
    time: str  # ISO 8601 with a zone
    quantity: Quantity = 1
    source: Slug = "app"
    metadata: dict[str, Any] = {}
    event_id: str | None = None


@dataclass(frozen=True, slots=True)
class Origin:
    """Who sent a message, when it was received, and what sort of message it is.

    `received` is stamped once, by whoever writes to the queue, so that each
    redelivery is judged as the first one was. The events of `statements` came
    over xAPI, which names them by UUIDs of any version.
    """

    school: str
    actor: str
    request: str  # the request's id: the seed of ids for events that carry none
    received: datetime
    backfill: bool = False
    statements: bool = False


@dataclass(frozen=True, slots=True)
class Event:
    """One event that was found acceptable."""

    id: EventId
    student: StudentId
    type: str
    at: str  # the time inside the id (of a statement: its own), as keys spell it
    time: str  # the time the client gave; a few minutes from `at` at most
    quantity: int
    source: str
    metadata: str  # JSON with sorted keys
    received: str
    ttl: int  # epoch seconds after which it is absent
    digest: str  # of the body: the same id with another digest is another event

    @property
    def key(self) -> tuple[str, str]:
        """What makes two deliveries the same event."""
        return (self.student, self.id)


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why an event cannot be stored, however often it is sent."""

    errors: tuple[FieldError, ...]
    code: str = "invalid"  # for programs: a word of a fixed list

    @property
    def reason(self) -> str:
        """One line for an operator; it names fields and never what they hold."""
        return "; ".join(
            f"{one.field}: {one.message}" if one.field else one.message for one in self.errors
        )


@dataclass(frozen=True, slots=True)
class EventType:
    """What a school means by a type of event, and what its metadata must look like."""

    name: str
    es: str  # what people read
    en: str
    schema: str = '{"type":"object"}'  # JSON Schema of draft 2020-12
    active: bool = True  # an event of a type that is off is refused
    built_in: bool = False  # every school has it
    version: int = 0  # 0: as every school has it


@dataclass(frozen=True, slots=True)
class Letter:
    """A dead letter: events that were refused for one reason, in a message as they came.

    One that a queue moved by itself, because three consumers died over it,
    carries no reason; whoever reads it has to judge it again.
    """

    body: str
    code: str = ""
    reason: str = ""
    school: str = ""
    refused_at: str = ""
    each: tuple[str, ...] = ()  # why, event by event, where that is known


@dataclass(frozen=True, slots=True)
class RefusedEvent:
    """One event that was refused for good, as its school is told of it."""

    id: str  # of the same delivery always the same
    received: str  # when Luca was sent it, which is known of most
    code: str
    reason: str  # names fields, and never what they hold
    refused_at: str
    type: str  # empty if it is not what a type may be called
    student: str  # empty if it is not what a student's id may be
    body: str  # the message with this event alone, for another try
    tries: int = 0  # of the school, so far in vain

    @property
    def place(self) -> str:
        """What names it in its school; it sorts by the time of receipt."""
        return f"{self.received}~{self.id}"


@dataclass(frozen=True, slots=True)
class Totals:
    """Exact counts over stored events."""

    events: int
    quantity: int
    by_type: dict[str, int]  # quantities


class Happening(NamedTuple):
    """What counting needs of a stored event."""

    type: str
    time: str
    quantity: int


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which of a student's events: of one type, from an instant up to and without another."""

    type: str | None = None
    since: str | None = None  # instants as `clock.stamp` spells them
    until: str | None = None
