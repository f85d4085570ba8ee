"""Dead letters: messages with a reason beside them, read without taking them away from others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from luca.aws import clients
from luca.aws.queue import BATCH, LARGEST, Received, reachable, url

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mypy_boto3_sqs.type_defs import MessageAttributeValueTypeDef

KIND = "String"


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
