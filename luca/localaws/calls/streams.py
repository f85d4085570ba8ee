"""The table's stream. It holds every school's changes: who may read it may read all of them."""

import base64
import json
import re
from collections.abc import Iterator
from typing import Any

from luca.localaws.calls.parts import Check, NotUnderstood
from luca.localaws.deployment import ACCOUNT, REGION

TARGET = "DynamoDBStreams_20120810"
_STREAM = re.compile(rf"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/[A-Za-z0-9_.-]+/stream/[^/*?]+")


def checks(operation: str, body: dict[str, Any]) -> Iterator[Check]:
    if operation == "ListStreams":
        yield Check("dynamodb:ListStreams", "*")  # IAM knows no narrower resource: names only
    elif operation in {"DescribeStream", "GetShardIterator"}:
        yield Check(f"dynamodb:{operation}", _stream(body["StreamArn"]))
    elif operation == "GetRecords":
        yield Check("dynamodb:GetRecords", _stream(_of(body["ShardIterator"])))
    else:
        raise NotUnderstood(f"a stream's {operation}")


def _of(iterator: str) -> str:
    """The stream that an iterator of the emulator's reads: it says so, as AWS's own do."""
    return str(json.loads(base64.urlsafe_b64decode(iterator.encode("ascii")))["arn"])


def _stream(arn: str) -> str:
    if not _STREAM.fullmatch(arn):
        raise NotUnderstood(f"stream {arn!r}")
    return arn
