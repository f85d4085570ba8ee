"""The first judge: the guard, asked with requests that the SDK's own signer has signed."""

import http.client
import re
import time
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import unquote, urlsplit

from botocore.auth import S3SigV4Auth, SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from luca.localaws.guard import Guard
from tests.isolation.asks import REGION, Ask
from tests.isolation.principals import Principal

IDLE_SECONDS = 30  # the server lets go after 75
REFUSALS = frozenset(
    {
        "AccessDenied",
        "AccessDeniedException",
        "ExpiredToken",
        "ExpiredTokenException",
        "InvalidAccessKeyId",
        "InvalidClientTokenId",
        "InvalidSignatureException",
        "MissingAuthenticationToken",
        "MissingAuthenticationTokenException",
        "SignatureDoesNotMatch",
        "UnrecognizedClientException",
    }
)
_CODE = re.compile(rb'"__type": ?"(?:[\w.]+#)?(\w+)"|<Code>(\w+)</Code>')


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    body: bytes

    @property
    def code(self) -> str:
        found = _CODE.search(self.body)
        return (found[1] or found[2]).decode() if found else ""

    @property
    def refused(self) -> bool:
        """By the guard: the emulator's own errors count as passed. A HEAD has no body."""
        return self.code in REFUSALS or (self.status == http.HTTPStatus.FORBIDDEN and not self.body)


class Judge(Protocol):
    def send(self, who: Principal, ask: Ask) -> Answer: ...


def signed(who: Principal, ask: Ask, endpoint: str) -> dict[str, str]:
    """The headers of a request as the SDK would send it for somebody."""
    call = ask.call
    url = f"{endpoint}{call.path}" + (f"?{call.query}" if call.query else "")
    request = AWSRequest(call.method, url, headers=dict(call.headers), data=call.body)
    if who.keys is not None:
        credentials = Credentials(who.keys.key, who.keys.secret, who.keys.token)
        signer = S3SigV4Auth if ask.service == "s3" else SigV4Auth
        signer(credentials, ask.service, REGION).add_auth(request)
    return {**dict(request.headers.items()), "Host": urlsplit(endpoint).netloc}


class Wire:
    """The running embedded AWS, over one kept connection."""

    def __init__(self, endpoint: str) -> None:
        self.endpoint = endpoint
        self.connection = http.client.HTTPConnection(urlsplit(endpoint).netloc, timeout=60)
        self.used = time.monotonic()

    def send(self, who: Principal, ask: Ask) -> Answer:
        call = ask.call
        path = call.path + (f"?{call.query}" if call.query else "")
        headers = signed(who, ask, self.endpoint)
        if time.monotonic() - self.used > IDLE_SECONDS:
            self.connection.close()  # the server may have; the next request opens it again
        self.used = time.monotonic()
        self.connection.request(call.method, path, call.body, headers)
        response = self.connection.getresponse()
        return Answer(response.status, response.read())

    def close(self) -> None:
        self.connection.close()


class Inside:
    """A guard in this process in front of nothing, for policies that are only supposed."""

    PASSED = 299

    def __init__(self, guard: Guard, endpoint: str) -> None:
        self.guard, self.endpoint = guard, endpoint

    def send(self, who: Principal, ask: Ask) -> Answer:
        sent: list[dict[str, Any]] = []

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": ask.call.body, "more_body": False}

        async def send(message: Any) -> None:
            sent.append(message)

        run = self.guard(self._scope(who, ask), receive, send)
        try:
            run.send(None)  # it is a coroutine, and waits for nothing
        except StopIteration:
            return Answer(sent[0]["status"], sent[1]["body"])
        raise RuntimeError("the guard waited for something")

    def _scope(self, who: Principal, ask: Ask) -> dict[str, Any]:
        headers = signed(who, ask, self.endpoint)
        return {
            "type": "http",
            "method": ask.call.method,
            "path": unquote(ask.call.path),
            "raw_path": ask.call.path.encode(),
            "query_string": ask.call.query.encode(),
            "headers": [(k.lower().encode(), v.encode()) for k, v in headers.items()],
        }


async def nothing(_scope: Any, _receive: Any, send: Any) -> None:
    """An emulator that only says that a request has come through."""
    await send({"type": "http.response.start", "status": Inside.PASSED, "headers": []})
    await send({"type": "http.response.body", "body": b"passed"})
