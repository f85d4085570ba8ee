"""Who hears the table's stream in tests, beside whoever the application has for that."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import boto3
from django.conf import settings

from luca.localaws.deployment import REGION
from luca.localaws.home import Home

if TYPE_CHECKING:
    from luca.localaws.embedded import Embedded


@dataclass
class Listener:
    """Hears all schools, from where it was made on."""

    stream: Any
    place: str  # an iterator

    def records(self) -> list[dict[str, Any]]:
        """Every record since the last time, as GetRecords gives it."""
        found: list[dict[str, Any]] = []
        while True:
            page = self.stream.get_records(ShardIterator=self.place)
            self.place = page["NextShardIterator"]
            found += page["Records"]
            if not page["Records"]:
                return found


def listen(aws: Embedded) -> Listener:
    keys = Home(aws.home).keys
    session = boto3.Session(keys["bootstrap_key"], keys["bootstrap_secret"], region_name=REGION)
    stream: Any = session.client("dynamodbstreams", endpoint_url=aws.endpoint)
    arn = stream.list_streams(TableName=settings.TABLE_NAME)["Streams"][0]["StreamArn"]
    shards = stream.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"]
    place = stream.get_shard_iterator(
        StreamArn=arn, ShardId=shards[-1]["ShardId"], ShardIteratorType="LATEST"
    )
    return Listener(stream, place["ShardIterator"])
