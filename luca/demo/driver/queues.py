"""How much waits in the queues, seen with the bootstrap key."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import boto3

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mypy_boto3_sqs import SQSClient

    from luca.demo.driver.table import Endpoint

PURPOSES = ("behavior", "tasks", "sync")
QUIET = 3  # looks in a row that find nothing, until a queue counts as empty


class Queues:
    """The queues of one home, by what they are for."""

    def __init__(self, endpoint: Endpoint, environment: Mapping[str, str]) -> None:
        self._urls = {name: environment[f"LUCA_{name.upper()}_QUEUE_URL"] for name in PURPOSES}
        self._dead = {name: environment[f"LUCA_{name.upper()}_DLQ_URL"] for name in PURPOSES}
        self._client: SQSClient = boto3.client(
            "sqs",
            endpoint_url=endpoint.url,
            aws_access_key_id=endpoint.key,
            aws_secret_access_key=endpoint.secret,
            region_name=endpoint.region,
        )

    def depths(self) -> dict[str, float]:
        """Messages that wait or are in work."""
        return {name: self._depth(url) for name, url in self._urls.items()}

    def dead_letters(self) -> int:
        return sum(self._depth(url) for url in self._dead.values())

    def wait_until_empty(self, name: str, seconds: float) -> bool:
        """Wait until nothing is left, some looks in a row; False when time runs out."""
        until, quiet = time.monotonic() + seconds, 0
        while quiet < QUIET:
            if time.monotonic() > until:
                return False
            quiet = 0 if self._depth(self._urls[name]) else quiet + 1
            time.sleep(0.3)
        return True

    def _depth(self, url: str) -> int:
        found = self._client.get_queue_attributes(
            QueueUrl=url,
            AttributeNames=["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"],
        )["Attributes"]
        in_work = int(found["ApproximateNumberOfMessagesNotVisible"])
        return int(found["ApproximateNumberOfMessages"]) + in_work
