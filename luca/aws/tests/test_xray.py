"""Spans reach X-Ray before their process ends, and one that does not answer keeps it no longer."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from socket import create_server
from threading import Thread

import pytest

ROOT = Path(__file__).parents[3]
SPANS = 60
ENDING = 20  # seconds; a container is killed 40 after it was told to stop
SCRIPT = f"""
import time, django
django.setup()
from luca.telemetry import origins, spans
for _ in range({SPANS}):
    with spans.arriving("GET /me", spans.SERVER, origins.begun()):
        pass
print(time.time())
"""
SEEN: list[dict[str, object]] = []


class XRay(BaseHTTPRequestHandler):
    def do_POST(self) -> None:  # the server asks for this name
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        SEEN.extend(json.loads(one) for one in asked["TraceSegmentDocuments"])
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b'{"UnprocessedTraceSegments": []}')

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def xray() -> Iterator[int]:
    SEEN.clear()
    with HTTPServer(("127.0.0.1", 0), XRay) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_port
        server.shutdown()


def ended(port: int) -> tuple[float, str]:
    """Seconds from the last span until a process of the API was gone, and what it said."""
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        cwd=ROOT,
        env={
            "AWS_ACCESS_KEY_ID": "a",
            "AWS_SECRET_ACCESS_KEY": "b",
            "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}",
            "DJANGO_SETTINGS_MODULE": "luca.settings",
            "LUCA_SECRET_KEY": "k",
            "LUCA_SERVICE": "api",
            "LUCA_TRACES": "xray",
            "PATH": os.environ["PATH"],
        },
        capture_output=True,
        text=True,
        check=True,
    )
    return time.time() - float(done.stdout.splitlines()[0]), done.stdout + done.stderr


def test_a_process_that_ends_hands_on_its_last_spans() -> None:
    with xray() as port:
        _, said = ended(port)

    assert len({one["id"] for one in SEEN}) == SPANS, said
    assert {one["name"] for one in SEEN} == {"luca-api"}


@pytest.mark.slow
def test_an_xray_that_never_answers_does_not_keep_a_process_from_ending() -> None:
    with create_server(("127.0.0.1", 0), backlog=50) as silent:  # connects, and says nothing
        seconds, said = ended(silent.getsockname()[1])

    assert seconds < ENDING
    assert [json.loads(one)["spans"] for one in said.splitlines() if "spans_not_sent" in one] == [
        SPANS
    ]
