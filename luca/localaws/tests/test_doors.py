"""The doors of luca.aws against the embedded AWS: what the application itself will do."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from botocore.exceptions import ClientError

from luca.aws import clients, queue, storage
from luca.kernel import context
from luca.localaws.embedded import Embedded

Acting = Callable[[str], AbstractContextManager[None]]


def test_a_message_reaches_the_role_that_may_take_it(school: str, acting_as: Acting) -> None:
    with acting_as("api"):
        queue.enqueue("nobody.runs_this", queue="behavior", what="a test")
        with pytest.raises(ClientError, match="AccessDenied"):
            queue.receive("behavior", wait=0)
    with acting_as("consumer"):
        (received,) = queue.receive("behavior", wait=1)
        queue.extend("behavior", [received.receipt], 5)
        assert queue.depth("behavior").in_flight == 1
        assert queue.delete("behavior", [received.receipt]) == 0
    assert school in received.body


def test_a_file_of_a_school_is_its_own(school: str) -> None:
    storage.write("reports/a.csv", b"1,2")
    assert storage.read("reports/a.csv") == b"1,2"
    assert storage.read("reports/b.csv") is None
    with context.entered(school=f"{school}-2"):
        assert storage.read("reports/a.csv") is None


def test_the_operator_reads_no_item_himself(aws: Embedded) -> None:
    with pytest.raises(ClientError, match="AccessDenied"):
        clients.sqs().receive_message(QueueUrl=aws.environment("platform")["LUCA_TASKS_QUEUE_URL"])
