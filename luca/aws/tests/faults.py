"""What AWS answers and the emulator never does, put between the client and the real store."""

import json
import random
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Any

from botocore.awsrequest import AWSResponse, HeadersDict
from botocore.exceptions import ConnectionClosedError, ReadTimeoutError

from luca.aws.table import TenantItem

Fault = Callable[["Transport", Any], Any]
PREFIX = "com.amazonaws.dynamodb.v20120810#"


def answer(request: Any, status: int, kind: str, **more: Any) -> Any:
    """Make an answer of DynamoDB's that is an error."""
    body = {"__type": PREFIX + kind, "message": kind, **more}
    headers: Any = HeadersDict({"x-amzn-requestid": "injected"})
    made: Any = AWSResponse(request.url, status, headers, None)
    made._content = json.dumps(body).encode()
    return made


def refused(kind: str, status: int = 400) -> Fault:
    return lambda _, request: answer(request, status, kind)


def gateway(_: "Transport", request: Any) -> Any:
    """An answer of something in between, which speaks no JSON."""
    headers: Any = HeadersDict({"content-type": "text/html"})
    made: Any = AWSResponse(request.url, 502, headers, None)
    made._content = b"<html>Bad Gateway</html>"
    return made


def cancelled(code: str) -> Fault:
    """A transaction in which one part met somebody else; nothing is written."""

    def act(_: "Transport", request: Any) -> Any:
        parts = len(json.loads(request.body)["TransactItems"])
        reasons = [{"Code": "None"}] * (parts - 1) + [{"Code": code, "Message": "ongoing"}]
        return answer(request, 400, "TransactionCanceledException", CancellationReasons=reasons)

    return act


def unheard(transport: "Transport", request: Any) -> AWSResponse:
    """It is done, and the answer gets lost."""
    transport.real.send(request)
    raise ReadTimeoutError(endpoint_url=request.url)


def cut(_: "Transport", request: Any) -> AWSResponse:
    """It never arrives."""
    raise ConnectionClosedError(endpoint_url=request.url)


BUSY = {
    "throttled": refused("ThrottlingException"),
    "exceeded": refused("ProvisionedThroughputExceededException"),
    "limited": refused("RequestLimitExceeded"),
    "broken": refused("InternalServerError", 500),
    "unavailable": refused("ServiceUnavailable", 503),
    "gateway": gateway,
    "cut": cut,
    "unheard": unheard,
}
MEETING = {"conflict": refused("TransactionConflictException")}
TOGETHER = {
    "together": cancelled("TransactionConflict"),
    "together throttled": cancelled("ThrottlingError"),
    "together exceeded": cancelled("ProvisionedThroughputExceeded"),
    "in progress": refused("TransactionInProgressException"),
}
OF = {
    "TransactWriteItems": BUSY | TOGETHER,
    "UpdateItem": BUSY | MEETING,
    "DeleteItem": BUSY | MEETING,
    "Query": BUSY,
    "GetItem": BUSY,
    "BatchGetItem": BUSY,
}


class Transport:
    """Sends what the client signed, or does to it what the plan says."""

    def __init__(self, real: Any, plan: Callable[[str], str | None]) -> None:
        self.real, self.plan = real, plan
        self.met: Counter[str] = Counter()
        self.calls: Counter[str] = Counter()
        self._lock = Lock()

    def send(self, request: Any) -> Any:
        target = request.headers["X-Amz-Target"]
        operation = (target.decode() if isinstance(target, bytes) else target).partition(".")[2]
        with self._lock:
            self.calls[operation] += 1
            name = self.plan(operation)
            if name is not None:
                self.met[name] += 1
        return self.real.send(request) if name is None else OF[operation][name](self, request)

    def close(self) -> None:
        self.real.close()


@contextmanager
def faulty(plan: Callable[[str], str | None]) -> Iterator[Transport]:
    """Let the plan name a fault, or none, for each request of a block, by its operation."""
    endpoint: Any = TenantItem._get_connection().connection.client._endpoint
    real = endpoint.http_session
    endpoint.http_session = transport = Transport(real, plan)
    try:
        yield transport
    finally:
        endpoint.http_session = real


def always(operation: str, fault: str) -> Callable[[str], str | None]:
    return lambda asked: fault if asked == operation else None


def by_chance(share: float, seed: int) -> Callable[[str], str | None]:
    """Of each hundred requests so many meet one of the faults of their operation."""
    dice = random.Random(seed)  # noqa: S311 -- the same faults each time

    def plan(operation: str) -> str | None:
        known = sorted(OF.get(operation, ()))
        return dice.choice(known) if known and dice.random() < share else None

    return plan
