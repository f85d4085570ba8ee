"""What operators ask of the queue."""

from __future__ import annotations

from dataclasses import dataclass

from behavior.services.sending import QUEUE
from luca.aws import queue
from luca.kernel.errors import Unavailable


@dataclass(frozen=True, slots=True)
class Status:
    """How many messages are where; SQS's figures are approximate."""

    waiting: int
    in_flight: int
    dead: int


def status() -> Status:
    """Count messages; each holds 1 to 50 events."""
    dead_letters = f"{QUEUE}-dlq"
    if not (queue.url(QUEUE) and queue.url(dead_letters)):
        raise Unavailable("LUCA_BEHAVIOR_QUEUE_URL and LUCA_BEHAVIOR_DLQ_URL are not set.")
    try:
        here, dead = queue.depth(QUEUE), queue.depth(dead_letters)
    except Exception as error:
        # Of whatever kind: an operator needs one line and no trace.
        raise Unavailable(f"The queue does not answer ({type(error).__name__}).") from error
    return Status(
        waiting=here.waiting + here.delayed,
        in_flight=here.in_flight,
        dead=dead.waiting + dead.in_flight + dead.delayed,
    )
