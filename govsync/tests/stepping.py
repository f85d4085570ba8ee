"""Step Functions in tests: hands that do what its workers do, inside the test."""

import json
import time
from base64 import b64decode
from dataclasses import dataclass
from typing import Any

from govsync import services
from govsync.domain import RunStatus
from govsync.services import Asked, Place, Status
from luca.aws import queue


@dataclass(frozen=True, slots=True)
class Message:
    """A task as it came through the queue."""

    asked: Asked
    arguments: dict[str, Any]
    receipt: str

    def do(self) -> None:
        services.answer(self.asked, self.arguments, lambda: None)


def work(run: str, seconds: float = 120) -> Status:
    """Do what workers do until Step Functions has ended the run's execution."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        found = services.status(run)
        if found.run.status is not RunStatus.RUNNING:
            return found
        services.advance(run, found.run.version)
        for message in fetch(run):
            message.do()
    raise AssertionError(f"The run has not ended: {services.status(run)}")


def next_task(run: str, seconds: float = 60) -> Message:
    """Wait for the task that Step Functions asks for, and take it off the queue."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        found = fetch(run)
        if found:
            return found[0]
    raise AssertionError("Step Functions has asked for nothing.")


def fetch(run: str) -> list[Message]:
    """What lies on the queue for this run; what is another test's is left there."""
    mine, others = [], []
    for one in queue.receive("sync", wait=1, visibility=60):
        headers = json.loads(one.body)["headers"]
        if headers.get("root_id", "").startswith(run):
            mine.append(_message(one))
        elif headers["task"] != "govsync.advance":
            others.append(one.receipt)
    queue.delete("sync", [one.receipt for one in mine])
    queue.extend("sync", others, 0)
    return mine


def _message(received: queue.Received) -> Message:
    envelope = json.loads(received.body)
    headers = envelope["headers"]
    _, named, _ = json.loads(b64decode(envelope["body"]))
    place = Place(headers["luca_state"], int(headers["luca_retry"]))
    asked = Asked(headers["task"], headers["root_id"], place, headers["luca_task_token"])
    return Message(asked, named, received.receipt)
