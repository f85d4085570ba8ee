"""Calls of JSON services that skip most of what botocore does for a call, for those that are many.

Serialising by shapes, resolving an endpoint and parsing by shapes cost several times what the rest
costs. Here a call's body is JSON already. Credentials, endpoint, connections, proxies and
certificates are the botocore client's own, and so are the errors: callers see no difference.
"""

from __future__ import annotations

import hmac
import random
import time
import zlib
from functools import lru_cache
from hashlib import sha256
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import msgspec
from botocore.awsrequest import AWSPreparedRequest
from botocore.exceptions import (
    ClientError,
    ConnectionClosedError,
    ConnectionError,  # noqa: A004 -- botocore's name for it
    HTTPClientError,
)

from luca.aws import refusals

if TYPE_CHECKING:
    from collections.abc import Mapping

    from botocore.credentials import ReadOnlyCredentials

ATTEMPTS = 4
FIRST_WAIT = 0.1  # seconds
KIND = "application/x-amz-json-1.0"
REFUSED = 300  # HTTP: from here on it is no answer
TRANSIENT = {500, 502, 503, 504}
THROTTLED = refusals.THROTTLED | {
    "PriorRequestNotComplete",
    "RequestTimeout",
    "RequestTimeoutException",
    "TransactionInProgressException",
}


class Wire:
    """One client's calls, each a POST of JSON to one address."""

    def __init__(self, client: Any, prefix: str) -> None:
        """`prefix` is the service's part of a target: `AmazonSQS` of `AmazonSQS.ReceiveMessage`."""
        self._client = client
        self._prefix = prefix
        self._name = client.meta.service_model.service_id.hyphenize()
        self._service = client.meta.service_model.signing_name
        self._region = client.meta.region_name
        self._address = client.meta.endpoint_url.rstrip("/") + "/"
        where = urlsplit(self._address)
        ports = {"http": 80, "https": 443}
        plain = where.port in {None, ports.get(where.scheme)}
        self._host = str(where.hostname) if plain else f"{where.hostname}:{where.port}"
        self._path = where.path
        self._agent = client.meta.config.user_agent

    def call(self, operation: str, body: bytes) -> bytes:
        """Return the answer; raise what the client would have raised, after as many attempts."""
        for attempt in range(ATTEMPTS - 1):
            try:
                return self._once(operation, body)
            except (ConnectionError, HTTPClientError):
                pass  # perhaps a connection that the other side had closed meanwhile
            except ClientError as error:
                if not _passing(error):
                    raise
            time.sleep(random.uniform(0, FIRST_WAIT * 2**attempt))  # noqa: S311 -- spreads load, hides nothing
        return self._once(operation, body)

    def _once(self, operation: str, body: bytes) -> bytes:
        headers: Any = self._signed(operation, body)
        request = AWSPreparedRequest("POST", self._address, headers, body, stream_output=False)
        answers = self._client.meta.events.emit(
            f"before-send.{self._name}.{operation}", request=request
        )
        answer = next((one for _, one in answers if one is not None), None)
        if answer is None:
            answer = self._client._endpoint.http_session.send(request)  # noqa: SLF001 -- the client's own connections
        content: bytes = answer.content
        if answer.status_code >= REFUSED:
            error = _refusal(operation, answer.status_code, answer.headers, content)
            refusals.note(self._name, operation, error.response["Error"]["Code"])
            raise error
        sum_ = answer.headers.get("x-amz-crc32")
        if sum_ and int(sum_) != zlib.crc32(content):
            raise ConnectionClosedError(endpoint_url=self._address, error="checksum")
        return content

    def _signed(self, operation: str, body: bytes) -> dict[str, str]:
        keys = self._client._request_signer._credentials.get_frozen_credentials()  # noqa: SLF001 -- whoever the client signs for
        headers = {
            "Content-Type": KIND,
            "Host": self._host,
            "X-Amz-Date": time.strftime("%Y%m%dT%H%M%SZ", time.gmtime()),
            "X-Amz-Target": f"{self._prefix}.{operation}",
        }
        if keys.token:
            headers["X-Amz-Security-Token"] = keys.token
        headers["Authorization"] = authorization(
            keys, headers, body, path=self._path, scope=(self._region, self._service)
        )
        headers["User-Agent"] = self._agent
        headers["x-amzn-query-mode"] = "true"  # SQS: its errors keep the names they always had
        return headers


def authorization(
    keys: ReadOnlyCredentials,
    headers: Mapping[str, str],
    body: bytes,
    *,
    path: str,
    scope: tuple[str, str],
) -> str:
    """Sign a POST with Signature Version 4; a test compares it with botocore's own."""
    moment = headers["X-Amz-Date"]
    named = sorted((name.lower(), value) for name, value in headers.items())
    names = ";".join(name for name, _ in named)
    lines = "".join(f"{name}:{value}\n" for name, value in named)
    request = f"POST\n{path}\n\n{lines}\n{names}\n{sha256(body).hexdigest()}"
    place = "/".join((moment[:8], *scope, "aws4_request"))
    text = f"AWS4-HMAC-SHA256\n{moment}\n{place}\n{sha256(request.encode()).hexdigest()}"
    key = _signing_key(keys.secret_key, moment[:8], *scope)
    signature = hmac.digest(key, text.encode(), "sha256").hex()
    credential = f"AWS4-HMAC-SHA256 Credential={keys.access_key}/{place}"
    return f"{credential}, SignedHeaders={names}, Signature={signature}"


@lru_cache(maxsize=2048)
def _signing_key(secret: str, day: str, region: str, service: str) -> bytes:
    key = f"AWS4{secret}".encode()
    for part in (day, region, service, "aws4_request"):
        key = hmac.digest(key, part.encode(), "sha256")
    return key


def _passing(error: ClientError) -> bool:
    status = error.response["ResponseMetadata"]["HTTPStatusCode"]
    return status in TRANSIENT or error.response["Error"]["Code"] in THROTTLED


def _refusal(
    operation: str, status: int, headers: Mapping[str, str], content: bytes
) -> ClientError:
    """Read an error as botocore does."""
    try:
        told = msgspec.json.decode(content, type=dict[str, Any])
    except msgspec.MsgspecError:
        told = {}
    code = str(told.get("__type", status)).partition(":")[0].rpartition("#")[2]
    if known := headers.get("x-amzn-query-error"):
        code = known.partition(";")[0]
    message = str(told.get("message") or told.get("Message") or "")
    response: Any = {
        "Error": {"Code": code, "Message": message},
        "ResponseMetadata": {
            "HTTPStatusCode": status,
            "HTTPHeaders": {name.lower(): value for name, value in headers.items()},
            "RequestId": headers.get("x-amzn-requestid", ""),
        },
    }
    if reasons := told.get("CancellationReasons"):
        response["CancellationReasons"] = reasons  # DynamoDB's, one for each part of a transaction
    return ClientError(response, operation)
