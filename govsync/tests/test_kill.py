"""Workers are killed in the middle of a run; nothing is lost and nothing is sent twice."""

import sys
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from govsync import definition, services
from govsync.domain import RunStatus, State
from govsync.repository import batches, runs
from govsync.services import Status
from govsync.tests.cast import AUTUMN, school_year
from govsync.tests.conftest import SCALE
from govsync.tests.outside import TOKEN, Outside
from govsync.tests.test_edited import edited
from govsync.tests.workers import kill, worker
from luca.aws import queue

if TYPE_CHECKING:
    from subprocess import Popen

    from luca.localaws.embedded import Embedded

Hire = Callable[[], AbstractContextManager["Popen[bytes]"]]
pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("soon_seen_again")]
RECORDS = 450


@pytest.fixture(autouse=True)
def nobody_else_writes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Closing a period need not wait for writers."""
    monkeypatch.setattr(sys.modules["tenants.services.schools"], "GRACE", timedelta())


@pytest.fixture
def at_work(aws: "Embedded", authority: Outside, tmp_path: Path) -> Hire:
    """Start workers that know the authority, and run in scaled time as this process does."""

    def hire() -> AbstractContextManager["Popen[bytes]"]:
        return worker(
            aws,
            tmp_path / "worker.log",
            LUCA_AUTHORITY_URL=authority.url,
            LUCA_AUTHORITY_TOKEN=TOKEN,
            GOVSYNC_TIME_SCALE=str(SCALE),
        )

    return hire


def until(look: Callable[[], Any], seconds: float = 400) -> Any:
    """Look until there is something to see.

    What a dead worker's last poll has taken comes again, and not at once.
    """
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = look()
        if found:
            return found
        time.sleep(0.02)
    raise AssertionError("It did not happen in time.")


def in_flight(run: str) -> str:
    """The batch that is with the authority at this moment."""
    found = batches.next_open(run)
    batch = found and batches.get(run, found[0])
    return batch.number if batch and batch.state is State.IN_FLIGHT else ""


def ended(run: str) -> Status | None:
    """Let the scheduler tick; return the run when it has ended."""
    queue.enqueue("govsync.sweep", queue="sync")
    time.sleep(1)
    found = services.status(run)
    return None if found.run.status is RunStatus.RUNNING else found


def tick() -> bool:
    """What the scheduler does every minute; nothing comes of it at once."""
    services.sweep()
    return False


def check(authority: Outside, school: str, found: Status) -> None:
    """Each record once, each batch under one key, and everything accounted for."""
    assert found.run.status is RunStatus.DONE, found.run.execution
    assert found.records == {State.VERIFIED: RECORDS, State.BLOCKED_LOCAL: 3}
    assert found.balance is not None
    assert found.balance.balanced
    authority.chaos()  # it answers who asks for the outcome
    held = authority.read(f"/api/grades?school_id={school}&period={AUTUMN}")["records"]
    assert len(held) == RECORDS
    assert {one["deliveries"] for one in held} == {1}
    sent = [
        one for one in authority.read("/report/batches")["batches"] if one["school_id"] == school
    ]
    keys = {
        line.number: batches.get(found.run.id, line.number) for line in batches.book(found.run.id)
    }
    assert {one["bodies"] for one in sent} == {1}
    assert {one["key"] for one in sent} == {
        batch.key for batch in keys.values() if batch and batch.key
    }


@pytest.mark.parametrize("text", ["deployed", "edited"])
def test_a_worker_killed_after_the_authority_took_a_batch_and_before_we_knew(
    school: str,
    authority: Outside,
    at_work: Hire,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    text: str,
) -> None:
    school_year(school, RECORDS, ungraded=3)
    if text == "edited":
        monkeypatch.setattr(definition, "FILE", edited(tmp_path))
    authority.chaos(slow_share=1, slow_seconds=1)
    run = services.start(AUTUMN)
    with at_work() as first:
        number = until(lambda: taken_and_unknown(authority, run.id))
        kill(first)
        batch = batches.get(run.id, number)
        assert batch is not None
        assert batch.state is State.IN_FLIGHT, "it was under way when the worker died"
    authority.chaos(error_share=0.3, slow_share=0.2, slow_seconds=0.2)

    with at_work():
        found = until(lambda: ended(run.id))

    check(authority, school, found)
    again = batches.get(run.id, number)
    assert again is not None
    assert State.ACCEPTED_DUPLICATE in [one.state for one in again.history]
    if text == "edited":
        assert "Deliver" in {one.state for one in services.steps(run.id)}


def taken_and_unknown(authority: Outside, run: str) -> str:
    number = in_flight(run)
    batch = batches.get(run, number) if number else None
    if batch is None:
        return ""
    status, _ = authority.ask("GET", f"/report/batches/{batch.key}")
    return number if status == 200 else ""


def test_a_worker_killed_in_the_middle_of_the_snapshot(
    school: str,
    authority: Outside,
    at_work: Hire,
) -> None:
    school_year(school, RECORDS, ungraded=3)
    run = services.start(AUTUMN)
    with at_work() as first:
        until(lambda: 0 < len(batches.book(run.id)) < RECORDS // 100)
        kill(first)
        assert runs.snapshot(run.id) is None, "it was not finished when the worker died"

    with at_work():
        found = until(lambda: ended(run.id))

    check(authority, school, found)


def test_two_workers_share_a_run_that_meets_all_kinds_of_trouble(
    school: str,
    authority: Outside,
    at_work: Hire,
) -> None:
    school_year(school, RECORDS, ungraded=3)
    authority.chaos(
        error_share=0.3, timeout_share=0.1, slow_share=0.1, slow_seconds=0.2, outage_for=2
    )
    run = services.start(AUTUMN)
    with (
        at_work(),
        at_work(),
    ):
        found = until(lambda: ended(run.id), 200)
        authority.chaos()
        for _ in range(3):  # what died under so much trouble is sent again, under its key
            if not services.dead(run.id):
                break
            services.redrive(run.id)
            found = until(lambda: ended(run.id))

    check(authority, school, found)


def test_a_worker_killed_again_and_again_finishes(
    school: str,
    authority: Outside,
    at_work: Hire,
) -> None:
    school_year(school, RECORDS, ungraded=3)
    authority.chaos(slow_share=1, slow_seconds=0.3)
    run = services.start(AUTUMN)
    for _ in range(3):
        with at_work() as victim:
            until(lambda: in_flight(run.id) or tick())
            kill(victim)
            assert in_flight(run.id)
    authority.chaos()

    with at_work():
        found = until(lambda: ended(run.id))

    check(authority, school, found)
