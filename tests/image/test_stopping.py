"""Told to stop, each entry point of the image finishes or gives back what it has in hand.

The processes are those of the image, contained as they are in AWS; AWS is the embedded one.
"""

from __future__ import annotations

import json
import re
import socket
import urllib.request
from typing import TYPE_CHECKING

import pytest

from behavior import services as behavior
from behavior.tests.deliveries import sent, stored
from lake.tests.lagoon import Town
from luca.aws import queue
from luca.kernel import context
from tests.image.vessel import Image, Vessel, until

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from luca.localaws.embedded import Embedded

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("aws")]
TASKS, EVENTS = 40, 300
READY = r"celery@\S+ ready"


@pytest.fixture(scope="module")
def aws(fresh_aws: Embedded) -> Embedded:
    """One without runs that other tests have left: the sweep would wake them, with new tasks."""
    return fresh_aws


@pytest.fixture
def api(image: Image, aws: Embedded, tmp_path: Path) -> Iterator[Vessel]:
    settings = aws.environment("api") | {"LUCA_BIND": "127.0.0.1:0"}
    with image.running("api", tmp_path / "api.log", **settings) as found:
        yield found


def test_a_request_under_way_is_answered_while_nobody_new_is_let_in(api: Vessel) -> None:
    """A slow client, half of whose request has come when the container is told to stop."""
    port = api.port()
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=60) as answer:
        assert json.load(answer)["parts"] == {"table": "ok", "queue": "ok"}
    body = json.dumps({"email": "nobody@example.org", "password": "Not-A-Password-1"}).encode()
    head = (
        "POST /auth/login HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", port), timeout=60) as wire:
        wire.sendall(head.encode() + body[:10])
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=60):
            pass  # the first one is with its thread by now
        api.process.terminate()
        until(lambda: not _listens(port))
        assert api.process.poll() is None

        wire.sendall(body[10:])
        answered = b"".join(iter(lambda: wire.recv(65536), b""))
    assert answered.startswith(b"HTTP/1.1 401 ")
    assert b"application/problem+json" in answered
    assert api.process.wait(60) == 0


def _listens(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=5):
            return True
    except ConnectionRefusedError:
        return False


@pytest.mark.usefixtures("soon_seen_again")
def test_a_worker_finishes_its_tasks_and_leaves_the_others_to_the_next(
    image: Image, aws: Embedded, tmp_path: Path
) -> None:
    """None is lost: what its last poll still takes is seen again after the visibility timeout."""
    log = tmp_path / "worker.log"
    with image.running("worker", log, **aws.environment("worker"), LUCA_THREADS="2") as worker:
        worker.until(lambda: worker.says(READY))
        for _ in range(TASKS):
            queue.enqueue("govsync.sweep", queue="sync")
        worker.until(lambda: worker.says("task_done"))
        assert worker.stop() == 0

    said = log.read_text()
    done = set(re.findall(r'"task_id": ?"([^"]+)"', said))
    assert 0 < said.count("task_done") == len(done) < TASKS
    until(lambda: queue.depth("sync").waiting == TASKS - len(done))
    assert queue.depth("sync").in_flight == 0


def test_the_consumer_stores_what_it_has_gathered(
    image: Image, aws: Embedded, tmp_path: Path, school: str
) -> None:
    log = tmp_path / "consumer.log"
    with context.entered(school=school, actor="ana", groups=frozenset({"student"})):
        for _ in range(EVENTS // 10):
            behavior.accept(json.dumps([sent() for _ in range(10)]).encode())
    with image.running("consumer", log, **aws.environment("consumer")) as consumer:
        consumer.until(lambda: queue.depth("behavior").in_flight > 0)
        assert consumer.stop() == 0

    assert consumer.says("consumer_stopped")
    left = queue.depth("behavior")
    assert left.in_flight == 0
    assert len(stored()) == EVENTS - 10 * left.waiting


def test_the_lake_s_writer_saves_what_has_changed(
    image: Image, aws: Embedded, tmp_path: Path
) -> None:
    """It would have waited an hour for more."""
    town = Town()
    settings = aws.environment("lake") | {"LUCA_LAKE_FLUSH_SECONDS": "3600"}
    with image.running("lake", tmp_path / "lake.log", **settings) as writer:
        writer.until(lambda: writer.says("lake_writer_ready"))
        town.tell(events=25, results=5)
        assert town.rows() == []
        assert writer.stop() == 0

    assert town.is_kept()


def test_a_command_of_the_operators_runs_to_its_end_as_a_task(
    image: Image, aws: Embedded, school: str
) -> None:
    del school
    done = image.entry("manage", "list_schools", **aws.environment("platform"))

    assert (done.returncode, done.stderr) == (0, "")
