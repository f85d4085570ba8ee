import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from luca.aws import queue

if TYPE_CHECKING:
    from luca.localaws.embedded import Embedded

ROOT = Path(__file__).parents[3]
DEADLINE = 40  # seconds


@pytest.fixture
def worker(aws: "Embedded", tmp_path: Path) -> Iterator[Path]:
    """A stock Celery worker on the real queues, and its log."""
    log = tmp_path / "worker.log"
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
        if '"task_failed"' in seen and '"task_done"' in seen:
            break
        time.sleep(0.2)

    time.sleep(0.5)  # for the deletion of the one that passed
    depth = queue.depth("tasks")
    assert (depth.waiting, depth.in_flight) == (0, 1), worker.read_text()
