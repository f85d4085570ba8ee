"""What the guard costs: the same requests through it and around it, `make bench NAME=guard`.

Two emulators, one guarded, one as it comes, asked in turn. The requests are signed beforehand and
sent over one connection each, so that no client's own cost hides the difference. It fails when a
GetItem costs more than 1.5 times what it costs without the guard.
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

from bench.harness import Rounds, interleaved, verdict
from luca.localaws import embedded
from luca.localaws.deployment import REGION, Deployment
from luca.localaws.home import Home
from luca.localaws.provisioning import provision
from luca.localaws.server import emulator_settings
from luca.localaws.sessions import Mint

ROUNDS, CALLS, TARGET = 7, 300, 1.5
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


class Caller:
    """One signed request, ready to be sent again and again over one connection."""

    def __init__(self, host: str, keys: Credentials, operation: str) -> None:
        self.body = json.dumps(REQUESTS[operation]).encode()
        headers = {
            "X-Amz-Target": f"DynamoDB_20120810.{operation}",
            "Content-Type": "application/x-amz-json-1.0",
        }
        request = AWSRequest("POST", f"http://{host}/", data=self.body, headers=headers)
        SigV4Auth(keys, "dynamodb", REGION).add_auth(request)
        self.headers = dict(request.headers)
        self.connection = http.client.HTTPConnection(host)

    def __call__(self) -> None:
        self.connection.request("POST", "/", self.body, self.headers)
        answer = self.connection.getresponse()
        answer.read()
        assert answer.reason == "OK", answer.status


def main() -> int:
    measured: dict[str, Rounds] = {}
    with unguarded() as plain, guarded() as (guard, keys):
        for operation in REQUESTS:
            ours, theirs = (Caller(host, keys, operation) for host in (guard, plain))
            calls = CALLS if operation != "BatchWriteItem" else CALLS // 5
            rounds = interleaved(ours, theirs, rounds=ROUNDS, calls=calls)
            measured[operation] = rounds
            with_it, without = statistics.median(rounds.ours), statistics.median(rounds.theirs)
            print(
                f"{operation:<16}{with_it * 1e6:6.0f} µs guarded, {without * 1e6:6.0f} µs plain,"
                f" ratio {rounds.ratio:.2f} ({rounds.range} in {ROUNDS} rounds)"
            )
    return 0 if verdict("guard", measured["GetItem"], target=TARGET) else 1


if __name__ == "__main__":
    sys.exit(main())
