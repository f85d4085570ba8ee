"""Schools take turns at a worker; a run that is put back is never left lying."""

from datetime import timedelta

import pytest

from govsync import services
from govsync.domain import RunStatus
from govsync.services import advancing
from govsync.tests.cast import AUTUMN, work


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
