"""What a killed process has had in hand comes again after its queue's visibility timeout.

That is a minute or two: what tests prove about it does not depend on how long they wait.
"""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mypy_boto3_sqs import SQSClient

HIDDEN = 25  # seconds; longer than a lease of the sync, as what is deployed is
OPEN_POLL = 6  # seconds: a poll that outlives its worker, and still takes messages, lasts five


@contextmanager
def soon(queues: SQSClient, seconds: int = HIDDEN) -> Iterator[None]:
    """Let every queue show messages again soon that are received while the block runs."""
    before = {
        address: queues.get_queue_attributes(
            QueueUrl=address, AttributeNames=["VisibilityTimeout"]
        )["Attributes"]
        for address in queues.list_queues()["QueueUrls"]
    }
    for address in before:
        queues.set_queue_attributes(
            QueueUrl=address, Attributes={"VisibilityTimeout": str(seconds)}
        )
    try:
        yield
    finally:
        for address, attributes in before.items():
            queues.set_queue_attributes(QueueUrl=address, Attributes=attributes)


@contextmanager
def soon_after_a_death(queues: SQSClient) -> Iterator[None]:
    """The same, until the last poll of a worker that the block has killed is over.

    Whoever takes over afterwards has all the time that is deployed.
    """
    with soon(queues):
        yield
        time.sleep(OPEN_POLL)
