"""Calls that nobody works on, results that come too late, and clocks that jump."""

import sys
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pytest_django.fixtures import Settings

from govsync import services
from govsync.domain import Run, RunStatus
from govsync.engine import Call, Event, Execution, Phase, TaskDone
from govsync.repository import runs
from govsync.rules import turns
from govsync.services import advancing
from govsync.tests.cast import AUTUMN, school_year
from govsync.tests.machines import task
from govsync.tests.scripted import Power, answering, content, cut_off, started
from luca.aws.tests.copying import Schools
from luca.kernel import clock
from luca.kernel.ids import RunId

ONCE_MORE = {"ErrorEquals": ["States.HeartbeatTimeout"], "IntervalSeconds": 2, "MaxAttempts": 1}
ASK = {"Ask": task(HeartbeatSeconds=300, TimeoutSeconds=900, Retry=[ONCE_MORE])}
CALL = turns.Turn("", Call("", {}, timeout=900, heartbeat=300))
WAIT = {"Rest": {"Type": "Wait", "Seconds": 50, "End": True}}


@pytest.fixture(autouse=True)
def one_grade(
    school: str, schools: Schools, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A school with a closed period, and time as it is."""
    settings.GOVSYNC_TIME_SCALE = 1
    monkeypatch.setattr(sys.modules["tenants.services.schools"], "GRACE", timedelta())
    schools.furnish(school, school_year, 1)


def abandoned(monkeypatch: pytest.MonkeyPatch, folder: Path) -> Run:
    """A run whose worker died in the middle of its call."""
    run = started(monkeypatch, folder, ASK)
    answering(monkeypatch, cut_off)
    with pytest.raises(Power):
        services.advance(run.id, run.version)
    return services.run(run.id)


def later(seconds: float) -> Any:
    return clock.stopped(clock.now() + timedelta(seconds=seconds))


def notes(run: Run) -> list[str]:
    return [one.note for one in services.steps(run.id) if one.note]


def test_a_call_that_somebody_left_a_moment_ago_is_made_again(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    run = abandoned(monkeypatch, tmp_path)
    asked = answering(monkeypatch, content)

    services.advance(run.id, run.version)
    assert asked == [], "its lease holds"
    with later(30):
        services.advance(run.id, run.version)

    assert len(asked) == 1
    assert services.run(run.id).status is RunStatus.DONE
    assert notes(run) == ["taken_over"]


def test_a_call_that_nobody_worked_on_for_too_long_is_a_missed_heartbeat(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    run = abandoned(monkeypatch, tmp_path)
    asked = answering(monkeypatch, content)

    with later(299):  # its last sign of life was at the beginning
        services.advance(run.id, run.version - 1)
        assert asked == [], "a stale message"
    with later(301):
        services.advance(run.id, run.version)
        told = services.run(run.id)
        assert (asked, told.execution.phase) == ([], Phase.BACKING_OFF), "the machine decides"
    with later(304):
        services.advance(run.id, told.version)

    assert services.run(run.id).status is RunStatus.DONE
    assert notes(run) == ["taken_over", "States.HeartbeatTimeout"]


def test_a_lease_that_is_renewed_is_a_heartbeat_and_does_not_prolong_the_task(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    run = abandoned(monkeypatch, tmp_path)
    asked = answering(monkeypatch, content)
    runs.extend(run, clock.now() + timedelta(seconds=600))
    with later(700):
        taken = turns.late(services.run(run.id), CALL, clock.now(), advancing.LEASE)
        assert taken == "", "it gave a sign of life 120 s ago"

    runs.extend(run, clock.now() + timedelta(seconds=895))
    with later(901):
        services.advance(run.id, run.version)

    assert asked == []
    assert services.run(run.id).execution.error == "States.Timeout", "nothing retries that"


def test_a_result_that_comes_after_its_time_is_no_result(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:

    def slow(_: Any) -> Event:
        time.sleep(1.2)
        return TaskDone({})

    run = started(monkeypatch, tmp_path, {"Ask": task(TimeoutSeconds=1)})
    answering(monkeypatch, slow)

    services.advance(run.id, run.version)

    assert services.run(run.id).execution.error == "States.Timeout"


def resting(monkeypatch: pytest.MonkeyPatch, folder: Path) -> Run:
    """A run that has just begun to wait for 50 seconds."""
    run = started(monkeypatch, folder, WAIT)
    services.advance(run.id, run.version)
    found = services.run(run.id)
    assert found.execution.phase is Phase.WAITING
    return found


def test_a_wait_that_is_longer_than_it_can_be_was_set_by_a_wrong_clock(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with later(3600):
        run = resting(monkeypatch, tmp_path)
    assert run.not_before is not None
    with clock.stopped(run.not_before - timedelta(seconds=40)):
        services.advance(run.id, run.version)
        assert services.run(run.id).status is RunStatus.RUNNING, "it has to wait"

    services.advance(run.id, run.version)

    assert services.run(run.id).status is RunStatus.DONE


def test_a_lease_that_is_longer_than_any_is_no_lease(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with later(3600):
        run = abandoned(monkeypatch, tmp_path)
    asked = answering(monkeypatch, content)

    services.advance(run.id, run.version)

    assert len(asked) == 1
    assert services.run(run.id).status is RunStatus.DONE


def test_the_sweep_finds_runs_that_a_wrong_clock_has_put_off(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    woken: list[str] = []
    with later(3600):
        leased = abandoned(monkeypatch, tmp_path)
    monkeypatch.setattr(advancing, "wake", lambda run, *_: woken.append(run))

    services.sweep()

    assert leased.id in woken


FORGOTTEN = [
    ({"leased_until": 19}, False),
    ({"leased_until": -4}, False),
    ({"leased_until": -6}, True),
    ({"leased_until": 26}, True),  # no lease is longer than 20 s, no clock further off than 5 s
    ({"not_before": 49}, False),
    ({"not_before": -6}, True),
    ({"not_before": 56}, True),  # the state waits 50 s
    ({"updated": -4}, False),
    ({"updated": -6}, True),
    ({"updated": 6}, True),
]


@pytest.mark.parametrize(("times", "forgotten"), FORGOTTEN)
def test_a_run_is_forgotten_when_its_time_is_past_or_cannot_be(
    times: dict[str, int],
    forgotten: bool,  # noqa: FBT001 -- a column of the table
) -> None:
    now = clock.now()
    changes: dict[str, Any] = {
        name: now + timedelta(seconds=seconds) for name, seconds in times.items()
    }
    run = Run(
        id=RunId("r"),
        period=AUTUMN,
        execution=Execution("Rest", Phase.WAITING, {}, seconds=50),
        machine="",
        began=now,
        started=now,
        correlation_id="",
        **changes,
    )

    assert turns.forgotten(run, now, advancing.LEASE, advancing.OVERDUE) == forgotten
