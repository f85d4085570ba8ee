"""Dead letters: messages with a reason beside them, read without taking them away from others."""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self

from luca.aws import clients, queue
from luca.aws.queue import BATCH, LARGEST, Received, reachable, url

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mypy_boto3_sqs.type_defs import MessageAttributeValueTypeDef

KIND = "String"
HIDDEN = 30  # seconds; as long as a reader that is killed keeps letters from others
DEEPEST = 5_000  # letters that are looked at in one walk
WAIT = 1  # second: a long poll asks all of SQS's servers, a short one some


@dataclass(frozen=True, slots=True)
class Found:
    """A letter as it was received, and what stands beside its body."""

    message: Received
    attributes: Mapping[str, str]


def fits(body: str, attributes: Mapping[str, str]) -> bool:
    """Tell whether SQS takes it: what stands beside the body counts as well."""
    beside = sum(len(name) + len(KIND) + len(v.encode()) for name, v in attributes.items())
    return len(body.encode()) + beside <= LARGEST


def send(queue: str, body: str, attributes: Mapping[str, str], group: str = "") -> None:
    """Send one letter; an attribute without a value is left out, as SQS wants it."""
    more: dict[str, Any] = {"MessageGroupId": group} if group else {}
    spelled: dict[str, MessageAttributeValueTypeDef] = {
        name: {"DataType": KIND, "StringValue": value}
        for name, value in attributes.items()
        if value
    }
    with reachable():
        clients.sqs().send_message(
            QueueUrl=url(queue), MessageBody=body, MessageAttributes=spelled, **more
        )


def receive(queue: str, *, wait: int, visibility: int) -> list[Found]:
    """Fetch up to ten letters and hide them for so many seconds."""
    with reachable():
        answer = clients.sqs().receive_message(
            QueueUrl=url(queue),
            MaxNumberOfMessages=BATCH,
            WaitTimeSeconds=wait,
            VisibilityTimeout=visibility,
            MessageSystemAttributeNames=["ApproximateReceiveCount", "SentTimestamp"],
            MessageAttributeNames=["All"],
        )
    return [
        Found(
            Received(
                body=found["Body"],
                receipt=found["ReceiptHandle"],
                id=found["MessageId"],
                receives=int(found["Attributes"]["ApproximateReceiveCount"]),
                sent=int(found["Attributes"]["SentTimestamp"]),
            ),
            {
                name: value.get("StringValue", "")
                for name, value in found.get("MessageAttributes", {}).items()
            },
        )
        for found in answer.get("Messages", [])
    ]


@dataclass(slots=True)
class Walk:
    """Once through all letters; what was not taken is put back at the end, visible at once.

    SQS hands letters out at random and hides what it hands out: a walk holds each for a
    moment only, and may meet some twice.
    """

    dead: str  # the queue
    whole: bool = True  # none was left out for being too many
    _held: dict[str, str] = field(default_factory=dict)  # receipts by id

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(Exception):  # they come back by themselves, HIDDEN seconds later
            queue.extend(self.dead, self._held.values(), 0)

    def found(self) -> Iterator[Found]:
        """Yield each letter once."""
        known: set[str] = set()
        idle = 0  # calls in a row that brought nothing new
        while idle <= 3 + len(known) // BATCH:
            found = receive(self.dead, wait=WAIT, visibility=HIDDEN)
            if not found:
                return
            self._held.update((one.message.id, one.message.receipt) for one in found)
            fresh = [one for one in found if one.message.id not in known]
            known.update(one.message.id for one in fresh)
            idle = 0 if fresh else idle + 1
            yield from self._unhurried(fresh)
            if len(self._held) >= DEEPEST:
                self.whole = False
                return

    def take(self, identity: str) -> None:
        """Delete a letter."""
        queue.delete(self.dead, [self._held.pop(identity)])

    def _unhurried(self, found: list[Found]) -> Iterator[Found]:
        """Keep ten letters hidden while somebody goes through them one by one."""
        since = time.monotonic()
        for place, one in enumerate(found):
            if time.monotonic() - since > HIDDEN / 2:
                queue.extend(self.dead, [left.message.receipt for left in found[place:]], HIDDEN)
                since = time.monotonic()
            yield one
