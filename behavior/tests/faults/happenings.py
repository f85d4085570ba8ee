"""What happens to calls between a service and AWS; each is a fault that a proxy's rule may name."""

from __future__ import annotations

import json
import random
import time
from copy import deepcopy
from dataclasses import replace
from threading import Lock
from typing import TYPE_CHECKING, Any

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from behavior.tests.faults.proxy import Answer, Call, Cut, Fault, Silence

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

DYNAMODB = "com.amazonaws.dynamodb.v20120810#"
SQS = "com.amazonaws.sqs#"
UNSIGNED = {"authorization", "connection", "content-length", "x-amz-date"}


def refused(kind: str, status: int = 400) -> Fault:
    """An error in the service's own words; nothing was done."""

    def act(call: Call) -> Answer:
        prefix = DYNAMODB if call.operation.startswith("DynamoDB") else SQS
        side = "Sender" if status < 500 else "Receiver"
        headers = (
            ("Content-Type", "application/x-amz-json-1.0"),
            ("x-amzn-RequestId", "injected"),
            ("x-amzn-query-error", f"{kind};{side}"),
        )
        return Answer(status, headers, json.dumps({"__type": prefix + kind}).encode())

    return act


exceeded = refused("ProvisionedThroughputExceededException")
throttled = refused("ThrottlingException")
broken = refused("InternalServerError", 500)
unavailable = refused("ServiceUnavailable", 503)
over_limit = refused("OverLimit")
queue_throttled = refused("RequestThrottled")
internal = refused("InternalFailure", 500)


def gateway(_: Call) -> Answer:
    """An answer of something in between, which speaks no JSON."""
    return Answer(502, (("Content-Type", "text/html"),), b"<html>Bad Gateway</html>")


def cut(_: Call) -> Answer:
    """It never arrives."""
    raise Cut


def silent(_: Call) -> Answer:
    """It never arrives, and nobody says so."""
    raise Silence


def unheard(call: Call) -> Answer:
    """It is done, and the answer gets lost."""
    call.pass_on()
    raise Cut


def slow(seconds: float) -> Fault:
    def act(call: Call) -> Answer:
        time.sleep(seconds)
        return call.pass_on()

    return act


def any_of(faults: Sequence[Fault]) -> Fault:
    dice = random.Random(5)  # noqa: S311 -- the same luck each time

    def act(call: Call) -> Answer:
        return dice.choice(faults)(call)

    return act


class HalfDone:
    """BatchWriteItem that takes half of the items and hands the others back."""

    def __init__(self, secret_of: Callable[[str], str]) -> None:
        self._secret_of = secret_of  # the caller's own secret: what is sent on is signed as theirs

    def __call__(self, call: Call) -> Answer:
        wanted = json.loads(call.body)["RequestItems"]
        table, writes = next(iter(wanted.items()))
        taken, left = writes[::2], writes[1::2]
        body = json.dumps({"RequestItems": {table: taken}}).encode()
        answer = replace(call, headers=self._signed(call, body), body=body).pass_on()
        if answer.status != 200 or not left:
            return answer
        found = {**json.loads(answer.body), "UnprocessedItems": {table: left}}
        kept = tuple((k, v) for k, v in answer.headers if k.lower() != "x-amz-crc32")
        return Answer(200, kept, json.dumps(found).encode())

    def _signed(self, call: Call, body: bytes) -> tuple[tuple[str, str], ...]:
        key = call.header("Authorization").partition("Credential=")[2].partition("/")[0]
        headers = {k: v for k, v in call.headers if k.lower() not in UNSIGNED}
        token = headers.pop("X-Amz-Security-Token")
        url = f"http://{call.header('Host')}{call.path}"
        request = AWSRequest(call.method, url, headers, body)
        SigV4Auth(Credentials(key, self._secret_of(key), token), "dynamodb", "us-east-1").add_auth(
            request
        )
        return tuple(request.headers.items())


class Doubled:
    """ReceiveMessage that hands out a share of the messages once more, later, as SQS may."""

    def __init__(self, share: float) -> None:
        self.share = share
        self.handed_out = self.doubled = 0
        self._dice = random.Random(5)  # noqa: S311 -- the same luck each time
        self._kept: list[dict[str, Any]] = []
        self._lock = Lock()

    def __call__(self, call: Call) -> Answer:
        answer = call.pass_on()
        found = json.loads(answer.body)
        messages = found.get("Messages", [])
        with self._lock:
            self.handed_out += len(messages)
            again, self._kept = self._kept[:10], self._kept[10:]
            self.doubled += len(again)
            self._kept += [deepcopy(m) for m in messages if self._dice.random() < self.share]
        body = json.dumps({**found, "Messages": [*messages, *again]}).encode()
        return Answer(answer.status, answer.headers, body) if again else answer
