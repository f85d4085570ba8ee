import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings
from kombu.transport import get_transport_cls

from luca.aws import clients, queue
from luca.celery import app

if TYPE_CHECKING:
    from luca.localaws.embedded import Embedded

ROOT = Path(__file__).parents[3]
DEADLINE = 90  # seconds; only guards against hanging


@pytest.fixture(scope="module")
def worker(aws: "Embedded", tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A Celery worker on the real queues, and its log.

    One for all tests: the last poll of a worker that has ended may still take messages.
    """
    log = tmp_path_factory.mktemp("worker") / "worker.log"
    queues = ",".join(queue.name(one) for one in ("tasks", "sync"))
    with log.open("w") as output:
        process = subprocess.Popen(
            [
                *(sys.executable, "-m", "celery", "-A", "luca", "worker", "-P", "threads"),
                *("-c", "2", "-Q", queues, "-I", "luca.aws.tests.failing"),
                *("--without-gossip", "--without-mingle", "--without-heartbeat"),
            ],
            cwd=ROOT,
            env={**os.environ, **aws.environment("worker"), "LUCA_SERVICE": "worker"},
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        try:
            yield log
        finally:
            process.terminate()
            process.wait(DEADLINE)


@pytest.mark.usefixtures("school")
def test_a_failed_task_stays_on_the_queue_and_a_good_one_leaves_it(worker: Path) -> None:
    queue.enqueue("tests.fails")
    queue.enqueue("tests.passes")
    until = time.monotonic() + DEADLINE
    while time.monotonic() < until:
        seen = worker.read_text()
        depth = queue.depth("tasks")
        if '"task_failed"' in seen and '"task_done"' in seen and depth.total == 1:
            break
        time.sleep(0.2)

    assert (depth.waiting, depth.in_flight) == (0, 1), worker.read_text()


@pytest.mark.usefixtures("school")
def test_a_message_that_is_not_ours_stays_for_the_dead_letters_and_out_of_the_log(
    worker: Path,
) -> None:
    before = queue.depth("tasks").in_flight
    foreign = ["Ada Lovelace", "{}", '{"student": "Ada Lovelace"}']
    for body in foreign:
        clients.sqs().send_message(QueueUrl=settings.QUEUES["tasks"], MessageBody=body)
    queue.enqueue("tests.nobody_knows", student="Ada Lovelace")
    until = time.monotonic() + DEADLINE
    while time.monotonic() < until:
        seen = worker.read_text()
        if seen.count('"message_refused"') == 4:
            break
        time.sleep(0.2)

    assert seen.count('"message_refused"') == 4, seen
    assert "a task that this worker does not know" in seen
    assert "ZeroDivisionError" in seen  # of the task that failed before
    assert "Lovelace" not in seen
    assert queue.depth("tasks").in_flight == before + 4


def test_an_answer_without_messages_ends_no_worker() -> None:
    """What kombu makes of a 503, a timeout and a connection that breaks is an empty list."""
    transport: Any = get_transport_cls(app.connection().transport_cls)
    channel = transport.Channel

    assert channel.__new__(channel)._on_messages_ready("https://sqs/q", "q", []) == 0
