"""Schools made once and then copied: hundreds of tests begin with the same one.

The services make the first school of a kind; the next ones get its items, as they were then, under
their own names. Only the table is copied: what a school has in S3, in the user pool or on a queue
is its own. And the items are as old as the first school.
"""

import json
from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass, field
from typing import Any

import boto3
from django.conf import settings

from luca.aws.wire import Wire
from luca.kernel.iterate import chunks
from luca.localaws.deployment import REGION
from luca.localaws.embedded import Embedded
from luca.localaws.home import Home

TOGETHER = 25  # what BatchWriteItem takes


@dataclass
class Schools:
    """What of each kind of school is known in one embedded AWS."""

    wire: Wire
    _known: dict[Hashable, tuple[str, list[bytes]]] = field(default_factory=dict)

    def furnish(self, name: str, make: Callable[..., None], *details: Hashable) -> None:
        """Do what `make(name, *details)` does."""
        kind = make, details
        if kind not in self._known:
            make(name, *details)
            self._known[kind] = name, list(self._writes(name))
            return
        first, writes = self._known[kind]
        for body in writes:
            answer = self.wire.call("BatchWriteItem", body.replace(first.encode(), name.encode()))
            assert json.loads(answer)["UnprocessedItems"] == {}

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

    def _writes(self, name: str) -> Iterator[bytes]:
        for items in chunks(self.items(name), TOGETHER):
            puts = [{"PutRequest": {"Item": item}} for item in items]
            yield json.dumps({"RequestItems": {settings.TABLE_NAME: puts}}).encode()


def schools_of(running: Embedded) -> Schools:
    """Whoever asks is nobody of Luca's: no role may read all schools."""
    keys = Home(running.home).keys
    client = boto3.client(
        "dynamodb",
        endpoint_url=running.endpoint,
        region_name=REGION,
        aws_access_key_id=keys["bootstrap_key"],
        aws_secret_access_key=keys["bootstrap_secret"],
    )
    return Schools(Wire(client, "DynamoDB_20120810"))
