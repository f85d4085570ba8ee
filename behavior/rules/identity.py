"""What makes an event the same event again.

The key of an event is a function of the event, never of the moment at which
someone handled it, so that a redelivery overwrites itself.
"""

from __future__ import annotations

import re
from hashlib import blake2b, sha256
from typing import TYPE_CHECKING

import msgspec

from behavior.domain import EventId
from luca.kernel.ids import uuid7

if TYPE_CHECKING:
    from datetime import datetime

    from behavior.domain import Origin, Sent

ULID_LENGTH = 26
UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


def assigned_id(at: datetime, origin: Origin, place: int) -> EventId:
    """Name an event that came without an id.

    The id follows from the request and the event's place in it, so whoever
    reads the same message again arrives at the same id.
    """
    seed = "\n".join((origin.school, origin.actor, origin.request, str(place)))
    return EventId(uuid7(at, sha256(seed.encode()).digest()))


def canonical_id(event_id: str) -> EventId:
    """Spell an id in its one way: `0192AB…` and `0192ab…` are the same UUID."""
    return EventId(event_id.upper() if len(event_id) == ULID_LENGTH else event_id.lower())


def digest_of(sent: Sent, time: str, metadata: str) -> str:
    """Condense what the client said; how it was spelled does not matter."""
    body = msgspec.json.encode(
        (sent.student, sent.type, time, sent.quantity, sent.source, metadata)
    )
    return blake2b(body, digest_size=16).hexdigest()
