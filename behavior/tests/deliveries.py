"""Messages as the queue hands them out, sent by Ana, and what a reader finds of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import uuid4

from behavior import keys, repository
from behavior.models import EventItem
from luca.aws import queue, store
from luca.aws.queue import Received
from luca.kernel import clock
from luca.kernel.ids import StudentId

if TYPE_CHECKING:
    from behavior.domain import Event

NOW = clock.now().replace(microsecond=0)
ANA, LUIS = StudentId("ana"), StudentId("luis")


def sent(**changes: Any) -> dict[str, Any]:
    return {"type": "login", "student": "ana", "time": NOW.isoformat(), **changes}


def message(
    *events: Any,
    school: str,
    receives: int = 1,
    request: str = "r",
    marks: tuple[str, ...] = (),
    **changes: Any,
) -> Received:
    """A message as the queue hands it out."""
    claims = {"school_id": school, "actor_id": "ana", "actor_groups": "student", **changes}
    call = {
        "events": list(events),
        "received_at": round(NOW.timestamp() * 1000),
        "request_id": request,
        **dict.fromkeys(marks, True),
    }
    task = claims.pop("task", "behavior.ingest")
    body = queue.envelope(task, call, identity=str(uuid4()), queue="behavior", headers=claims)
    return Received(body, receipt=str(uuid4()), id=str(uuid4()), receives=receives, sent=0)


def stored(student: str = "ana") -> list[Event]:
    """What a reader finds, whoever wrote it, oldest first."""
    everything = EventItem.sk.startswith(keys.EVENTS)
    items = store.every(EventItem, keys.student(student), everything, consistent=True)
    return list(map(repository._event, items))
