import base64
import json
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError, EndpointConnectionError, ReadTimeoutError
from moto import mock_aws

from luca.aws import clients, queue
from luca.kernel import context
from luca.kernel.errors import Unavailable


@pytest.fixture
def tasks_queue(monkeypatch: pytest.MonkeyPatch, settings: Any) -> Any:
    """The queue of tasks, empty, in this process's memory."""
    for name in ("AWS_ENDPOINT_URL", "AWS_CONTAINER_CREDENTIALS_FULL_URI"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    with mock_aws():
        clients.forget()
        url = boto3.client("sqs", region_name="us-east-1").create_queue(QueueName="q")["QueueUrl"]
        settings.QUEUES = {"tasks": url}
        yield
    clients.forget()


def unpacked(message: str) -> tuple[dict[str, Any], Any]:
    outer = json.loads(message)
    return outer, json.loads(base64.b64decode(outer["body"]))


def refusal(status: int, code: str) -> ClientError:
    answer: Any = {"Error": {"Code": code}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return ClientError(answer, "SendMessage")


@pytest.mark.usefixtures("tasks_queue")
def test_a_message_carries_the_task_its_arguments_and_who_acts() -> None:
    with context.entered(
        school="north", actor="ada", groups=frozenset({"b", "a"}), correlation_id="c", trace_id="t"
    ):
        identity = queue.enqueue("grades.consolidate", period='2026-1 «ñ» "\\\n')

    (message,) = queue.receive("tasks", wait=0)
    outer, (args, kwargs, _) = unpacked(message.body)
    assert (args, kwargs) == ([], {"period": '2026-1 «ñ» "\\\n'})
    assert outer["headers"] == {
        "lang": "py",
        "task": "grades.consolidate",
        "id": identity,
        "root_id": identity,
        "parent_id": None,
        "group": None,
        "school_id": "north",
        "actor_id": "ada",
        "actor_groups": "a,b",
        "luca_correlation_id": "c",
        "luca_trace_id": "t",
        "luca_trace": "",
    }
    assert outer["properties"]["delivery_info"] == {"exchange": "", "routing_key": "q"}


@pytest.mark.usefixtures("tasks_queue")
def test_a_delay_is_the_queues_own_and_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[dict[str, Any]] = []
    monkeypatch.setattr(clients.sqs(), "send_message", lambda **given: sent.append(given))

    for delay in (0, 0.2, 5, 4000):
        queue.enqueue("x", delay=delay)

    assert [one["DelaySeconds"] for one in sent] == [0, 1, 5, 900]


@pytest.mark.usefixtures("tasks_queue")
def test_large_messages_go_in_several_calls_and_come_out_whole() -> None:
    bodies = [str(n) * 100_000 for n in range(5)] + [f"small {n}" for n in range(15)]

    queue.send_batch("tasks", bodies)

    found: list[str] = []
    while some := queue.receive("tasks", wait=0):
        found += [one.body for one in some]
        assert queue.delete("tasks", [one.receipt for one in some]) == 0
    assert sorted(found) == sorted(bodies)
    assert queue.depth("tasks").waiting == 0


@pytest.mark.usefixtures("tasks_queue")
def test_only_the_refused_messages_are_sent_again(monkeypatch: pytest.MonkeyPatch) -> None:
    send = clients.sqs_wire().call
    calls: list[int] = []

    def picky(operation: str, body: bytes) -> bytes:
        given = json.loads(body)
        if operation != "SendMessageBatch":
            return send(operation, body)
        calls.append(len(given["Entries"]))
        if len(calls) > 1:
            return send(operation, body)
        kept = json.dumps({**given, "Entries": given["Entries"][1:]}).encode()
        answer = json.loads(send(operation, kept))
        failed = [{"Id": "0", "SenderFault": False, "Code": "Internal"}]
        return json.dumps({**answer, "Failed": failed}).encode()

    monkeypatch.setattr(clients.sqs_wire(), "call", picky)
    queue.send_batch("tasks", ["a", "b", "c"])

    assert calls == [3, 1]
    assert sorted(one.body for one in queue.receive("tasks", wait=0)) == ["a", "b", "c"]


@pytest.mark.usefixtures("tasks_queue")
@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (EndpointConnectionError(endpoint_url="https://sqs"), Unavailable),
        (ReadTimeoutError(endpoint_url="https://sqs"), Unavailable),
        (refusal(503, "ServiceUnavailable"), Unavailable),
        (refusal(400, "ThrottlingException"), Unavailable),
        (refusal(403, "AccessDenied"), ClientError),
    ],
    ids=["gone", "slow", "broken", "throttled", "refused"],
)
def test_a_queue_that_does_not_answer_may_be_asked_again(
    monkeypatch: pytest.MonkeyPatch, error: Exception, expected: type[Exception]
) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise error

    monkeypatch.setattr(clients.sqs(), "send_message", fail)
    monkeypatch.setattr(clients.sqs_wire(), "call", fail)
    with pytest.raises(expected):
        queue.enqueue("grades.consolidate")
    with pytest.raises(expected):
        queue.send_batch("tasks", ["message"])
