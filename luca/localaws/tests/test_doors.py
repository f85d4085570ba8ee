"""The doors of luca.aws against the embedded AWS: what the application itself will do."""

import os
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
        received = _received(school)
        queue.extend("behavior", [received.receipt], 5)
        assert queue.depth("behavior").in_flight >= 1
        assert queue.delete("behavior", [received.receipt]) == 0


def _received(school: str) -> queue.Received:
    """Take messages until the school's own comes: other tests have left theirs on the queue."""
    while found := queue.receive("behavior", wait=1):
        for message in found:
            if school in message.body:
                return message
    raise AssertionError("The message did not come.")


def test_a_real_accounts_credentials_are_not_used(
    acting_as: Acting, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE", "AWS_ROLE_ARN"):
        monkeypatch.setenv(name, "real")
    with acting_as("worker"):
        assert not [name for name, value in os.environ.items() if value == "real"]
        assert ":assumed-role/luca-worker/" in clients.sts().get_caller_identity()["Arn"]


def test_a_file_of_a_school_is_its_own(school: str) -> None:
    storage.write("reports/a.csv", b"1,2")
    assert storage.read("reports/a.csv") == b"1,2"
    assert storage.read("reports/b.csv") is None
    with context.entered(school=f"{school}-2"):
        assert storage.read("reports/a.csv") is None


def test_the_operator_reads_no_item_himself(aws: Embedded) -> None:
    with pytest.raises(ClientError, match="AccessDenied"):
        clients.sqs().receive_message(QueueUrl=aws.environment("platform")["LUCA_TASKS_QUEUE_URL"])
