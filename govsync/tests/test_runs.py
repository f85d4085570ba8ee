"""A run from the first grade to the balance, against the simulated authority."""

import json
import threading
import time
from typing import Any

import pytest

from govsync import definition, services
from govsync.domain import RunStatus, State
from govsync.repository import batches, runs
from govsync.services import freezing
from govsync.tests.cast import AUTUMN, MATHS, students, work, work_until_one_is_dead
from govsync.tests.outside import Outside
from grades import services as grades
from grades.domain import SyncState
from luca.aws import dead_letters
from luca.aws.audit import Action
from luca.kernel.errors import Conflict, NotFound

pytestmark = pytest.mark.usefixtures("north")


def held(authority: Outside, school: str) -> list[dict[str, Any]]:
    found = authority.read(f"/api/grades?school_id={school}&period={AUTUMN}")
    records: list[dict[str, Any]] = found["records"]
    return records


def batches_seen(authority: Outside, school: str) -> list[dict[str, Any]]:
    return [
        one for one in authority.read("/report/batches")["batches"] if one["school_id"] == school
    ]


def letters(run: str) -> list[dict[str, Any]]:
    """What the queue of dead letters holds of a run; it stays there."""
    with dead_letters.Walk("sync-dlq") as walk:
        found = [json.loads(one.message.body) for one in walk.found()]
    return [one for one in found if one.get("run") == run]


def _die(*_: Any) -> None:
    raise KeyboardInterrupt


def heal_after(authority: Outside, outcome: str) -> threading.Thread:
    """Switch the chaos off as soon as it has struck once more."""
    before = authority.report()["outcomes"].get(outcome, 0)

    def look() -> None:
        while authority.report()["outcomes"].get(outcome, 0) == before:
            time.sleep(0.02)
        authority.chaos()

    looking = threading.Thread(target=look, daemon=True)
    looking.start()
    return looking


def test_every_grade_of_a_closed_period_arrives_and_the_run_balances(
    north: str, authority: Outside
) -> None:
    run = services.start(AUTUMN)

    found = work(run.id)

    assert found.run.status is RunStatus.DONE, found.run.execution
    assert found.records == {State.VERIFIED: 120, State.BLOCKED_LOCAL: 3}
    assert found.balance is not None
    assert (found.balance.snapshot, found.balance.balanced) == (123, True)
    assert len(held(authority, north)) == 120
    assert {one["deliveries"] for one in held(authority, north)} == {1}
    grade = grades.grade(students(1)[0], MATHS, AUTUMN)
    assert grade is not None
    assert grade.sync_state is SyncState.SYNCED


def test_a_record_tells_what_happened_to_it(authority: Outside) -> None:  # noqa: ARG001 -- it must run
    run = services.start(AUTUMN)
    work(run.id)

    (record, *_) = batches.records(run.id, "00001")
    (blocked, *_) = batches.records(run.id, "B0001")
    batch = batches.get(run.id, "00001")

    assert [one.state for one in record.history] == [
        State.PENDING,
        State.ACCEPTED,
        State.VERIFIED,
    ]
    assert (blocked.state, blocked.reason) == (State.BLOCKED_LOCAL, "undefined_grade")
    assert batch is not None
    assert [(one.state, one.attempt) for one in batch.history][:3] == [
        (State.PENDING, 0),
        (State.IN_FLIGHT, 1),
        (State.ACCEPTED, 1),
    ]


def test_a_second_run_has_nothing_left_but_what_is_blocked(north: str, authority: Outside) -> None:
    work(services.start(AUTUMN).id)
    before = len(batches_seen(authority, north))

    found = work(services.start(AUTUMN).id)

    assert found.records == {State.BLOCKED_LOCAL: 3}
    assert found.balance is not None
    assert found.balance.balanced
    assert len(batches_seen(authority, north)) == before


def test_a_call_that_was_taken_and_not_answered_is_repeated_under_its_key(
    north: str, authority: Outside
) -> None:
    authority.chaos(timeout_share=1)
    run = services.start(AUTUMN)
    healed = heal_after(authority, "accepted_unanswered")

    found = work(run.id)
    healed.join()

    assert found.records[State.VERIFIED] == 120
    first = next(one for one in batches_seen(authority, north) if one["records"] == 100)
    assert (first["calls"] > 1, first["bodies"]) == (True, 1)
    assert {one["deliveries"] for one in held(authority, north)} == {1}
    history = batches.records(run.id, "00001")[0].history
    assert history[1].state is State.ACCEPTED_DUPLICATE


def test_an_outage_shorter_than_the_waits_costs_nothing(north: str, authority: Outside) -> None:
    authority.chaos(outage_for=600)
    run = services.start(AUTUMN)
    healed = heal_after(authority, "outage")

    found = work(run.id)
    healed.join()

    assert found.records == {State.VERIFIED: 120, State.BLOCKED_LOCAL: 3}
    waits = [one.state for one in services.steps(run.id) if one.phase == "WAITING"]
    assert "WaitBackoff" in waits
    assert len(held(authority, north)) == 120


def test_bad_records_are_rejected_and_the_good_go_on_under_a_new_key(
    north: str, authority: Outside
) -> None:
    authority.chaos(bad_share=0.2)  # of 120 some, in every school
    run = services.start(AUTUMN)

    found = work(run.id)

    rejected = found.records[State.REJECTED_DATA]
    assert rejected > 0
    assert found.records[State.VERIFIED] == 120 - rejected
    assert found.balance is not None
    assert found.balance.balanced
    assert len(held(authority, north)) == 120 - rejected
    keys = [one["key"] for one in batches_seen(authority, north)]
    assert len(keys) == len(set(keys)) > 2
    assert {one["bodies"] for one in batches_seen(authority, north)} == {1}
    split = batches.get(run.id, "00001.1")
    assert split is not None
    assert split.count < 100


@pytest.mark.slow
def test_a_batch_that_never_passes_dies_with_instructions_and_is_redriven_under_its_key(
    north: str, authority: Outside
) -> None:
    run = services.start(AUTUMN)
    authority.chaos(error_share=1)
    work_until_one_is_dead(run.id)
    authority.chaos()

    ended = work(run.id)

    assert ended.run.status is RunStatus.DONE, "the run goes on with the next batch"
    assert ended.records == {State.VERIFIED: 20, State.DEAD: 100, State.BLOCKED_LOCAL: 3}
    assert ended.balance is not None
    assert ended.balance.balanced, "a dead record is accounted for"
    (letter,) = letters(run.id)
    assert (letter["school_id"], letter["batch"], letter["attempts"]) == (north, "00001", 4)
    assert letter["last_answer"].startswith("503")
    assert "redrive" in letter["what_to_do"]

    assert services.redrive(run.id) == 1
    again = work(run.id)

    assert again.records == {State.VERIFIED: 120, State.BLOCKED_LOCAL: 3}
    assert services.clear_letters(run.id, again.run.executions) == 1
    assert letters(run.id) == []
    assert len({one["key"] for one in batches_seen(authority, north)}) == 2


def test_what_the_authority_lost_or_changed_is_found_when_read_back(
    north: str, authority: Outside, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = services.start(AUTUMN)
    work(run.id)
    (lost, changed, *_) = batches.records(run.id, "00001")
    with monkeypatch.context() as patch:
        wrong = {one["record_id"]: one["revision"] for one in held(authority, north)}
        del wrong[lost.sent_as]
        wrong[changed.sent_as] = "something else"
        patch.setattr("govsync.services.reconciling._held", lambda *_: wrong)
        services.reconcile(run.id)

        found = work(run.id)

    assert (found.run.status, found.run.execution.error) == (RunStatus.FAILED, "Gov.Unbalanced")
    assert found.records[State.DRIFTED] == 2
    assert found.balance is not None
    assert "2 DRIFTED" in found.balance.differences
    reasons = {one.reason for one in batches.records(run.id, "00001")}
    assert reasons >= {"missing", "other_revision"}
    services.reconcile(run.id)
    assert work(run.id).records[State.VERIFIED] == 120, "the next look finds them as they were"


def test_a_snapshot_that_is_cut_off_anywhere_is_finished_without_a_grade_twice(
    north: str, authority: Outside, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each write of the snapshot fails once, as if the worker had died just before it."""
    run = services.start(AUTUMN)
    deaths = 0
    for name in ("draft", "freeze") * 3:
        with monkeypatch.context() as patch:
            patch.setattr(batches, name, _die)
            try:
                freezing.snapshot(services.run(run.id))
            except KeyboardInterrupt:
                deaths += 1

    found = work(run.id)

    assert deaths == 6, "before and after each of two batches, and the blocked one"
    assert found.records == {State.VERIFIED: 120, State.BLOCKED_LOCAL: 3}
    assert {one["deliveries"] for one in held(authority, north)} == {1}
    assert len(held(authority, north)) == 120


def test_a_wake_up_about_another_version_changes_nothing(authority: Outside) -> None:  # noqa: ARG001 -- it must run
    run = services.start(AUTUMN)
    services.advance(run.id, 7)

    assert services.run(run.id).version == 0

    work(run.id)
    ended = services.run(run.id)
    services.advance(run.id, ended.version)
    assert services.run(run.id) == ended


def test_of_two_workers_with_one_wake_up_only_one_moves_the_run(
    authority: Outside,  # noqa: ARG001 -- it must run
) -> None:
    run = services.start(AUTUMN)
    before = services.run(run.id)
    services.advance(run.id, 0)

    with pytest.raises(Conflict):
        runs.restart(before, before.version, definition.current(), Action.SYNC_RECONCILED)


def test_a_run_is_started_once_and_for_a_closed_period_only(authority: Outside) -> None:  # noqa: ARG001 -- it must run
    run = services.start(AUTUMN)

    with pytest.raises(Conflict, match=run.id):
        services.start(AUTUMN)
    with pytest.raises(NotFound):
        services.start("2031-1")  # type: ignore[arg-type]
    with pytest.raises(Conflict, match="under way"):
        services.redrive(run.id)


def test_a_preview_counts_and_writes_nothing(authority: Outside) -> None:  # noqa: ARG001 -- it must run
    assert services.preview(AUTUMN) == {"records": 120, "undefined_grade": 3}
    assert runs.listed() == []
