"""How long an event takes from the table to an answer of the lake: `make bench NAME=lake_lag`.

The embedded AWS and the writer as `make up` runs it, at its default settings. An event is stored
every few seconds for some minutes, so that they meet the writer at every phase of its minute; a
question is asked every second and counts what it sees. Each event's lag is judged against TARGET
seconds, a round each, and the slowest decides.
"""

import json
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from bench.harness import Rounds

if TYPE_CHECKING:
    from luca.localaws.embedded import Embedded

ROOT = Path(__file__).parents[1]
SCHOOL, STUDENT = "bench-lag", "s1"
EVENTS, PAUSE, TARGET = 40, 4.0, 90.0
LOOK = 1.0  # seconds between two questions
LONGEST = 600.0  # seconds; only guards against hanging


@contextmanager
def stage() -> Iterator["Embedded"]:
    """The embedded AWS and the writer; this process is an operator's."""
    from luca.localaws import embedded, environment

    with tempfile.TemporaryDirectory(prefix="bench-lag-") as name:
        running = embedded.start(Path(name) / "home")
        try:
            os.environ["DJANGO_SETTINGS_MODULE"] = "luca.settings"
            environment.load(Path(name) / "home", "platform")
            import django

            django.setup()
            with writer(running, Path(name) / "lake.log"):
                yield running
        finally:
            running.kill()


@contextmanager
def writer(aws: "Embedded", log: Path) -> Iterator[None]:
    environ = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    environ |= aws.environment("lake") | {"LUCA_SERVICE": "lake"}
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "manage.py", "lake", "run"],
            cwd=ROOT,
            env=environ,
            stdout=output,
            stderr=output,
        )
    try:
        until(lambda: "lake_writer_ready" in log.read_text() or process.poll() is not None)
        assert process.poll() is None, log.read_text()[-2000:]
        yield
    finally:
        process.terminate()
        process.wait(LONGEST)


def open_school() -> None:
    from luca.kernel import context
    from luca.kernel.ids import SchoolId, StudentId
    from tenants import services as tenants
    from tenants.domain import School, Student

    with context.entered(school=SCHOOL):
        tenants.create_school(School(SchoolId(SCHOOL), "Colegio"))
        tenants.add_students([Student(StudentId(STUDENT), "Ana")])


def store() -> None:
    """Put one event into the table, as the consumer does."""
    from behavior import rules
    from behavior import services as behavior
    from behavior.domain import Event, Origin
    from luca.kernel import clock

    now = clock.now()
    sent = {"type": "login", "student": STUDENT, "time": clock.stamp(now)}
    origin = Origin(SCHOOL, STUDENT, "bench-lag", now)
    found = rules.read(json.dumps(sent).encode(), origin)
    behavior.store([one for one in found if isinstance(one, Event)])


def seen() -> int:
    """How many events the lake knows of."""
    from lake import services

    return sum(row[2] for row in services.ask("events_by_month", {}).rows)


def lags() -> list[float]:
    """Store one event after the other; the seconds until the lake has counted each."""
    from luca.kernel import context

    stored: list[float] = []
    found: list[float] = []
    began = time.monotonic()
    with context.entered(school=SCHOOL):
        while len(found) < EVENTS:
            assert time.monotonic() - began < LONGEST, f"{len(found)} of {EVENTS} were seen"
            if len(stored) < EVENTS and time.monotonic() >= began + PAUSE * len(stored):
                store()
                stored.append(time.monotonic())
            count, now = seen(), time.monotonic()
            assert count <= len(stored), "more than was stored"
            found += [now - at for at in stored[len(found) : count]]
            time.sleep(LOOK)
    return found


def until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + LONGEST
    while not true():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.1)


def main() -> bool:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # and the processes end with it
    with stage():
        open_school()
        found = lags()
    rounds = Rounds(tuple(found), (TARGET,) * len(found))
    met = max(found) < TARGET
    print(
        f"{len(found)} events: median {statistics.median(found):.0f} s, at most {max(found):.0f} s"
    )
    print(
        f"BENCH lake_lag ratio={max(rounds.ratios):.2f} range={rounds.range} target=1.0"
        f" {'met' if met else 'short'}"
    )
    return met


if __name__ == "__main__":
    sys.exit(not main())
