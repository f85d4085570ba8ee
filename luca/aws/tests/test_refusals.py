"""What AWS refuses us is counted, whichever way it was asked; what is usual is not."""

import json
from typing import Any

import boto3
import pytest
from botocore.awsrequest import AWSResponse, HeadersDict
from botocore.exceptions import ClientError

from luca.aws import refusals, storage
from luca.aws.refusals import watched
from luca.aws.wire import Wire
from luca.kernel import context


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    found: list[str] = []
    monkeypatch.setattr(refusals, "metric", found.append)
    return found


class Refusing:
    """A connection that answers the same to everything."""

    def __init__(self, kind: str) -> None:
        self.kind = kind

    def send(self, request: Any) -> Any:
        headers: Any = HeadersDict({})
        answer: Any = AWSResponse(request.url, 400, headers, None)
        answer._content = json.dumps({"__type": f"com.amazonaws.sqs#{self.kind}"}).encode()
        return answer


def client(kind: str) -> Any:
    made: Any = boto3.client(
        "sqs",
        region_name="us-east-1",
        endpoint_url="http://127.0.0.1:9/",
        aws_access_key_id="AKIA",
        aws_secret_access_key="secret",
    )
    made._endpoint.http_session = Refusing(kind)
    return made


@pytest.mark.parametrize(
    ("kind", "metrics"),
    [
        ("AccessDeniedException", ["AccessDenials"]),
        ("KmsAccessDenied", ["AccessDenials"]),
        ("ThrottlingException", ["AwsThrottles"]),
        ("KmsThrottled", ["AwsThrottles"]),
        ("QueueDoesNotExist", []),
    ],
)
@pytest.mark.parametrize("slim", [True, False])
def test_an_error_is_counted_for_what_it_is(
    counted: list[str], kind: str, metrics: list[str], *, slim: bool, monkeypatch: Any
) -> None:
    monkeypatch.setattr("time.sleep", lambda _seconds: None)
    made = watched(client(kind))
    with pytest.raises(ClientError):
        if slim:
            Wire(made, "AmazonSQS").call("SendMessage", b"{}")
        else:
            made.send_message(QueueUrl="http://127.0.0.1:9/q", MessageBody="x")
    assert sorted(set(counted)) == metrics


@pytest.mark.usefixtures("aws")
def test_a_file_that_is_not_there_is_no_refusal(counted: list[str]) -> None:
    """S3 answers 403 to whoever may not list the whole bucket, and the listing knows better."""
    with context.entered(school="north"):
        assert storage.read("nobody/has/it.json") is None
    assert counted == []
