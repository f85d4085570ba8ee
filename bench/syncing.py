"""The stage of the sync's benchmarks: a closed period, the authority, a worker, embedded AWS."""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from govsync.domain import Run
    from govsync.tests.outside import Outside
    from luca.localaws.embedded import Embedded

ROOT = Path(__file__).parents[1]
PERIOD, CCT, STUDENTS = "2026-1", "09DPR1234X", 1000
PATIENCE = 3600  # seconds; only guards against hanging
OPTIONS = (
    *("-A", "luca", "worker", "-P", "threads", "-c", "4"),
    *("--without-gossip", "--without-mingle", "--without-heartbeat", "-Q"),
)


@dataclass
class Stage:
    aws: "Embedded"
    authority: "Outside"
    folder: Path


@contextmanager
def stage(**settings: str) -> Iterator[Stage]:
    """Everything but a worker; this process is an operator's."""
    from govsync.tests.outside import TOKEN, simulator
    from luca.localaws import embedded, environment

    with tempfile.TemporaryDirectory() as name, simulator(Path(name) / "authority") as authority:
        folder = Path(name)
        running = embedded.start(folder / "home")
        try:
            os.environ.update(
                {
                    "LUCA_AUTHORITY_URL": authority.url,
                    "LUCA_AUTHORITY_TOKEN": TOKEN,
                    "DJANGO_SETTINGS_MODULE": "luca.settings",
                    **settings,
                }
            )
            environment.load(folder / "home", "platform")
            import django

            django.setup()
            schools: Any = import_module("tenants.services.schools")
            schools.GRACE = timedelta()  # a period may be closed as soon as it is over
            yield Stage(running, authority, folder)
        finally:
            running.kill()


@contextmanager
def worker(at: Stage, interval: float = 0) -> Iterator[Counter[str]]:
    """A real worker of the sync's queue; when the block ends its calls are in the counter."""
    mine = at.aws.environment("worker")
    given = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    file, calls = at.folder / "calls.json", Counter[str]()
    queue = mine["LUCA_SYNC_QUEUE_URL"].rpartition("/")[2]
    with (at.folder / "worker.log").open("ab") as log:
        process = subprocess.Popen(  # noqa: S603 -- our own module
            [sys.executable, "-m", "bench.sync_worker", str(file), str(interval), *OPTIONS, queue],
            cwd=ROOT,
            env={**mine, **given, "LUCA_SERVICE": "worker"},
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    try:
        yield calls
        process.send_signal(signal.SIGTERM)
        process.wait(120)
        calls.update(json.loads(file.read_text(encoding="utf-8")))
    finally:
        if process.poll() is None:
            process.kill()
        process.wait(60)


def fill(school: str, records: int) -> None:
    """Found a school with a closed period of so many grades that wait to be sent."""
    from grades import services as grades
    from luca.aws import store
    from luca.kernel import context
    from tenants import services as tenants
    from tenants.domain import Period, School, Student

    students = [f"s{n:04d}" for n in range(min(STUDENTS, -(-records // 10)))]
    tenants.create_school(School(school, "Bench", cct=CCT))  # type: ignore[arg-type]
    with context.entered(school=school):
        tenants.save_period(Period(PERIOD, "Bench", date(2026, 8, 1), date(2026, 12, 18)))  # type: ignore[arg-type]
        tenants.add_students(Student(one, "Ada", "Núñez") for one in students)  # type: ignore[arg-type]
        grades.consolidate(PERIOD, close=True)  # type: ignore[arg-type]
        store.batch_put(
            _waiting(students[n % len(students)], f"subject-{n // len(students):02d}", n)
            for n in range(records)
        )


def _waiting(student: str, subject: str, n: int) -> Any:
    """A consolidated grade that waits for the government, as the night leaves it."""
    from grades.domain import Grade, Publish, SyncState, Verdict
    from grades.repository import grades
    from luca.kernel import clock

    score = Decimal(50 + n % 50)
    return grades._grade_item(  # noqa: SLF001 -- in bulk, which nobody else does
        Grade(
            student=student,  # type: ignore[arg-type]
            subject=subject,  # type: ignore[arg-type]
            period=PERIOD,  # type: ignore[arg-type]
            score=score,
            current=score,
            final=score,
            verdict=Verdict.PASSED,
            published=Publish.FINAL,
            evaluations_count=5,
            last_calculated=clock.now(),
            version=1,
            rules_version=1,
            places=0,
            trace_hash="0" * 64,
            sync_state=SyncState.PENDING,
        )
    )


def finished(school: str) -> "Run":
    """Start the school's run and wait for its end, which must be a good one."""
    from govsync import services
    from govsync.domain import RunStatus
    from luca.kernel import context

    until = time.monotonic() + PATIENCE
    with context.entered(school=school):
        run = services.start(PERIOD)  # type: ignore[arg-type]
        while run.status is RunStatus.RUNNING:
            if time.monotonic() > until:
                raise TimeoutError(f"{school} has not ended: {run.execution}")
            time.sleep(0.25)
            run = services.run(run.id)
    return run


def seconds(run: "Run") -> float:
    """From its start to its end, by its own books."""
    assert run.finished is not None
    return (run.finished - run.started).total_seconds()
