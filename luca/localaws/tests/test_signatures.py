"""Who signed: forged, stolen, stale and altered requests get nowhere, over plain HTTP."""

import gzip
import hashlib
import http.client
import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from unittest import mock

import pytest
from botocore.auth import S3SigV4Auth, SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from luca.localaws.deployment import REGION
from luca.localaws.home import Home
from luca.localaws.sessions import Mint
from luca.localaws.tests.wire import TABLE, Keys, Wire, code, item

GET = "DynamoDB_20120810.GetItem"
OWN, FOREIGN = (
    json.dumps({"TableName": TABLE, "Key": item(school)}).encode() for school in ("1", "2")
)


@pytest.fixture(scope="module")
def one(wire: Wire) -> Keys:
    wire.put("1")
    wire.put("2")
    return wire.school("1")


@pytest.fixture
def send(wire: Wire, one: Keys) -> "Callable[..., str]":
    """Send a signed POST, altered after it was signed; the answer's code, or OK."""

    def call(alter: Mapping[str, Any] | None = None, **how: Any) -> str:
        body = how.get("body", OWN)
        headers = signed(wire, how.get("keys", one), body, **how.get("sign", {}))
        headers.update(alter or {})
        return post(wire, headers, how.get("sent", body), how.get("path", "/"))

    return call


def signed(  # noqa: PLR0913 -- all parts of a request
    wire: Wire,
    keys: Keys,
    body: bytes,
    *,
    target: str = GET,
    late: int = 0,
    path: str = "/",
    service: str = "dynamodb",
    region: str = REGION,
    **headers: str,
) -> dict[str, str]:
    """The headers that botocore would send, at a time that is so many seconds late."""
    more = {"X-Amz-Target": target, "Content-Type": "application/x-amz-json-1.0", **headers}
    request = AWSRequest("POST", wire.endpoint + path, data=body, headers=more)
    moment = datetime.now(UTC).replace(tzinfo=None) + timedelta(seconds=late)
    with mock.patch("botocore.auth.get_current_datetime", return_value=moment):
        credentials = Credentials(keys.key, keys.secret, keys.token)
        SigV4Auth(credentials, service, region).add_auth(request)
    return dict(request.headers)


def post(
    wire: Wire, headers: Mapping[str, str], body: bytes, path: str = "/", method: str = "POST"
) -> str:
    connection = http.client.HTTPConnection(wire.endpoint.removeprefix("http://"))
    try:
        connection.request(method, path, body, dict(headers))
        answer = connection.getresponse()
        text = answer.read().decode()
    finally:
        connection.close()
    if answer.status < 300:
        return "OK"
    if text.startswith("{"):
        return str(json.loads(text)["__type"].rpartition("#")[2])
    return text.partition("<Code>")[2].partition("</Code>")[0]


Send = Callable[..., str]
BAD = "InvalidSignatureException"
UNKNOWN = "UnrecognizedClientException"
DENIED = "AccessDeniedException"


def test_a_request_as_it_was_signed(send: Send) -> None:
    assert send() == "OK"
    assert send(body=FOREIGN) == DENIED


@pytest.mark.parametrize("seconds", [-86400, -600, -301, 301, 600])
def test_a_request_of_another_time(seconds: int, send: Send) -> None:
    assert send(sign={"late": seconds}) == BAD


@pytest.mark.parametrize("seconds", [-280, 280])
def test_a_clock_that_is_a_little_off(seconds: int, send: Send) -> None:
    assert send(sign={"late": seconds}) == "OK"


def test_a_request_that_was_altered(wire: Wire, one: Keys, send: Send) -> None:
    signature = signed(wire, one, OWN)["Authorization"]
    assert send(sent=FOREIGN) == BAD
    assert send({"X-Amz-Content-Sha256": hashlib.sha256(OWN).hexdigest()}, sent=FOREIGN) == BAD
    assert send({"Authorization": signature[:-64] + "0" * 64}) == BAD
    assert send({"X-Amz-Target": "DynamoDB_20120810.DeleteItem"}) == BAD
    assert send({"X-Amz-Something": "new"}) == BAD
    assert send(path="/?a=b") == BAD
    assert send({"Authorization": signature.replace("AWS4-HMAC-SHA256", "AWS4-ECDSA")}).startswith(
        "MissingAuthentication"
    )


def test_an_unsigned_payload_is_for_s3_only(send: Send) -> None:
    unsigned = {"X-Amz-Content-SHA256": "UNSIGNED-PAYLOAD"}
    assert send(sign=unsigned) == BAD


def test_keys_and_tokens_that_do_not_belong_together(wire: Wire, one: Keys, send: Send) -> None:
    other = wire.school("2")
    boot = wire.bootstrap
    assert send(keys=Keys(one.key, "x" * 40, one.token)) == BAD
    assert send(keys=Keys(boot.key, "x" * 40)) == BAD
    assert send(keys=Keys("ASIA" + "2" * 16, one.secret, one.token)) == UNKNOWN
    assert send(keys=Keys(one.key, one.secret, other.token)) == UNKNOWN
    assert send(keys=Keys(other.key, one.secret, other.token)) == BAD
    assert send(keys=Keys(one.key, one.secret)) == UNKNOWN
    assert send(keys=Keys(boot.key, boot.secret, one.token)) == UNKNOWN
    assert send(keys=Keys(one.key, one.secret, "bm90IG91cnM=")) == UNKNOWN
    assert one.token is not None
    changed = one.token[:60] + ("A" if one.token[60] != "A" else "B") + one.token[61:]
    assert send(keys=Keys(one.key, one.secret, changed)) == UNKNOWN


def test_a_token_of_another_home(send: Send) -> None:
    _, made = Mint("another home's secret").make("luca-tenant", "me", {"school_id": "1"}, 2**40)
    assert send(keys=Keys(made.key, made.secret, made.token)) == UNKNOWN


def test_a_session_that_has_ended(wire: Wire, send: Send) -> None:
    mint = Mint(Home(wire.aws.home).keys["session_secret"])
    now = int(datetime.now(UTC).timestamp())
    for ends, answer in ((now + 60, "OK"), (now - 1, "ExpiredTokenException")):
        _, made = mint.make("luca-tenant", "me", {"school_id": "1"}, ends)
        assert send(keys=Keys(made.key, made.secret, made.token)) == answer


def test_each_service_has_its_own_words_for_it(wire: Wire, one: Keys) -> None:
    unknown = Keys("ASIA" + "2" * 16, "x", "x")
    forged = Keys(one.key, "x" * 40, one.token)
    queue = wire.aws.environment("api")["LUCA_TASKS_QUEUE_URL"]

    def codes(keys: Keys) -> list[str]:
        s3, sqs, sts = (wire.client(service, keys) for service in ("s3", "sqs", "sts"))
        return [
            code(lambda: s3.get_object(Bucket="luca-data", Key="tenants/1/a")),
            code(lambda: sqs.send_message(QueueUrl=queue, MessageBody="m")),
            code(sts.get_caller_identity),
        ]

    assert codes(unknown) == ["InvalidAccessKeyId", "InvalidClientTokenId", "InvalidClientTokenId"]
    assert codes(forged) == ["SignatureDoesNotMatch"] * 3


def test_a_request_in_disguise(send: Send) -> None:
    zipped = gzip.compress(OWN)
    assert send(body=zipped, sign={"Content-Encoding": "gzip"}) == DENIED
    assert send(body=b"{}", sign={"target": "DynamoDBStreams_20120810.ListStreams"}) == DENIED
    assert send(sign={"target": "secretsmanager.GetSecretValue"}) == DENIED
    assert send(sign={"service": "iam"}) == DENIED
    assert send(sign={"region": "eu-west-1"}) == DENIED
    assert send(path="/_ministack/reset", sign={"path": "/_ministack/reset"}) == DENIED
    assert send(body="{}".encode("utf-16")) == DENIED
    assert send({"Host": "x.execute-api.localhost:4566"}) == "ValidationException"


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/"),
        ("GET", "/"),
        ("POST", "/_ministack/reset"),
        ("GET", "/_ministack/health"),
        ("POST", "/_ministack/config"),
        ("GET", "/luca-data/tenants/1/a"),
        ("PUT", "/luca-data/tenants/1/a"),
        ("POST", "/_luca/credentials/luca-api"),
    ],
)
def test_an_unsigned_request(method: str, path: str, wire: Wire) -> None:
    assert post(wire, {}, b"", path, method) in {"MissingAuthenticationToken", "AccessDenied"}


def test_a_header_that_comes_twice(wire: Wire, one: Keys) -> None:
    connection = http.client.HTTPConnection(wire.endpoint.removeprefix("http://"))
    connection.putrequest("POST", "/")
    headers = signed(wire, one, OWN)
    for name, value in [*headers.items(), ("X-Amz-Target", GET), ("Content-Length", str(len(OWN)))]:
        connection.putheader(name, value)
    connection.endheaders(OWN)
    assert connection.getresponse().status == 400
    connection.close()


def put_object(wire: Wire, keys: Keys, school: str, payload: str, body: bytes, **extra: str) -> str:
    class Auth(S3SigV4Auth):
        def payload(self, request: Any) -> str:
            return payload

    path = f"/luca-data/tenants/{school}/streamed"
    request = AWSRequest("PUT", wire.endpoint + path, data=body, headers=extra)
    Auth(Credentials(keys.key, keys.secret, keys.token), "s3", REGION).add_auth(request)
    return post(wire, dict(request.headers), body, path, "PUT")


def test_an_upload_in_chunks_with_its_checksum_behind(wire: Wire, one: Keys) -> None:
    chunks = b"3\r\nabc\r\n0\r\nx-amz-checksum-crc32:NSRBwg==\r\n\r\n"
    trailer = {
        "Content-Encoding": "aws-chunked",
        "X-Amz-Decoded-Content-Length": "3",
        "X-Amz-Trailer": "x-amz-checksum-crc32",
    }
    streamed = "STREAMING-UNSIGNED-PAYLOAD-TRAILER"
    assert put_object(wire, one, "1", streamed, chunks, **trailer) == "OK"
    stored = wire.client("s3", one).get_object(Bucket="luca-data", Key="tenants/1/streamed")
    assert stored["Body"].read() == b"abc"
    assert put_object(wire, one, "2", streamed, chunks, **trailer) == "AccessDenied"
    signed_chunks = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD"
    assert put_object(wire, one, "1", signed_chunks, chunks, **trailer) == "SignatureDoesNotMatch"


def test_a_presigned_url_opens_nothing(wire: Wire, one: Keys) -> None:
    place = {"Bucket": "luca-data", "Key": "tenants/1/streamed"}
    url = wire.client("s3", one).generate_presigned_url("get_object", place)
    assert post(wire, {}, b"", url.removeprefix(wire.endpoint), "GET") == "AccessDenied"
