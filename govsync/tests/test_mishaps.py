"""The store is silent for a moment, or a worker dies between two writes."""

import time
from datetime import timedelta
from typing import Any

import pytest

from govsync import services
from govsync.domain import Line, Run, RunStatus, State
from govsync.repository import batches, runs
from govsync.services import advancing, applying, burying, freezing, leasing, sending
from govsync.tests.cast import AUTUMN, work
from govsync.tests.outside import Outside
from govsync.tests.test_runs import held, letters
from luca.aws.store.errors import Unreachable
from luca.kernel import context
from luca.kernel.ids import SchoolId
from tenants import services as tenants
from tenants.domain import School

pytestmark = pytest.mark.usefixtures("north")
FIRST = "00001"


def answered() -> Run:
    """A run whose first batch has its answer, which nobody has applied yet."""
    run = services.start(AUTUMN)
    freezing.snapshot(run)
    while sending.send_batch(run, FIRST)["outcome"] == "PACE":
        time.sleep(0.02)
    return run


def test_good_records_go_on_once_when_the_worker_dies_while_it_divides_their_batch(
    north: str, authority: Outside, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority.chaos(bad_share=0.2)  # of 120 some, in every school
    run = answered()
    spell = batches._line_item

    def die_at_the_end(of: str, line: Line) -> Any:
        if line.number == FIRST:
            raise KeyboardInterrupt
        return spell(of, line)

    with monkeypatch.context() as patch:
        patch.setattr(batches, "_line_item", die_at_the_end)
        with pytest.raises(KeyboardInterrupt):
            applying.mark_synced(run, FIRST)
    assert any(one.moved_to for one in batches.records(run.id, FIRST)), "it died half-way"

    found = work(run.id)

    assert found.run.status is RunStatus.DONE, found.run.execution
    rejected = found.records[State.REJECTED_DATA]
    assert rejected > 0
    assert found.records[State.VERIFIED] == len(held(authority, north)) == 120 - rejected
    assert {one["deliveries"] for one in held(authority, north)} == {1}


def test_a_store_that_is_silent_for_a_moment_costs_no_batch_its_life(
    authority: Outside,  # noqa: ARG001 -- it must run
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    save, calls = batches.save, 0

    def silent_once(batch: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == 2:  # the answer is there and cannot be written down
            raise Unreachable
        return save(batch)

    monkeypatch.setattr(batches, "save", silent_once)
    run = services.start(AUTUMN)

    found = work(run.id)

    assert found.records == {State.VERIFIED: 120, State.BLOCKED_LOCAL: 3}
    batch = batches.get(run.id, FIRST)
    assert batch is not None
    assert State.DEAD not in {one.state for one in batch.history}
    assert letters(run.id) == []


def test_an_answered_batch_is_not_buried_whatever_failed_after_the_answer(
    authority: Outside,  # noqa: ARG001 -- it must run
) -> None:
    run = answered()

    burying.bury(run, FIRST, {"Error": "Gov.Broken"})

    batch = batches.get(run.id, FIRST)
    assert batch is not None
    assert batch.state is State.ACCEPTED
    assert letters(run.id) == []
    assert work(run.id).records == {State.VERIFIED: 120, State.BLOCKED_LOCAL: 3}


@pytest.mark.slow
def test_a_run_that_took_too_long_leaves_a_letter_and_goes_on_where_it_was(
    authority: Outside,  # noqa: ARG001 -- it must run
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    run = answered()
    with monkeypatch.context() as patch:
        patch.setattr(advancing, "_elapsed", lambda _: float("inf"))
        ended = work(run.id)

    assert (ended.run.status, ended.run.execution.error) == (RunStatus.FAILED, "States.Timeout")
    assert [(one["kind"], one["error"]) for one in letters(run.id)] == [
        ("govsync.run", "States.Timeout")
    ]

    services.redrive(run.id)
    again = work(run.id)
    assert again.records == {State.VERIFIED: 120, State.BLOCKED_LOCAL: 3}
    # A worker is asked by message to take the letter out; it asks for just this.
    assert services.clear_letters(run.id, again.run.executions) == 1
    assert letters(run.id) == []


def test_a_school_that_cannot_be_read_keeps_no_other_school_s_run_asleep(
    north: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in (f"a{north}", f"z{north}"):
        tenants.create_school(School(SchoolId(name), "Colegio"))
    services.start(AUTUMN)
    under_way = runs.under_way

    def under_way_in_the_north() -> list[Run]:
        if context.school() != north:
            raise Unreachable
        return under_way()

    monkeypatch.setattr(runs, "under_way", under_way_in_the_north)
    monkeypatch.setattr(advancing, "OVERDUE", -timedelta(seconds=5))

    assert services.sweep() == 1


def test_a_lease_is_renewed_again_after_the_store_was_silent(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    run, calls = services.start(AUTUMN), 0

    def silent(*_: Any) -> None:
        nonlocal calls
        calls += 1
        raise Unreachable

    monkeypatch.setattr(runs, "extend", silent)
    monkeypatch.setattr(leasing, "RENEWED", 0.01)

    with leasing.kept(run, advancing.LEASE):
        time.sleep(0.2)

    assert calls > 1
