"""The API behind gunicorn, over a real socket."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
LISTENING = re.compile(r"Listening at: http://127\.0\.0\.1:(\d+)")
pytestmark = pytest.mark.slow


class Server:
    """One gunicorn of our own, started as the image starts it."""

    def __init__(self) -> None:
        environment = {
            **os.environ,
            "LUCA_SECRET_KEY": "server",
            "LUCA_SERVICE": "api",
            "LUCA_BIND": "127.0.0.1:0",
            "LUCA_THREADS": "4",
        }
        command = ["gunicorn", "luca.api.tests.slow_wsgi", "--config", "luca/gunicorn.py"]
        self.process = subprocess.Popen(
            [sys.executable, "-m", *command],
            cwd=ROOT,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.seen: list[str] = []
        self.port = self._port()

    def _port(self) -> int:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.seen.append(line)
            if found := LISTENING.search(line):
                return int(found[1])
        pytest.fail("gunicorn did not listen")

    def get(self, path: str) -> tuple[int, bytes]:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=60) as answer:
            return answer.status, answer.read()

    def raw(self, request: bytes) -> bytes:
        with socket.create_connection(("127.0.0.1", self.port), timeout=60) as wire:
            wire.sendall(request)
            wire.shutdown(socket.SHUT_WR)
            return b"".join(iter(lambda: wire.recv(65536), b""))


@pytest.fixture
def server() -> Iterator[Server]:
    made = Server()
    yield made
    made.process.kill()
    made.process.communicate()


def test_a_request_under_way_is_answered_although_the_server_is_told_to_stop(
    server: Server,
) -> None:
    server.get("/sleep?seconds=0")  # it has started
    with ThreadPoolExecutor() as pool:
        asked = [pool.submit(server.get, "/sleep?seconds=6") for _ in range(3)]
        time.sleep(3)  # until they have reached it, on a busy machine too
        server.process.send_signal(signal.SIGTERM)
        answers = [one.result() for one in asked]

    assert answers == [(200, b'{"slept":true}')] * 3
    assert server.process.wait(60) == 0


def test_a_body_that_was_refused_unread_does_not_become_the_next_request(server: Server) -> None:
    inner = b"GET /sleep?seconds=0 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
    head = b"POST /decode HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"

    chunked = server.raw(
        head + b"Transfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\n\r\n" % (len(inner), inner)
    )
    both = server.raw(
        head + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + inner
    )

    assert chunked.startswith(b"HTTP/1.1 411 ")
    assert b"slept" not in chunked
    assert b"HTTP/1.1 400" in both or b"HTTP/1.1 411" in both


def test_a_large_body_is_answered_at_once_and_the_server_goes_on(server: Server) -> None:
    connection = HTTPConnection("127.0.0.1", server.port, timeout=60)
    connection.putrequest("POST", "/decode")
    connection.putheader("Content-Type", "application/json")
    connection.putheader("Content-Length", str(50_000_000))
    connection.endheaders()
    answer = connection.getresponse()

    assert answer.status == 413
    connection.close()
    assert server.get("/sleep?seconds=0") == (200, b'{"slept":true}')


def test_answers_state_their_length_so_that_connections_are_kept(server: Server) -> None:
    connection = HTTPConnection("127.0.0.1", server.port, timeout=60)
    for path in ("/sleep?seconds=0", "/nowhere", "/sleep?seconds=0"):
        connection.request("GET", path)
        answer = connection.getresponse()
        body = answer.read()
        assert answer.getheader("Content-Length") == str(len(body))
        assert answer.getheader("Transfer-Encoding") is None
    connection.close()


def test_every_line_that_the_server_writes_is_json() -> None:
    server = Server()
    server.get("/sleep?seconds=0")
    assert b" 400 " in server.raw(b"GET /people?name=Ana Ruiz Soto HTTP/1.1\r\n\r\n")
    server.process.terminate()
    rest, _ = server.process.communicate(timeout=60)

    lines = [json.loads(line) for line in [*server.seen, *rest.splitlines()]]
    assert {
        "timestamp",
        "level",
        "event",
        "service",
        "tenant_id",
        "correlation_id",
        "trace_id",
    } <= (set.intersection(*map(set, lines)))
    assert {line["service"] for line in lines} == {"api"}
    assert [line["route"] for line in lines if line["event"] == "request"] == ["sleep"]
    assert "Invalid request from ip=127.0.0.1" in {line["event"] for line in lines}
    assert "Ana" not in rest
