"""Schools made once and then copied: hundreds of tests begin with the same one.

The services make the first school of a kind; the next ones get its items and files, as they were
then, under their own names. What a school has in the user pool or on a queue is not copied. And
all is as old as the first school.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config
from django.conf import settings

from luca.aws.wire import Wire
from luca.kernel.iterate import chunks
from luca.localaws.deployment import REGION
from luca.localaws.home import Home

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterator

    from mypy_boto3_s3 import S3Client

    from luca.localaws.embedded import Embedded

TOGETHER = 25  # what BatchWriteItem takes


@dataclass(frozen=True)
class Mould:
    """What the first school of a kind has."""

    name: str
    writes: list[bytes]
    objects: dict[str, bytes]

    def cast(self, text: bytes, name: str) -> bytes:
        return text.replace(self.name.encode(), name.encode())


@dataclass
class Schools:
    """What of each kind of school is known in one embedded AWS."""

    wire: Wire
    files: S3Client
    _known: dict[Hashable, Mould] = field(default_factory=dict)

    def furnish(self, name: str, make: Callable[..., None], *details: Hashable) -> None:
        """Do what `make(name, *details)` does."""
        kind = make, details
        if kind not in self._known:
            make(name, *details)
            self._known[kind] = Mould(name, list(self._writes(name)), dict(self._objects(name)))
            return
        mould = self._known[kind]
        for body in mould.writes:
            answer = self.wire.call("BatchWriteItem", mould.cast(body, name))
            assert json.loads(answer)["UnprocessedItems"] == {}
        for key, body in mould.objects.items():
            place = mould.cast(key.encode(), name).decode()
            self.files.put_object(Bucket=settings.BUCKET, Key=place, Body=mould.cast(body, name))

    def items(self, name: str) -> list[dict[str, Any]]:
        """Every item that is kept under the name of a school, and the directory's of it."""
        asked: dict[str, Any] = {
            "TableName": settings.TABLE_NAME,
            "FilterExpression": "contains(PK, :name) OR contains(SK, :name)",
            "ExpressionAttributeValues": {":name": {"S": name}},
            "ConsistentRead": True,
        }
        found = []
        while True:
            page = json.loads(self.wire.call("Scan", json.dumps(asked).encode()))
            found += page["Items"]
            if "LastEvaluatedKey" not in page:
                return found
            asked["ExclusiveStartKey"] = page["LastEvaluatedKey"]

    def _objects(self, name: str) -> Iterator[tuple[str, bytes]]:
        pages = self.files.get_paginator("list_objects_v2")
        for page in pages.paginate(Bucket=settings.BUCKET, Prefix=f"tenants/{name}/"):
            for one in page.get("Contents", []):
                found = self.files.get_object(Bucket=settings.BUCKET, Key=one["Key"])
                yield one["Key"], found["Body"].read()

    def _writes(self, name: str) -> Iterator[bytes]:
        for items in chunks(self.items(name), TOGETHER):
            puts = [{"PutRequest": {"Item": item}} for item in items]
            yield json.dumps({"RequestItems": {settings.TABLE_NAME: puts}}).encode()


def schools_of(running: Embedded) -> Schools:
    """Whoever asks is nobody of Luca's: no role may read all schools."""
    keys = Home(running.home).keys
    session = boto3.Session(
        aws_access_key_id=keys["bootstrap_key"],
        aws_secret_access_key=keys["bootstrap_secret"],
        region_name=REGION,
    )
    table = session.client("dynamodb", endpoint_url=running.endpoint)
    path = Config(s3={"addressing_style": "path"})
    files = session.client("s3", endpoint_url=running.endpoint, config=path)
    return Schools(Wire(table, "DynamoDB_20120810"), files)
