"""A task that Step Functions asks for by a message with a token: done, shown and answered.

A message may be late or come twice. It is worked on only while its run's
present execution waits for this very token; anything else changes nothing.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from govsync.domain import STEP_FUNCTIONS, Run, RunStatus
from govsync.engine import Event, TaskDone, TaskFailed
from govsync.repository import runs
from govsync.rules import turns
from govsync.services import failures, following, shadowing
from govsync.services.actions import perform_named
from govsync.services.beginning import as_starter, name_of, wake
from govsync.services.leasing import kept
from govsync.services.shadowing import Place
from luca.aws import workflow
from luca.aws.store import ConditionFailed
from luca.kernel import clock
from luca.telemetry import bound, log, metric

LEASE = timedelta(seconds=20)
BEAT = 60.0  # seconds between two heartbeats; the machine waits for five times as long
SOON = 2.0  # seconds until a run is looked at whose machine should have ended
logger = log(__name__)


@dataclass(frozen=True, slots=True)
class Asked:
    """What the headers of the message say."""

    task: str
    execution: str
    place: Place
    token: str


def answer(asked: Asked, arguments: Mapping[str, Any], alive: Callable[[], None]) -> None:
    """Do a task and answer its token; `alive` is called now and then while it works."""
    run = _waiting(asked)
    if run is None:
        refuse(asked)
    elif _in_work(run, asked):
        logger.info("task_delivered_twice", run=run.id, state=asked.place.state)
    elif not workflow.beat(asked.token):
        logger.info("task_given_up", run=run.id, state=asked.place.state)
    else:
        with bound(run=run.id), as_starter(run):
            _work(run, asked, arguments, alive)


def _waiting(asked: Asked) -> Run | None:
    """The run whose present execution this is, if Step Functions still runs it."""
    identity = asked.execution.rpartition("-")[0]
    found = runs.get(identity) if identity else None
    if found is None or found.engine != STEP_FUNCTIONS:
        return None
    present = found.status is RunStatus.RUNNING and name_of(found) == asked.execution
    return found if present else None


def _in_work(run: Run, asked: Asked) -> bool:
    return turns.alive(run, clock.now(), LEASE) and asked.place.has(run.execution)


def refuse(asked: Asked) -> None:
    """Fail a task of an execution that is over."""
    logger.warning("stale_task_refused", task=asked.task, state=asked.place.state)
    metric("SyncTasksStale")
    workflow.fail(asked.token, failures.STALE, "The run's present execution is another one.")


def _work(run: Run, asked: Asked, arguments: Mapping[str, Any], alive: Callable[[], None]) -> None:
    machine, here = following.machine_of(run), following.context_of(run)
    path = shadowing.until_called(machine, run.execution, asked.place, here)
    try:
        run = following.moved(run, path, leased_until=clock.now() + LEASE)
    except ConditionFailed:
        return  # somebody else has it, or it has ended; unanswered, the message's token runs out
    event = _performed(run, asked, arguments, alive)
    after = shadowing.after_answer(machine, run.execution, event, here)
    note = event.error if isinstance(event, TaskFailed) else ""
    last = after[-1] if after else run.execution
    try:
        run = following.moved(run, after, note, **following.resting(run, last))
    except ConditionFailed:
        if _waiting(asked) is None:
            refuse(asked)
        return
    tell(asked.token, event)
    if shadowing.foreseen(machine, run.execution, here) or not after:
        wake(run.id, run.version, SOON)


def tell(token: str, event: Event) -> None:
    """Answer a token, if anybody waits for it still."""
    if isinstance(event, TaskDone):
        told = workflow.succeed(token, event.output)
    elif isinstance(event, TaskFailed):
        told = workflow.fail(token, event.error, event.cause)
    if not told:
        logger.info("answer_came_too_late")


def _performed(
    run: Run, asked: Asked, arguments: Mapping[str, Any], alive: Callable[[], None]
) -> TaskDone | TaskFailed:
    began = time.monotonic()
    with kept(run, LEASE, _beating(asked.token, alive)):
        event = perform_named(asked.task, arguments)
    metric("SyncTaskDuration", round((time.monotonic() - began) * 1000, 1), "Milliseconds")
    return event


def _beating(token: str, alive: Callable[[], None]) -> Callable[[], None]:
    """What keeps the message hidden and, now and then, says to the machine that work goes on."""
    beaten = time.monotonic()

    def beat() -> None:
        nonlocal beaten
        alive()
        if time.monotonic() - beaten >= BEAT:
            beaten = time.monotonic()
            workflow.beat(token)

    return beat
