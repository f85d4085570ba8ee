"""A reader of its own: it walks the table and the dead letters and knows nothing of the writers.

It asks the embedded AWS directly, past the proxy, and decodes what it finds itself. Each event
that a test sends carries a mark in its metadata, and so does each message that is no event; what
the reader finds are marks.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import boto3

if TYPE_CHECKING:
    from collections.abc import Iterator

    from luca.localaws.embedded import Embedded

MARK = re.compile(r"mark-[0-9a-f]{16}")
HIDDEN = 300  # seconds for which a dead letter that was looked at stays out of sight


@dataclass(frozen=True, slots=True)
class Row:
    """One stored item, as DynamoDB spells it."""

    place: tuple[str, str]
    item: dict[str, Any]

    @property
    def said(self) -> dict[str, Any]:
        """What the item claims that its sender said."""
        return {
            "school": self.place[0].split("#")[1],
            "student": self.place[0].split("#")[3],
            "type": self.item["type"]["S"],
            "time": self.item["time"]["S"],
            "quantity": int(self.item["quantity"]["N"]),
            "source": self.item["source"]["S"],
            "metadata": json.loads(self.item["metadata"]["S"]),
        }


@dataclass(frozen=True, slots=True)
class Letter:
    """One dead letter: its body, and the attributes that say why."""

    body: str
    attributes: dict[str, str]
    receipt: str

    @property
    def marks(self) -> frozenset[str]:
        return frozenset(MARK.findall("\n".join(_layers(self.body))))


class Reader:
    def __init__(self, aws: Embedded, keys: dict[str, str]) -> None:
        made = {
            "endpoint_url": aws.endpoint,
            "region_name": "us-east-1",
            "aws_access_key_id": keys["bootstrap_key"],
            "aws_secret_access_key": keys["bootstrap_secret"],
        }
        self.table = boto3.client("dynamodb", **made)  # type: ignore[call-overload] # one way to make all
        self.sqs = boto3.client("sqs", **made)  # type: ignore[call-overload] # as above
        account = f"{aws.endpoint}/000000000000"
        self.queue = f"{account}/behavior-events-queue"
        self.dead_letters = f"{self.queue}-dlq"

    def stored(self) -> dict[str, list[Row]]:
        """Every event of the whole table, wherever it lies, by its mark."""
        found: dict[str, list[Row]] = defaultdict(list)
        for page in self.table.get_paginator("scan").paginate(
            TableName="luca-platform", ConsistentRead=True
        ):
            for item in page["Items"]:
                if item["SK"]["S"].startswith("EVENT#"):
                    row = Row((item["PK"]["S"], item["SK"]["S"]), item)
                    found[MARK.findall(item["metadata"]["S"])[0]].append(row)
        return found

    def letters(self) -> list[Letter]:
        """Every dead letter; they stay where they are, out of sight for a while."""
        found: list[Letter] = []
        while some := self._ten():
            found += some
        return found

    def put_back(self, letters: list[Letter]) -> None:
        """Show the letters again, to whoever moves them."""
        for letter in letters:
            self.sqs.change_message_visibility(
                QueueUrl=self.dead_letters, ReceiptHandle=letter.receipt, VisibilityTimeout=0
            )

    def remove(self, letters: list[Letter]) -> None:
        for letter in letters:
            self.sqs.delete_message(QueueUrl=self.dead_letters, ReceiptHandle=letter.receipt)

    def move(self, letters: list[Letter]) -> None:
        """Give the letters back to the queue, as an operator's plain redrive does."""
        for letter in letters:
            self.sqs.send_message(QueueUrl=self.queue, MessageBody=letter.body)
        self.remove(letters)

    def depth(self, queue: str) -> tuple[int, int]:
        """How many messages wait, and how many are in work."""
        names = ("ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible")
        found = self.sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=names)["Attributes"]
        return int(found[names[0]]), int(found[names[1]])

    def _ten(self) -> list[Letter]:
        answer = self.sqs.receive_message(
            QueueUrl=self.dead_letters,
            MaxNumberOfMessages=10,
            VisibilityTimeout=HIDDEN,
            MessageAttributeNames=["All"],
        )
        return [
            Letter(
                one["Body"],
                {k: v["StringValue"] for k, v in one.get("MessageAttributes", {}).items()},
                one["ReceiptHandle"],
            )
            for one in answer.get("Messages", [])
        ]


def _layers(body: str) -> Iterator[str]:
    """The text, what its base64 holds, and what the body of the message inside holds."""
    for outer in (body, _decoded(body)):
        yield outer
        try:
            inner = json.loads(outer)["body"]
        except (ValueError, KeyError, TypeError, RecursionError):
            continue
        if isinstance(inner, str):
            yield _decoded(inner)


def _decoded(text: str) -> str:
    try:
        return base64.b64decode(text, validate=True).decode(errors="replace")
    except (binascii.Error, ValueError):
        return ""
