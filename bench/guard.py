"""What the guard costs: the same requests through it and around it, `make bench NAME=guard`.

Two emulators, one guarded, one as it comes. The requests are signed beforehand and sent over one
connection, so that no client's own cost hides the difference; rounds are interleaved. It fails
when a GetItem costs more than 1.5 times what it costs without the guard.
"""

import http.client
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from luca.localaws import embedded
from luca.localaws.deployment import REGION, Deployment
from luca.localaws.home import Home
from luca.localaws.provisioning import provision
from luca.localaws.server import emulator_settings
from luca.localaws.sessions import Mint

ROUNDS, CALLS, LIMIT = 7, 300, 1.5
TABLE = {"TableName": "luca-platform"}
KEY = {"PK": {"S": "TENANT#1#STUDENT#s1"}, "SK": {"S": "PROFILE"}}
ITEM = {
    **KEY,
    "GSI1PK": {"S": "TENANT#1#PEOPLE"},
    "GSI1SK": {"S": "a"},
    "note": {"S": "x" * 200},
}
REQUESTS: dict[str, dict[str, Any]] = {
    "PutItem": {**TABLE, "Item": ITEM},
    "GetItem": {**TABLE, "Key": KEY},
    "Query": {
        **TABLE,
        "KeyConditionExpression": "PK = :p AND begins_with(SK, :s)",
        "ExpressionAttributeValues": {":p": KEY["PK"], ":s": {"S": "P"}},
    },
    "BatchWriteItem": {
        "RequestItems": {
            "luca-platform": [
                {"PutRequest": {"Item": {**ITEM, "SK": {"S": f"EVENT#{n}"}}}} for n in range(25)
            ]
        }
    },
}


@contextmanager
def unguarded() -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory() as folder:
        home = Home(Path(folder))
        home.prepare()
        settings = {"PATH": os.defpath, **emulator_settings(home, port)}
        process = subprocess.Popen([sys.executable, "-m", "ministack"], env=settings)
        try:
            while socket.socket().connect_ex(("127.0.0.1", port)):
                time.sleep(0.1)
            provision(f"http://127.0.0.1:{port}", "test", "test", Deployment())
            yield f"127.0.0.1:{port}"
        finally:
            process.kill()
            process.wait()


@contextmanager
def guarded() -> Iterator[tuple[str, Credentials]]:
    with tempfile.TemporaryDirectory() as folder:
        running = embedded.start(Path(folder))
        mint = Mint(Home(running.home).keys["session_secret"])
        _, made = mint.make("luca-tenant", "bench", {"school_id": "1"}, int(time.time()) + 3600)
        try:
            yield (
                running.endpoint.removeprefix("http://"),
                Credentials(made.key, made.secret, made.token),
            )
        finally:
            running.kill()


def timed(host: str, keys: Credentials, operation: str) -> list[float]:
    body = json.dumps(REQUESTS[operation]).encode()
    headers = {
        "X-Amz-Target": f"DynamoDB_20120810.{operation}",
        "Content-Type": "application/x-amz-json-1.0",
    }
    request = AWSRequest("POST", f"http://{host}/", data=body, headers=headers)
    SigV4Auth(keys, "dynamodb", REGION).add_auth(request)
    connection = http.client.HTTPConnection(host)
    seconds = []
    for _ in range(CALLS if operation != "BatchWriteItem" else CALLS // 5):
        began = time.perf_counter()
        connection.request("POST", "/", body, dict(request.headers))
        answer = connection.getresponse()
        answer.read()
        seconds.append(time.perf_counter() - began)
        assert answer.reason == "OK", answer.status
    connection.close()
    return seconds


def main() -> int:
    middle = {}
    with unguarded() as plain, guarded() as (guard, keys):
        for operation in REQUESTS:
            rounds = [
                [statistics.median(timed(host, keys, operation)) * 1e6 for host in (guard, plain)]
                for _ in range(ROUNDS)
            ]
            ratios = sorted(ours / theirs for ours, theirs in rounds)
            middle[operation] = statistics.median(ratios)
            ours, theirs = (statistics.median(column) for column in zip(*rounds, strict=True))
            print(
                f"{operation:<16}{ours:6.0f} µs guarded, {theirs:6.0f} µs plain, ratio"
                f" {middle[operation]:.2f} ({ratios[0]:.2f} to {ratios[-1]:.2f} in {ROUNDS} rounds)"
            )
    return int(middle["GetItem"] > LIMIT)


if __name__ == "__main__":
    sys.exit(main())
