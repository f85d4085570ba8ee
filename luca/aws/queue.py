"""The queues: how services ask for work to be done later.

Every message is a native Celery message (protocol 2), so a stock worker runs
it, whoever wrote it: this module, API Gateway's template or Step Functions.
"""

from __future__ import annotations

import base64
import json
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import msgspec
from botocore.exceptions import ClientError, ConnectionError, HTTPClientError  # noqa: A004 -- botocore's name for it
from django.conf import settings

from luca.aws import clients
from luca.kernel import context
from luca.kernel.errors import Unavailable
from luca.kernel.iterate import chunks
from luca.telemetry import spans

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

LONGEST_DELAY = 900  # seconds; SQS's limit
BATCH = 10  # messages per call of SQS
LARGEST = 262_144  # bytes of one message, and of one batch
SERVER_FAULT = 500  # HTTP
TRACE = "AWSTraceHeader"  # of a message that a service of AWS has sent within a trace


@dataclass(frozen=True, slots=True)
class Received:
    """One message as it came: its body, and what is needed to delete it."""

    body: str
    receipt: str
    id: str
    receives: int  # how often it was handed out, this time included
    sent: int  # epoch milliseconds
    trace: str = ""  # X-Ray's header, where AWS has sent one along


def enqueue(
    task: str, /, *, queue: str = "tasks", delay: float = 0, group: str = "", **arguments: str
) -> str:
    """Send a task by name, so that services never import tasks; return its id.

    Arguments are strings only: a message outlives the code that sent it. The
    school, the actor and the correlation id travel in headers. `delay` is in
    seconds, 900 at most; a longer wait is a chain of messages.
    """
    identity = str(uuid4())
    more: dict[str, Any] = {"MessageGroupId": group} if group else {}
    with spans.span("SendMessage", spans.PRODUCER, peer="SQS", queue=name(queue)), reachable():
        message = envelope(task, arguments, identity=identity, queue=queue)
        seconds = min(LONGEST_DELAY, max(0, -int(-delay // 1)))
        clients.sqs().send_message(
            QueueUrl=url(queue), MessageBody=message, DelaySeconds=seconds, **more
        )
    return identity


def envelope(
    task: str,
    arguments: Mapping[str, Any],
    *,
    identity: str,
    queue: str,
    headers: Mapping[str, Any] | None = None,
) -> str:
    """Build one native Celery message.

    `headers` are added to those of the context; a task reads them as
    `self.request.<name>`.
    """
    call = [
        [],
        dict(arguments),
        {"callbacks": None, "errbacks": None, "chain": None, "chord": None},
    ]
    return json.dumps(
        {
            "body": base64.b64encode(_compact(call).encode()).decode(),
            "content-encoding": "utf-8",
            "content-type": "application/json",
            "headers": {
                "lang": "py",
                "task": task,
                "id": identity,
                "root_id": identity,
                "parent_id": None,
                "group": None,
                **context_headers(),
                **(headers or {}),
            },
            "properties": {
                "correlation_id": identity,
                "body_encoding": "base64",
                "delivery_mode": 2,
                "delivery_tag": identity,
                "delivery_info": {"exchange": "", "routing_key": name(queue)},
                "priority": 0,
            },
        },
        separators=(",", ":"),
    )


def context_headers() -> dict[str, str]:
    """Who acts in which school, for the other side of the queue."""
    here = context.current()
    return {
        "school_id": here.school or "",
        "actor_id": here.actor or "",
        "actor_groups": ",".join(sorted(here.groups)),
        "luca_correlation_id": here.correlation_id,
        "luca_trace_id": here.trace_id,
        "luca_trace": spans.header(),
    }


def send_batch(queue: str, bodies: Sequence[str], *, group: str = "") -> None:
    """Send messages in calls of ten; raise Unavailable if one is refused for good."""
    for some in _fitting(bodies):
        left = list(some)
        for _ in range(4):
            left = _send(queue, left, group)
            if not left:
                break
        else:
            raise Unavailable("The queue did not take all messages; send them again.")


def _send(queue: str, bodies: Sequence[str], group: str) -> list[str]:
    more = {"MessageGroupId": group} if group else {}
    entries = [{"Id": str(n), "MessageBody": body, **more} for n, body in enumerate(bodies)]
    with spans.span("SendMessageBatch", spans.PRODUCER, peer="SQS", queue=name(queue)), reachable():
        answer = _call("SendMessageBatch", queue, Entries=entries)
    return [bodies[int(failed.id)] for failed in _settled.decode(answer).failed]


@contextmanager
def reachable() -> Iterator[None]:
    """Turn a queue that does not answer, or is throttled, into Unavailable.

    A call that it refuses is a mistake of ours and stays what it is.
    """
    try:
        yield
    except (ConnectionError, HTTPClientError) as error:
        raise Unavailable("The queue does not answer; try again in a moment.") from error
    except ClientError as error:
        status = error.response["ResponseMetadata"]["HTTPStatusCode"]
        if status < SERVER_FAULT and "Throttl" not in error.response["Error"]["Code"]:
            raise
        raise Unavailable("The queue is busy; try again in a moment.") from error


def _fitting(bodies: Iterable[str]) -> Iterable[list[str]]:
    """Cut into batches of ten that together stay below SQS's limit."""
    some: list[str] = []
    size = 0
    for body in bodies:
        length = len(body.encode())
        if some and (len(some) == BATCH or size + length > LARGEST):
            yield some
            some, size = [], 0
        some.append(body)
        size += length
    if some:
        yield some


def receive(queue: str, *, wait: int = 20, visibility: int | None = None) -> list[Received]:
    """Fetch up to ten messages, waiting for the first one up to `wait` seconds."""
    more: dict[str, Any] = {} if visibility is None else {"VisibilityTimeout": visibility}
    answer = _call(
        "ReceiveMessage",
        queue,
        MaxNumberOfMessages=BATCH,
        WaitTimeSeconds=wait,
        MessageSystemAttributeNames=["ApproximateReceiveCount", "SentTimestamp", TRACE],
        **more,
    )
    return [
        Received(
            body=found.body,
            receipt=found.receipt,
            id=found.id,
            receives=int(found.attributes["ApproximateReceiveCount"]),
            sent=int(found.attributes["SentTimestamp"]),
            trace=found.attributes.get(TRACE, ""),
        )
        for found in _delivered.decode(answer).messages
    ]


def delete(queue: str, receipts: Iterable[str]) -> int:
    """Delete what is done with; return how many SQS refused (they will come again)."""
    refused = 0
    for some in chunks(receipts, BATCH):
        entries = [{"Id": str(n), "ReceiptHandle": receipt} for n, receipt in enumerate(some)]
        with reachable():
            answer = _call("DeleteMessageBatch", queue, Entries=entries)
        refused += len(_settled.decode(answer).failed)
    return refused


def extend(queue: str, receipts: Iterable[str], seconds: int) -> None:
    """Keep messages hidden for so many more seconds, while they are in work."""
    for some in chunks(receipts, BATCH):
        entries = [
            {"Id": str(n), "ReceiptHandle": receipt, "VisibilityTimeout": seconds}
            for n, receipt in enumerate(some)
        ]
        _call("ChangeMessageVisibilityBatch", queue, Entries=entries)


def _call(operation: str, queue: str, **arguments: Any) -> bytes:
    body = msgspec.json.encode({"QueueUrl": url(queue), **arguments})
    return clients.sqs_wire().call(operation, body)


class _Message(msgspec.Struct):
    body: str = msgspec.field(name="Body")
    receipt: str = msgspec.field(name="ReceiptHandle")
    id: str = msgspec.field(name="MessageId")
    attributes: dict[str, str] = msgspec.field(name="Attributes")


class _Delivered(msgspec.Struct):
    messages: list[_Message] = msgspec.field(name="Messages", default_factory=list)


class _Failed(msgspec.Struct):
    id: str = msgspec.field(name="Id")


class _Settled(msgspec.Struct):
    failed: list[_Failed] = msgspec.field(name="Failed", default_factory=list)


_delivered = msgspec.json.Decoder(_Delivered)
_settled = msgspec.json.Decoder(_Settled)


@dataclass(frozen=True, slots=True)
class Depth:
    """How full a queue is; SQS's figures are approximate."""

    waiting: int
    in_flight: int
    delayed: int

    @property
    def total(self) -> int:
        return self.waiting + self.in_flight + self.delayed


def depth(queue: str) -> Depth:
    answer = clients.sqs().get_queue_attributes(
        QueueUrl=url(queue),
        AttributeNames=[
            "ApproximateNumberOfMessages",
            "ApproximateNumberOfMessagesNotVisible",
            "ApproximateNumberOfMessagesDelayed",
        ],
    )["Attributes"]
    return Depth(
        int(answer["ApproximateNumberOfMessages"]),
        int(answer["ApproximateNumberOfMessagesNotVisible"]),
        int(answer.get("ApproximateNumberOfMessagesDelayed", "0")),
    )


def visibility(queue: str) -> int:
    """For how many seconds the queue hides what it hands out."""
    answer = clients.sqs().get_queue_attributes(
        QueueUrl=url(queue), AttributeNames=["VisibilityTimeout"]
    )
    return int(answer["Attributes"]["VisibilityTimeout"])


def url(queue: str) -> str:
    """The address of a queue, by the name that code uses (a key of settings.QUEUES)."""
    return str(settings.QUEUES[queue])


def name(queue: str) -> str:
    """The queue's own name, which is what Celery routes by."""
    return url(queue).rpartition("/")[2]


def _compact(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)
