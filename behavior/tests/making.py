"""Events as clients write them: Ana is a student of liceo-1, at 08:30 on 21 November."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from behavior import rules
from behavior.domain import Event, Origin, Refusal

NOW = datetime(2026, 11, 21, 8, 30, tzinfo=UTC)
ORIGIN = Origin("liceo-1", "ana", "request-1", NOW)
LOADED = replace(ORIGIN, backfill=True)


def sent(**changes: Any) -> dict[str, Any]:
    """An event of Ana's; `...` leaves a field out."""
    event = {"type": "quiz_completed", "student": "ana", "time": "2026-11-21T08:29:00Z"}
    return {name: value for name, value in {**event, **changes}.items() if value is not ...}


def body(*events: Any) -> bytes:
    return json.dumps(list(events)).encode()


def read_one(origin: Origin = ORIGIN, **changes: Any) -> Event | Refusal:
    (found,) = rules.read(body(sent(**changes)), origin)
    return found


def accepted(origin: Origin = ORIGIN, **changes: Any) -> Event:
    found = read_one(origin, **changes)
    assert isinstance(found, Event), found
    return found


def ulid(at: datetime) -> str:
    number = round(at.timestamp() * 1000) << 80 | 12345
    letters = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
    return "".join(letters[number >> 5 * place & 31] for place in reversed(range(26)))
