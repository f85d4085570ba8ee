"""The table's stream: every change of every school's items, for whoever fills the lake.

Read with this process's own role, which may read the stream and, of the table, nothing. It is the
one reader that sees several schools' items; what it makes of them it writes in each school's own
session.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec
from botocore.exceptions import BotoCoreError, ClientError
from django.conf import settings

from luca.aws import clients
from luca.aws.wire import THROTTLED, TRANSIENT
from luca.kernel.errors import Unavailable

if TYPE_CHECKING:
    from collections.abc import Iterator

EXPIRED = "ExpiredIteratorException"
TRIMMED = {"TrimmedDataAccessException", "ResourceNotFoundException"}
BUSY = THROTTLED | {"LimitExceededException", "InternalServerError", "ServiceUnavailable"}
LARGEST = 1000  # records of one call


class Expired(Exception):
    """The iterator is too old; one for the same place can be asked for."""


class Trimmed(Exception):
    """The place asked for is in the stream no more: something may have been missed."""


@dataclass(frozen=True, slots=True)
class Shard:
    """A part of the stream; what is in a child is later than all that is in its parent."""

    id: str
    parent: str  # empty: none


@dataclass(frozen=True, slots=True)
class Stream:
    arn: str
    shards: tuple[Shard, ...]


@dataclass(frozen=True, slots=True)
class Batch:
    """Some records as GetRecords gives them, and where the next are (None: the shard has ended)."""

    records: list[dict[str, Any]]
    next: str | None


def described() -> Stream:
    """The table's stream and the shards that it has now."""
    with _translated():
        found = _call("ListStreams", TableName=settings.TABLE_NAME)["Streams"]
        if not found:
            raise Unavailable("The table has no stream.", code="no_stream")
        arn = max(found, key=lambda one: str(one["StreamLabel"]))["StreamArn"]
        return Stream(arn, tuple(_shards(arn)))


def iterator(arn: str, shard: str, after: str) -> str:
    """A place in a shard: behind a record, or with no number given its beginning."""
    where = {"ShardIteratorType": "TRIM_HORIZON"}
    if after:
        where = {"ShardIteratorType": "AFTER_SEQUENCE_NUMBER", "SequenceNumber": after}
    with _translated():
        answer = _call("GetShardIterator", StreamArn=arn, ShardId=shard, **where)
        return str(answer["ShardIterator"])


def read(place: str, most: int = LARGEST) -> Batch:
    """What comes next; nothing is the usual answer of a quiet table."""
    with _translated():
        answer = _call("GetRecords", ShardIterator=place, Limit=most)
        return Batch(answer["Records"], answer.get("NextShardIterator"))


def _shards(arn: str) -> Iterator[Shard]:
    more: dict[str, str] = {}
    while True:
        told = _call("DescribeStream", StreamArn=arn, **more)["StreamDescription"]
        for one in told["Shards"]:
            yield Shard(one["ShardId"], one.get("ParentShardId", ""))
        if "LastEvaluatedShardId" not in told:
            return
        more = {"ExclusiveStartShardId": told["LastEvaluatedShardId"]}


def _call(operation: str, **arguments: Any) -> Any:
    return msgspec.json.decode(
        clients.streams_wire().call(operation, msgspec.json.encode(arguments))
    )


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except ClientError as error:
        code = error.response["Error"]["Code"]
        if code == EXPIRED:
            raise Expired from error
        if code in TRIMMED:
            raise Trimmed from error
        if code not in BUSY and _status(error) not in TRANSIENT:
            raise
        raise _unreachable() from error
    except BotoCoreError as error:
        raise _unreachable() from error


def _status(error: ClientError) -> int:
    return int(error.response["ResponseMetadata"]["HTTPStatusCode"])


def _unreachable() -> Unavailable:
    return Unavailable("The stream does not answer.", code="stream_unreachable")
