"""A machine with a Map, on real workers' hands: stored between steps, killed between calls."""

import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pytest_django.fixtures import Settings

from govsync import services
from govsync.domain import RunStatus
from govsync.engine import Event, TaskDone, TaskFailed
from govsync.services import advancing
from govsync.tests.cast import school_year, work
from govsync.tests.conftest import SCALE
from govsync.tests.machines import mapping, task
from govsync.tests.scripted import Power, answering, content, started
from luca.aws.tests.copying import Schools
from luca.kernel import clock

PARAMETERS = {"name.$": "$.name"}
PUPILS = [{"name": "Ada", "late": 60}, {"name": "Bea", "late": 0}, {"name": "Cris", "late": 20}]
LATE = {
    "Late": {"Type": "Wait", "SecondsPath": "$.late", "Next": "Ask"},
    "Ask": task(
        Parameters=PARAMETERS,
        Retry=[{"ErrorEquals": ["School.Absent"], "IntervalSeconds": 5, "MaxAttempts": 2}],
    ),
}


@pytest.fixture(autouse=True)
def one_grade(
    school: str, schools: Schools, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A school with a closed period; a hundred times as fast."""
    monkeypatch.setattr(sys.modules["tenants.services.schools"], "GRACE", timedelta())
    settings.GOVSYNC_TIME_SCALE = SCALE
    schools.furnish(school, school_year, 1)


def greeted(parameters: Any) -> Event:
    return TaskDone(f"Hello {parameters['name']}")


def test_items_wait_side_by_side_and_their_results_keep_their_order(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    asked = answering(monkeypatch, greeted)
    run = started(
        monkeypatch, tmp_path, {"All": mapping(LATE, ItemsPath="$.pupils")}, pupils=PUPILS
    )

    found = work(run.id).run

    assert (found.status, found.times) == (RunStatus.DONE, {})
    assert found.execution.data == ["Hello Ada", "Hello Bea", "Hello Cris"]
    assert [one["name"] for one in asked] == ["Bea", "Cris", "Ada"], "who waits least is first"


def test_a_worker_that_dies_among_the_items_costs_one_call_and_no_result(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    run = started(
        monkeypatch, tmp_path, {"All": mapping(LATE, ItemsPath="$.pupils")}, pupils=PUPILS
    )

    def power_cut_at_cris(parameters: Any) -> Event:
        if parameters["name"] == "Cris":
            raise Power
        return greeted(parameters)

    asked = answering(monkeypatch, power_cut_at_cris)
    with pytest.raises(Power):
        work(run.id)
    asked += answering(monkeypatch, greeted)
    with clock.stopped(clock.now() + advancing.LEASE + timedelta(seconds=1)):
        found = work(run.id).run

    assert found.execution.data == ["Hello Ada", "Hello Bea", "Hello Cris"]
    notes = [one.note for one in services.steps(run.id)]
    assert [note for note in notes if "taken_over" in note] == ["[2] taken_over"]


def test_an_item_that_is_ill_for_good_ends_the_run_by_its_error(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def ill(parameters: Any) -> Event:
        return greeted(parameters) if parameters["name"] != "Bea" else TaskFailed("School.Absent")

    asked = answering(monkeypatch, ill)
    run = started(
        monkeypatch, tmp_path, {"All": mapping(LATE, ItemsPath="$.pupils")}, pupils=PUPILS
    )

    found = work(run.id).run

    assert (found.status, found.execution.error) == (RunStatus.FAILED, "School.Absent")
    assert [one["name"] for one in asked].count("Bea") == 3
    entries = [(one.state, one.phase, one.note) for one in services.steps(run.id)]
    assert ("Ask", "BACKING_OFF", "[1] School.Absent") in entries


def test_one_at_a_time_is_one_after_the_other(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    asked = answering(monkeypatch, content)
    state = mapping(LATE, ItemsPath="$.pupils", MaxConcurrency=1)
    run = started(monkeypatch, tmp_path, {"All": state}, pupils=PUPILS)

    work(run.id)

    assert [one["name"] for one in asked] == ["Ada", "Bea", "Cris"]
