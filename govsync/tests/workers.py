"""Real workers: processes that a test may kill."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from luca.localaws.embedded import Embedded

ROOT = Path(__file__).parents[2]
COMMAND = (
    *("-m", "celery", "-A", "luca", "worker", "-P", "threads", "-c", "4"),
    *("--without-gossip", "--without-mingle", "--without-heartbeat", "-Q"),
)


@contextmanager
def worker(
    aws: "Embedded", log: Path, *options: str, **settings: str
) -> Iterator["subprocess.Popen[bytes]"]:
    """A worker of the sync's queue, as production starts it; it is gone when the block ends."""
    environment = aws.environment("worker")
    queue = environment["LUCA_SYNC_QUEUE_URL"].rpartition("/")[2]
    with log.open("ab") as out:
        process = subprocess.Popen(
            [sys.executable, *COMMAND, queue, *options],
            cwd=ROOT,
            env={**environment, "PATH": os.environ["PATH"], "LUCA_SERVICE": "worker", **settings},
            stdout=out,
            stderr=out,
            start_new_session=True,
        )
    try:
        yield process
    finally:
        kill(process)


def kill(process: "subprocess.Popen[bytes]") -> None:
    """End it as a power cut would."""
    if process.poll() is None:
        process.send_signal(signal.SIGKILL)
    process.wait(60)
