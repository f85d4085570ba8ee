"""A school whose sync is held: nothing leaves, nothing is lost, and it goes on where it was."""

import time
from typing import Any

import pytest

from govsync import keys, pace, services
from govsync.domain import HoldReason, RunStatus, State
from govsync.models import HoldItem
from govsync.repository import batches, runs
from govsync.services import advancing, freezing, sending
from govsync.tests.cast import AUTUMN, school_year, work
from govsync.tests.outside import TOKEN, Outside
from govsync.tests.test_command import said
from govsync.tests.test_runs import batches_seen, letters
from govsync.tests.test_runs import held as kept
from luca.aws import store
from luca.aws.audit import AuditItem, day
from luca.kernel import clock, context
from luca.kernel.errors import Conflict

pytestmark = pytest.mark.usefixtures("village")
FIRST = "00001"


def acts() -> list[tuple[str, str]]:
    """What the audit log of today says about the sync, and who did it."""
    found = store.every(AuditItem, day(clock.now().date()), consistent=True)
    return [(one.action, one.actor) for one in found if one.action.startswith("sync.")]


def in_the_middle() -> Any:
    """A run whose first batch is answered and whose second was never sent."""
    run = services.start(AUTUMN)
    until = time.monotonic() + 60
    while time.monotonic() < until:
        found = batches.get(run.id, FIRST)
        if found is not None and found.applied:
            return services.run(run.id)
        services.advance(run.id, services.run(run.id).version)
        time.sleep(0.02)
    raise AssertionError("The first batch was not answered.")


def one_step_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(advancing, "TURN", 0.01)


def test_a_paused_school_sends_nothing_and_goes_on_where_it_was(
    village: str, authority: Outside, monkeypatch: pytest.MonkeyPatch
) -> None:
    one_step_at_a_time(monkeypatch)
    run = in_the_middle()
    assert run.status is RunStatus.RUNNING, "it is in the middle"
    before = len(batches_seen(authority, village))

    with context.entered(school=village, actor="olga", groups=frozenset({"gov_operator"})):
        hold = services.pause()

    paused = services.run(run.id)
    assert (paused.status, paused.execution.error) == (RunStatus.PAUSED, "Gov.Paused")
    assert (hold.reason, hold.by) == (HoldReason.OPERATOR, "olga")
    assert services.held() == hold
    services.advance(run.id, paused.version)
    services.advance(run.id, run.version)
    assert services.run(run.id) == paused, "no wake-up moves it"
    assert len(batches_seen(authority, village)) == before

    with context.entered(school=village, actor="olga", groups=frozenset({"gov_operator"})):
        (resumed,) = services.resume()

    assert (resumed.id, resumed.executions) == (run.id, 2)
    assert services.held() is None
    found = work(run.id)
    assert found.records == {State.VERIFIED: 6, State.BLOCKED_LOCAL: 1}
    assert {one["deliveries"] for one in kept(authority, village)} == {1}
    assert letters(run.id) == [], "a pause is nothing that anybody has to repair"
    assert acts() == [
        ("sync.started", "operator"),
        ("sync.paused", "olga"),
        ("sync.resumed", "olga"),
    ]


def test_refused_credentials_hold_the_school_and_its_batch_stays_open_under_its_key(
    village: str, authority: Outside, settings: Any
) -> None:
    settings.AUTHORITY_TOKEN = "wrong"
    with context.entered(school=village, actor="olga"):
        run = services.start(AUTUMN)

    stopped = work(run.id)

    assert (stopped.run.status, stopped.run.execution.error) == (RunStatus.PAUSED, "Gov.Held")
    hold = services.held()
    assert hold is not None
    assert (hold.reason, hold.by) == (HoldReason.UNAUTHORIZED, "")
    batch = batches.get(run.id, FIRST)
    assert batch is not None
    assert (batch.state, batch.applied) == (State.REJECTED_AUTH, False)
    refused = {State.REJECTED_AUTH: 3, State.PENDING: 3, State.BLOCKED_LOCAL: 1}
    assert stopped.records == refused, "its status says so as well"
    assert letters(run.id) == []
    assert acts()[-1] == ("sync.paused", "operator"), "who started it did not pause it"

    settings.AUTHORITY_TOKEN = TOKEN
    services.resume()
    assert work(run.id).records == {State.VERIFIED: 6, State.BLOCKED_LOCAL: 1}
    assert batch.key in {one["key"] for one in batches_seen(authority, village)}
    assert len(batches_seen(authority, village)) == 2


def test_credentials_that_are_refused_while_reading_back_hold_it_too(
    authority: Outside,  # noqa: ARG001 -- it must run
    settings: Any,
) -> None:
    run = services.start(AUTUMN)
    work(run.id)
    settings.AUTHORITY_TOKEN = "wrong"
    services.reconcile(run.id)

    stopped = work(run.id)

    assert (stopped.run.status, stopped.run.execution.error) == (RunStatus.PAUSED, "Gov.Held")
    assert letters(run.id) == []
    settings.AUTHORITY_TOKEN = TOKEN
    services.resume()
    assert work(run.id).run.status is RunStatus.DONE


def test_a_wrong_address_holds_the_school_at_its_first_call_and_blames_no_record(
    village: str, authority: Outside, settings: Any
) -> None:
    settings.AUTHORITY_URL = f"{authority.url}/old"
    run = services.start(AUTUMN)

    stopped = work(run.id)

    hold = services.held()
    assert hold is not None
    assert (stopped.run.status, hold.reason) == (RunStatus.PAUSED, HoldReason.MISDIRECTED)
    left = {State.RETRYABLE: 3, State.PENDING: 3, State.BLOCKED_LOCAL: 1}
    assert stopped.records == left
    batch = batches.get(run.id, FIRST)
    assert batch is not None
    assert (batch.state, batch.attempts, batch.answer) == (State.RETRYABLE, 1, "404 other")
    assert letters(run.id) == []

    settings.AUTHORITY_URL = authority.url
    services.resume()
    assert work(run.id).records == {State.VERIFIED: 6, State.BLOCKED_LOCAL: 1}
    assert {one["bodies"] for one in batches_seen(authority, village)} == {1}


def test_a_wrong_address_while_reading_back_holds_it_too(authority: Outside, settings: Any) -> None:
    run = services.start(AUTUMN)
    work(run.id)
    settings.AUTHORITY_URL = f"{authority.url}/old"
    services.reconcile(run.id)

    assert work(run.id).run.status is RunStatus.PAUSED
    hold = services.held()
    assert hold is not None
    assert hold.reason is HoldReason.MISDIRECTED


def test_one_school_s_hold_is_no_other_school_s(
    village: str,
    authority: Outside,  # noqa: ARG001 -- it must run
) -> None:
    south = f"south-{village[-8:]}"
    school_year(south, 2)
    services.pause()

    with context.entered(school=south):
        assert services.held() is None
        assert work(services.start(AUTUMN).id).records == {State.VERIFIED: 2}


def test_while_a_school_is_held_no_run_begins(authority: Outside) -> None:  # noqa: ARG001 -- it must run
    run = services.start(AUTUMN)
    work(run.id)
    services.pause()

    for act in (
        lambda: services.start(AUTUMN),
        lambda: services.preview(AUTUMN),
        lambda: services.redrive(run.id),
        lambda: services.reconcile(run.id),
    ):
        with pytest.raises(Conflict) as refused:
            act()
        assert refused.value.code == "sync_held"
    assert services.run(run.id).status is RunStatus.DONE, "an ended run is not touched"


def test_a_call_whose_turn_had_come_is_written_down_and_not_repeated(
    village: str, authority: Outside, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = services.start(AUTUMN)
    freezing.snapshot(run)
    wait = pace.await_turn

    def pause_at_the_last_moment(slot: Any) -> None:
        services.pause()
        wait(slot)

    with monkeypatch.context() as patch:
        patch.setattr(pace, "await_turn", pause_at_the_last_moment)
        assert sending.send_batch(services.run(run.id), FIRST)["outcome"] == "ANSWERED"
    assert sending.send_batch(services.run(run.id), "00002")["outcome"] == "STOP"
    assert len(batches_seen(authority, village)) == 1

    services.resume()
    assert work(run.id).records == {State.VERIFIED: 6, State.BLOCKED_LOCAL: 1}
    assert [one["calls"] for one in batches_seen(authority, village)] == [1, 1]


def test_pausing_and_resuming_twice_is_the_same_as_once(authority: Outside) -> None:  # noqa: ARG001 -- it must run
    run = services.start(AUTUMN)
    first = services.pause()

    assert services.pause("unauthorized") == first, "the first reason stays"
    assert [one.id for one in services.resume()] == [run.id]
    assert services.resume() == []
    assert [act for act, _ in acts()] == ["sync.started", "sync.paused", "sync.resumed"]
    assert work(run.id).run.status is RunStatus.DONE


def test_a_run_that_noticed_the_hold_after_it_was_lifted_is_resumed_all_the_same(
    authority: Outside,  # noqa: ARG001 -- it must run
    village: str,
) -> None:
    run = services.start(AUTUMN)
    services.pause()
    store.delete(HoldItem(keys.runs(), keys.HOLD))

    with pytest.raises(Conflict) as refused:
        services.start(AUTUMN)
    assert refused.value.code == "run_paused"
    would = said("resume", "--school", village, "--dry-run")
    assert would == f"Nothing is held; runs that would go on: {run.id}\n"
    assert said("resume", "--school", village) == f"Nothing is held; runs that go on: {run.id}\n"
    assert work(run.id).run.status is RunStatus.DONE


def test_a_hold_is_no_run(authority: Outside) -> None:  # noqa: ARG001 -- it must run
    run = services.start(AUTUMN)
    services.pause()

    assert runs.listed() == [run.id]
    assert services.latest().id == run.id


def test_nothing_is_resumed_where_nothing_is_paused() -> None:
    assert services.resume() == []
    assert acts() == []
