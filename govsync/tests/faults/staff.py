"""Schools with many small batches, and a crew of workers that may be killed one by one."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

from govsync import services
from govsync.domain import Batch, Run, RunStatus, State
from govsync.repository import batches
from govsync.services import freezing
from govsync.tests.cast import AUTUMN, school_year
from govsync.tests.outside import TOKEN, Outside
from govsync.tests.workers import ROOT
from luca.aws import queue
from luca.kernel import context

if TYPE_CHECKING:
    from luca.localaws.embedded import Embedded

PATIENCE = 240  # seconds; only guards against hanging
LEASE = 2.0
INTERVAL = 50  # seconds between two calls, in the time of the sync


@dataclass
class Worker:
    pid: int
    log: Path

    @property
    def moves(self) -> int:
        """How often it has moved a run to another state."""
        return self.log.read_text(errors="replace").count("run_moved") if self.log.exists() else 0

    @property
    def at_work(self) -> bool:
        """Whether it has moved a run already, and is so in the middle of it."""
        return bool(self.moves)

    def kill(self) -> None:
        """End it as a power cut would."""
        os.kill(self.pid, signal.SIGKILL)
        while True:
            with suppress(ProcessLookupError):
                os.kill(self.pid, 0)
                time.sleep(0.01)
                continue
            return


@dataclass
class Crew:
    """Workers of one nursery; `more` is what each of them has of its own."""

    nursery: "subprocess.Popen[str]"
    folder: Path
    hired: int = 0
    workers: list[Worker] = field(default_factory=list)

    def hire(self, **more: Any) -> Worker:
        log = self.folder / f"worker-{self.hired}.log"
        self.hired += 1
        assert self.nursery.stdin is not None
        assert self.nursery.stdout is not None
        self.nursery.stdin.write(json.dumps({"log": str(log), **more}) + "\n")
        self.nursery.stdin.flush()
        made = Worker(int(self.nursery.stdout.readline()), log)
        self.workers.append(made)
        return made

    def kill(self, worker: Worker) -> None:
        worker.kill()
        self.workers.remove(worker)

    def at_work(self) -> list[Worker]:
        return [one for one in self.workers if one.at_work]


@contextmanager
def crew(aws: "Embedded", folder: Path, authority: Outside, **settings: str) -> Iterator[Crew]:
    """Workers of the sync's queue; all are gone when the block ends."""
    environment = {
        **aws.environment("worker"),
        "PATH": os.environ["PATH"],
        "LUCA_SERVICE": "worker",
        "LUCA_AUTHORITY_URL": authority.url,
        "LUCA_AUTHORITY_TOKEN": TOKEN,
        **settings,
    }
    with (folder / "nursery.log").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "govsync.tests.faults.nursery"],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        )
    made = Crew(process, folder)
    try:
        yield made
    finally:
        for one in made.workers:
            with suppress(ProcessLookupError):
                one.kill()
        process.communicate()


@dataclass
class Campaign:
    """Runs of several schools, whose batches are frozen already and small."""

    authority: Outside
    runs: dict[str, Run]  # by school
    records: int  # of each school
    since: float

    def each(self) -> Iterator[tuple[str, Run]]:
        for school, run in self.runs.items():
            with context.entered(school=school):
                yield school, run

    def taken_and_unknown(self) -> list[tuple[str, str]]:
        """Batches that the authority has and whose answer the ledger does not know."""
        return [
            (school, batch.number)
            for school, run in self.each()
            if (batch := in_flight(run)) is not None
            and self.authority.ask("GET", f"/report/batches/{batch.key}")[0] == 200
        ]

    def ended(self) -> bool:
        """Let the scheduler tick; whether all runs have ended."""
        services.sweep()
        return all(services.run(run.id).status is not RunStatus.RUNNING for _, run in self.each())

    def calls(self) -> list[float]:
        rows = self.authority.read(f"/report/calls?since={self.since}")["calls"]
        return sorted(one["at"] for one in rows)


def campaign(authority: Outside, schools: list[str], *, batches_each: int) -> Campaign:
    """Begin the schools' runs; nobody works on them yet. Batches hold two records each."""
    runs = {}
    for school in schools:
        with context.entered(school=school):
            school_year(school, 2 * batches_each)
            runs[school] = _begun_and_frozen()
            assert len(batches.book(runs[school].id)) == batches_each
    return Campaign(authority, runs, 2 * batches_each, time.time())


def _begun_and_frozen() -> Run:
    """Begin a run and freeze it before any worker hears of it, who would make larger batches."""
    with patch.object(queue, "enqueue") as unsaid:
        run = services.start(AUTUMN)
        while freezing.snapshot(run)["more"]:
            pass
    for call in unsaid.call_args_list:
        queue.enqueue(*call.args, **call.kwargs)
    return run


def in_flight(run: Run) -> Batch | None:
    found = batches.next_open(run.id)
    batch = found and batches.get(run.id, found[0])
    return batch if batch and batch.state is State.IN_FLIGHT else None


def until(look: Callable[[], Any], pause: float = 0.02) -> Any:
    """Look until there is something to see."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        found = look()
        if found:
            return found
        time.sleep(pause)
    raise AssertionError("It did not happen in time.")


def check(done: Campaign, interval: float) -> None:
    """From outside: each record once, each batch under one key, the balance, the rate."""
    for school, run in done.each():
        found = services.status(run.id)
        assert found.run.status is RunStatus.DONE, found.run.execution
        assert found.records == {State.VERIFIED: done.records}
        assert found.balance is not None
        assert found.balance.balanced
        report = done.authority.report(school_id=school)
        assert report["records_distinct"] == report["records_accepted"] == done.records
        assert (report["records_counted_twice"], report["most_keys_of_a_body"]) == (0, 1)
        sent = done.authority.read(f"/report/batches?school_id={school}")["batches"]
        assert {one["bodies"] for one in sent} == {1}
        assert {one["key"] for one in sent} == {
            batch.key
            for line in batches.book(run.id)
            if (batch := batches.get(run.id, line.number)) is not None
        }
    check_rate(done.calls(), interval)


LATE = 2.0  # seconds that a call may spend between its slot and the authority on a busy machine


def check_rate(calls: list[float], interval: float) -> None:
    """However they are cut, so many calls have taken at least so long, but for a call's way."""
    for many in range(1, len(calls)):
        shortest = min(b - a for a, b in zip(calls, calls[many:], strict=False))
        assert shortest >= many * interval - LATE, f"{many} calls within {shortest} s"
