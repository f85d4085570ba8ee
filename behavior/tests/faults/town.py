"""One embedded AWS behind the proxy, the consumer's processes, and the reader that counts."""

from __future__ import annotations

import json
import logging
import os
import secrets
import shutil
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from behavior.tests.faults.ledger import PUPILS, Count, Ledger, count
from behavior.tests.faults.proxy import Proxy
from behavior.tests.faults.reader import Reader
from luca.kernel import context
from luca.kernel.ids import SchoolId, StudentId
from luca.localaws import embedded
from luca.localaws.deployment import DEPLOY
from luca.localaws.home import Home
from luca.localaws.sessions import Mint
from tenants import services as tenants
from tenants.domain import School, Student

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from behavior.tests.faults.reader import Letter

ROOT = Path(__file__).parents[3]
# Seconds, in the place of a minute. A third of it may pass before a message is hidden anew; the
# rest is for a machine so busy that for seconds it runs nobody.
VISIBILITY = 15
CONSUMER = ("-m", "celery", "--quiet", "-A", "luca.consumer", "worker", "-P", "solo")
logger = logging.getLogger(__name__)


class Town:
    """Two schools at a time, and everything between their pupils and the table."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.deploy = Path(shutil.copytree(DEPLOY, folder / "deploy"))
        queues = json.loads((self.deploy / "queues.json").read_text())
        queues["behavior-events-queue"]["visibility_timeout_seconds"] = VISIBILITY
        (self.deploy / "queues.json").write_text(json.dumps(queues))
        self.aws = embedded.start(folder / "home", deploy=self.deploy)
        self.port = int(self.aws.endpoint.rpartition(":")[2])
        self.proxy = Proxy(self.port)
        self.keys = Home(self.aws.home).keys
        self.secret_of = Mint(self.keys["session_secret"]).secret_of
        self.reader = Reader(self.aws, self.keys)
        self.logs: list[Path] = []

    def close(self) -> None:
        self.proxy.close()
        self.aws.kill()  # nobody will read its state

    def environment(self, role: str) -> dict[str, str]:
        """All settings of a process whose calls go through the proxy."""
        direct, through = self.aws.endpoint, self.proxy.endpoint
        found = self.aws.environment(role).items()
        return {name: value.replace(direct, through) for name, value in found}

    def restart(self) -> None:
        """Stop the embedded AWS as an operator does, and start it again with its state."""
        self.aws.stop()
        self.aws = embedded.start(self.folder / "home", self.port, deploy=self.deploy)

    def schools(self, number: int = 2) -> Ledger:
        """Schools that no other test knows, with a few pupils each."""
        self.proxy.forget()
        made = [f"school-{secrets.token_hex(4)}" for _ in range(number)]
        pupils = [Student(StudentId(f"pupil-{n}"), f"Pupil {n}") for n in range(PUPILS)]
        for name in made:
            with context.entered(school=name):
                tenants.create_school(School(SchoolId(name), "Liceo"))
                tenants.add_students(pupils)
        return Ledger(made)

    @contextmanager
    def consumer(self) -> Iterator[Consumer]:
        """Run the consumer in a process of its own, and let it drain at the end."""
        log = self.folder / f"consumer-{len(self.logs)}.log"
        self.logs.append(log)
        environ = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        environ |= self.environment("consumer") | {"LUCA_SERVICE": "consumer"}
        with log.open("wb") as output:
            process = subprocess.Popen(
                [sys.executable, *CONSUMER], cwd=ROOT, env=environ, stdout=output, stderr=output
            )
        made = Consumer(process, log)
        try:
            until(lambda: made.says("consumer_ready") or process.poll() is not None)
            assert process.poll() is None, log.read_text()
            yield made
        finally:
            process.terminate()
            try:
                process.wait(90)
            finally:
                process.kill()
                process.wait()

    def put(self, *bodies: str) -> None:
        """Send messages as they are, as whoever may send to the queue could."""
        for body in bodies:
            self.reader.sqs.send_message(QueueUrl=self.reader.queue, MessageBody=body)

    def in_work(self) -> int:
        return self.reader.depth(self.reader.queue)[1]

    def empty(self) -> bool:
        """Whether nothing waits at the queue and nothing is in work."""
        return self.reader.depth(self.reader.queue) == (0, 0)

    def settle(self) -> None:
        until(self.empty, 180)

    def count(self, ledger: Ledger, letters: list[Letter] | None = None, *, name: str) -> Count:
        """Count everything with the separate reader.

        Letters that a test has read already stay its own; others are removed, so that the next
        test begins without any.
        """
        found = self.reader.letters() if letters is None else letters
        result = count(ledger, self.reader.stored(), found)
        if letters is None:
            self.reader.remove(found)
        logger.info("%s: %s; handed out %s", name, result, dict(self.proxy.receives))
        return result


class Consumer:
    def __init__(self, process: subprocess.Popen[bytes], log: Path) -> None:
        self.process, self.log = process, log

    def says(self, text: str) -> bool:
        return text in self.log.read_text()

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def drain(self) -> int:
        """Ask it to end as a deployment does; return its exit code."""
        self.process.terminate()
        return self.process.wait(90)


def until(true: Callable[[], bool], seconds: float = 90) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)
