"""The same run by Step Functions: the same states, the same books, and nothing done twice."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from threading import Event
from typing import Any

import pytest
from django.conf import settings as ours
from pytest_django.fixtures import Settings

from govsync import services
from govsync.domain import STEP_FUNCTIONS, Run, RunStatus, State
from govsync.engine import TaskDone, TaskFailed
from govsync.repository import batches, runs
from govsync.services import answering, leasing, sending
from govsync.services.actions import perform_named
from govsync.services.beginning import name_of
from govsync.tests import stepping
from govsync.tests.cast import AUTUMN
from govsync.tests.cast import work as work_on_celery
from govsync.tests.outside import TOKEN, Outside
from govsync.tests.test_runs import held, letters
from luca.aws import workflow
from luca.kernel import clock

Act = Callable[[str], AbstractContextManager[None]]


Hire = Callable[[], AbstractContextManager[None]]


@pytest.fixture
def hired(
    north: str,  # noqa: ARG001 -- it must be there
    authority: Outside,
    settings: Settings,
    acting_as: Act,
) -> Hire:
    """Be a worker for as long as a block runs, with Step Functions as the engine."""

    @contextmanager
    def hire() -> Iterator[None]:
        with acting_as("worker"):
            settings.GOVSYNC_ENGINE = STEP_FUNCTIONS
            settings.AUTHORITY_URL, settings.AUTHORITY_TOKEN = authority.url, TOKEN
            settings.GOVSYNC_TIME_SCALE = 0.01
            yield

    return hire


@pytest.fixture
def steps(hired: Hire, authority: Outside) -> Iterator[Outside]:
    with hired():
        yield authority


def path_of(run: str) -> list[tuple[str, str]]:
    return [(one.state, one.phase) for one in services.steps(run) if one.note != "taken_over"]


def test_a_run_by_step_functions_ends_and_balances(north: str, steps: Outside) -> None:
    run = services.start(AUTUMN)

    found = stepping.work(run.id)

    assert (found.run.engine, found.run.status) == ("stepfunctions", RunStatus.DONE)
    assert found.records == {State.VERIFIED: 120, State.BLOCKED_LOCAL: 3}
    assert found.balance is not None
    assert found.balance.balanced
    assert {one["deliveries"] for one in held(steps, north)} == {1}
    assert workflow_status(found.run) == "SUCCEEDED"


def test_both_engines_go_through_the_same_states(steps: Outside, settings: Settings) -> None:
    steps.chaos(bad_share=0.05)
    run = services.start(AUTUMN)
    stepping.work(run.id)
    settings.GOVSYNC_ENGINE = "celery"
    services.reconcile(run.id)
    before = len(services.steps(run.id))
    work_on_celery(run.id)
    by_celery = path_of(run.id)[before:]
    settings.GOVSYNC_ENGINE = STEP_FUNCTIONS
    before = len(services.steps(run.id))
    services.reconcile(run.id)
    stepping.work(run.id)

    assert services.run(run.id).executions == 3
    assert path_of(run.id)[before:] == by_celery
    assert ("WaitRead", "WAITING") in by_celery or ("ReadBack", "CALLING") in by_celery


def test_a_run_whose_history_fills_up_goes_on_in_its_next_execution(
    north: str, steps: Outside, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "MOST_TRANSITIONS", 12)
    run = services.start(AUTUMN)

    found = stepping.work(run.id)

    assert found.run.status is RunStatus.DONE, found.run.execution
    assert found.run.executions > 1
    assert found.run.machine == run.machine, "on the definition that it began with"
    assert found.records == {State.VERIFIED: 120, State.BLOCKED_LOCAL: 3}
    assert letters(run.id) == []
    assert {one["deliveries"] for one in held(steps, north)} == {1}


def test_what_is_refused_ends_the_execution_and_leaves_the_batch_open(
    hired: Hire, settings: Settings
) -> None:
    with hired():
        settings.AUTHORITY_TOKEN = "wrong"
        run = services.start(AUTUMN)
        found = stepping.work(run.id)

    assert found.run.execution.error == "Gov.Held"
    assert letters(run.id) == [], "the machine foresees this end"
    batch = batches.get(run.id, "00001")
    assert batch is not None
    assert not batch.applied


def test_a_task_of_an_execution_that_is_over_does_nothing(north: str, steps: Outside) -> None:
    run = services.start(AUTUMN)
    services.advance(run.id, run.version)
    stale = stepping.next_task(run.id)
    again = _executed_anew(run)

    stale.do()

    assert batches.book(run.id) == [], "the snapshot was not taken"
    assert services.run(run.id) == again
    assert held(steps, north) == []


def test_a_task_that_comes_a_second_time_is_not_done_a_second_time(steps: Outside) -> None:  # noqa: ARG001 -- it must run
    run = services.start(AUTUMN)
    services.advance(run.id, run.version)
    task = stepping.next_task(run.id)
    task.do()
    after = services.run(run.id)

    task.do()

    assert services.run(run.id) == after


def test_a_long_task_says_by_its_token_that_it_is_worked_on(
    steps: Outside,  # noqa: ARG001 -- it must run
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Step Functions hears it, the queue keeps the message hidden, and the lease is renewed."""
    run = services.start(AUTUMN)
    services.advance(run.id, run.version)
    task = stepping.next_task(run.id)
    hidden, beaten = Event(), Event()
    leases: list[float] = []
    beat = workflow.beat

    def heard(token: str) -> bool:
        known = beat(token)
        if leases and known and token == task.asked.token:
            beaten.set()
        return known

    def slowly(name: str, arguments: Mapping[str, Any]) -> TaskDone | TaskFailed:
        leases.append(services.run(run.id).due.timestamp())
        assert beaten.wait(60), "no heartbeat came while it worked"
        leases.append(services.run(run.id).due.timestamp())
        return perform_named(name, arguments)

    monkeypatch.setattr(leasing, "RENEWED", 0.05)
    monkeypatch.setattr(answering, "BEAT", 0.1)
    monkeypatch.setattr(answering, "perform_named", slowly)
    monkeypatch.setattr(workflow, "beat", heard)

    services.answer(task.asked, task.arguments, hidden.set)

    assert hidden.is_set()
    assert leases[0] < leases[1]
    assert services.run(run.id).execution.state != "Snapshot", "its answer was taken"


def test_a_run_that_another_engine_runs_is_refused_by_token(
    steps: Outside,  # noqa: ARG001 -- it must run
    settings: Settings,
) -> None:
    run = services.start(AUTUMN)
    services.advance(run.id, run.version)
    task = stepping.next_task(run.id)
    settings.GOVSYNC_ENGINE = "celery"
    runs.move(replace(run, engine="celery", version=1), 0, [])

    task.do()

    assert services.run(run.id).version == 1
    assert batches.book(run.id) == []


@pytest.mark.slow
def test_an_execution_that_is_stopped_by_hand_is_the_run_s_error_and_leaves_a_letter(
    hired: Hire, settings: Settings
) -> None:
    with hired():
        run = services.start(AUTUMN)
        services.advance(run.id, run.version)
        stepping.next_task(run.id).do()
        workflow.stop(settings.SYNC_MACHINE_ARN, name_of(run), "Ops.Stopped", "by hand")
        found = stepping.work(run.id)

    assert (found.run.status, found.run.execution.error) == (RunStatus.FAILED, "Ops.Stopped")
    assert [(one["kind"], one["error"]) for one in letters(run.id)] == [
        ("govsync.run", "Ops.Stopped")
    ]
    settings.GOVSYNC_ENGINE = STEP_FUNCTIONS
    services.redrive(run.id)
    with hired():
        assert stepping.work(run.id).records == {State.VERIFIED: 120, State.BLOCKED_LOCAL: 3}


def test_a_run_that_is_paused_is_stopped_at_step_functions(
    steps: Outside,  # noqa: ARG001 -- it must run
) -> None:
    run = services.start(AUTUMN)
    services.advance(run.id, run.version)
    assert workflow_status(run) == "RUNNING"
    services.pause()
    paused = services.run(run.id)

    services.advance(run.id, paused.version)

    assert workflow_status(run) == "ABORTED"
    assert services.run(run.id) == paused
    assert paused.status is RunStatus.PAUSED


def test_a_beginning_that_is_repeated_begins_once(
    steps: Outside,  # noqa: ARG001 -- it must run
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    run = services.start(AUTUMN)
    services.advance(run.id, run.version)
    monkeypatch.setattr(workflow, "describe", lambda *_: None)

    services.advance(run.id, run.version)

    stepping.next_task(run.id)
    assert stepping.fetch(run.id) == []


def workflow_status(run: Run) -> str:
    seen = workflow.describe(ours.SYNC_MACHINE_ARN, name_of(run))
    assert seen is not None
    return seen.status


def _executed_anew(run: Run) -> Run:
    """The run in its second execution, as after a pause and a resume."""
    again = replace(run, executions=2, version=run.version + 1, updated=clock.now())
    runs.move(again, run.version, [])
    return services.run(run.id)
