"""Slim calls behave as the client's own: signed alike, repeated alike, refused alike."""

from __future__ import annotations

import json
import zlib
from collections import deque
from typing import Any

import boto3
import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest, AWSResponse, HeadersDict
from botocore.credentials import Credentials, ReadOnlyCredentials
from botocore.exceptions import (
    ClientError,
    ConnectionClosedError,
    EndpointConnectionError,
    ReadTimeoutError,
)
from hypothesis import given
from hypothesis import strategies as st

from luca.aws import wire
from luca.aws.wire import Wire, authorization

ADDRESS = "http://127.0.0.1:9/"
SCOPE = ("us-east-1", "sqs")


class Session:
    """Connections that answer, one after the other, what the test has laid ready."""

    def __init__(self) -> None:
        self.ready: deque[Any] = deque()
        self.sent: list[Any] = []

    def send(self, request: Any) -> Any:
        self.sent.append(request)
        found = self.ready.popleft()
        if isinstance(found, Exception):
            raise found
        status, headers, content = found
        told: Any = HeadersDict(headers)
        answer: Any = AWSResponse(request.url, status, told, None)
        answer._content = content
        return answer


def said(status: int, **headers: str) -> tuple[int, dict[str, str], bytes]:
    body = json.dumps({"__type": "com.amazonaws.sqs#Told", "message": "why"}).encode()
    return status, {name.replace("_", "-"): value for name, value in headers.items()}, body


def refused(kind: str) -> tuple[int, dict[str, str], bytes]:
    return 400, {}, json.dumps({"__type": f"com.amazonaws.sqs#{kind}"}).encode()


GOOD = (200, {"x-amz-crc32": str(zlib.crc32(b"{}"))}, b"{}")
SPOILT = (200, {"x-amz-crc32": "1"}, b"{}")


@pytest.fixture
def session() -> Session:
    return Session()


@pytest.fixture
def line(session: Session, monkeypatch: pytest.MonkeyPatch) -> Wire:
    monkeypatch.setattr(wire, "FIRST_WAIT", 0)
    client: Any = boto3.client(
        "sqs",
        region_name="us-east-1",
        endpoint_url=ADDRESS,
        aws_access_key_id="AKIA",
        aws_secret_access_key="secret",
        aws_session_token="token",
    )
    client._endpoint.http_session = session
    return Wire(client, "AmazonSQS")


@given(
    body=st.binary(max_size=200),
    token=st.sampled_from(["", "token/with+signs="]),
    path=st.sampled_from(["/", "/queue/"]),
    day=st.integers(1, 28),
)
def test_a_call_is_signed_as_botocore_signs_it(
    body: bytes, token: str, path: str, day: int
) -> None:
    headers = {
        "Content-Type": "application/x-amz-json-1.0",
        "Host": "127.0.0.1:9",
        "X-Amz-Date": f"202611{day:02}T083000Z",
        "X-Amz-Target": "AmazonSQS.ReceiveMessage",
    }
    if token:
        headers["X-Amz-Security-Token"] = token
    theirs: Any = SigV4Auth(Credentials("AKIA", "secret", token), "sqs", "us-east-1")
    request: Any = AWSRequest("POST", f"http://127.0.0.1:9{path}", headers=headers, data=body)
    request.context["timestamp"] = headers["X-Amz-Date"]
    text = theirs.string_to_sign(request, theirs.canonical_request(request))
    expected = theirs._inject_signature_to_request(request, theirs.signature(text, request))

    keys = ReadOnlyCredentials("AKIA", "secret", token)
    made = authorization(keys, headers, body, path=path, scope=SCOPE)

    assert made == expected.headers["Authorization"]


def test_a_call_carries_its_target_and_the_clients_session(line: Wire, session: Session) -> None:
    session.ready.append(GOOD)

    assert line.call("ReceiveMessage", b'{"a":1}') == b"{}"

    (request,) = session.sent
    assert (request.method, request.url, request.body) == ("POST", ADDRESS, b'{"a":1}')
    assert request.headers["X-Amz-Target"] == "AmazonSQS.ReceiveMessage"
    assert request.headers["X-Amz-Security-Token"] == "token"
    assert request.headers["Host"] == "127.0.0.1:9"


@pytest.mark.parametrize(
    "trouble",
    [
        EndpointConnectionError(endpoint_url=ADDRESS),
        ConnectionClosedError(endpoint_url=ADDRESS),
        ReadTimeoutError(endpoint_url=ADDRESS),
        said(500),
        said(503),
        refused("ThrottlingException"),
        refused("ProvisionedThroughputExceededException"),
        refused("TransactionInProgressException"),
        SPOILT,
    ],
    ids=["gone", "stale", "slow", "broken", "away", "throttled", "exceeded", "ongoing", "spoilt"],
)
def test_what_passes_is_attempted_again(line: Wire, session: Session, trouble: Any) -> None:
    session.ready.extend([trouble] * 3 + [GOOD])

    assert line.call("ReceiveMessage", b"{}") == b"{}"

    # And for good, the fourth time it is the caller's.
    session.ready.extend([trouble] * 4)
    expected = type(trouble) if isinstance(trouble, Exception) else ClientError
    with pytest.raises(ConnectionClosedError if trouble is SPOILT else expected):
        line.call("ReceiveMessage", b"{}")
    assert len(session.sent) == 8


def test_what_is_refused_is_refused_at_once_by_the_name_it_always_had(
    line: Wire, session: Session
) -> None:
    session.ready.extend(
        [
            said(400),
            said(400, x_amzn_query_error="AWS.SimpleQueueService.NonExistentQueue;Sender"),
            (403, {}, b"<html>"),
        ]
    )
    codes = []
    for _ in range(3):
        with pytest.raises(ClientError) as caught:
            line.call("ReceiveMessage", b"{}")
        codes.append(caught.value.response["Error"]["Code"])

    assert codes == ["Told", "AWS.SimpleQueueService.NonExistentQueue", "403"]
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 403
    assert len(session.sent) == 3


def test_a_cancelled_transaction_says_which_of_its_parts_failed(
    line: Wire, session: Session
) -> None:
    reasons = [{"Code": "None"}, {"Code": "ConditionalCheckFailed", "Message": "no"}]
    told = {"__type": "com.amazonaws.dynamodb#TransactionCanceledException"}
    session.ready.append((400, {}, json.dumps(told | {"CancellationReasons": reasons}).encode()))

    with pytest.raises(ClientError) as caught:
        line.call("TransactWriteItems", b"{}")

    assert caught.value.response["Error"]["Code"] == "TransactionCanceledException"
    assert caught.value.response["CancellationReasons"] == reasons
