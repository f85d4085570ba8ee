"""Schools take turns at a worker; a run that is put back is never left lying."""

from dataclasses import replace
from datetime import timedelta

import pytest

from govsync import services
from govsync.domain import RunStatus, Step
from govsync.engine import Phase
from govsync.repository import runs
from govsync.services import advancing
from govsync.tests.cast import AUTUMN, work
from luca.kernel import clock


@pytest.mark.usefixtures("north", "authority")
def test_a_run_that_gives_up_its_worker_after_each_step_waits_for_no_lease(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(advancing, "TURN", 0.01)
    run = services.start(AUTUMN)

    found = work(run.id)

    assert found.run.status is RunStatus.DONE
    assert [one for one in services.steps(run.id) if one.note == "taken_over"] == []


@pytest.mark.usefixtures("north", "authority")
def test_a_run_that_takes_longer_than_47_hours_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    run = services.start(AUTUMN)
    monkeypatch.setattr(advancing, "_elapsed", lambda _: 47 * 3600)

    services.advance(run.id, run.version)

    ended = services.run(run.id)
    assert (ended.status, ended.execution.error) == (RunStatus.FAILED, "States.Timeout")


@pytest.mark.usefixtures("north", "authority")
def test_a_run_that_is_told_to_wait_for_days_ends_when_its_time_is_over(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    began = services.start(AUTUMN)
    later = clock.now() + timedelta(seconds=5 * 86_400 * began.time_scale)
    waiting = replace(began.execution, state="WaitTurn", phase=Phase.WAITING, seconds=5 * 86_400)
    run = replace(began, execution=waiting, version=1, times={"": later}, not_before=later)
    runs.move(run, 0, [Step(1, "WaitTurn", "WAITING", clock.now(), 1)])
    woken: list[float] = []
    monkeypatch.setattr(advancing, "wake", lambda _run, _version, seconds=0: woken.append(seconds))
    budget = 47 * 3600 * run.time_scale

    monkeypatch.setattr(advancing, "_elapsed", lambda _: budget - 30)
    services.advance(run.id, run.version)
    monkeypatch.setattr(advancing, "_elapsed", lambda _: budget + 1)
    services.advance(run.id, run.version)

    assert woken == [30], "and not after days"
    ended = services.run(run.id)
    assert (ended.status, ended.execution.error) == (RunStatus.FAILED, "States.Timeout")


@pytest.mark.slow
@pytest.mark.usefixtures("north", "authority")
def test_the_sweep_wakes_what_nobody_has_moved_and_nothing_else(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    woken: list[str] = []
    monkeypatch.setattr(advancing, "wake", lambda run, *_: woken.append(run))
    monkeypatch.setattr(advancing, "OVERDUE", timedelta(hours=1))  # a busy moment is long
    run = services.start(AUTUMN)
    services.sweep()
    assert run.id not in woken, "it was started a moment ago"

    monkeypatch.setattr(advancing, "OVERDUE", -advancing.LEASE)
    services.sweep()
    assert run.id in woken

    work(run.id)
    woken.clear()
    services.sweep()
    assert run.id not in woken
