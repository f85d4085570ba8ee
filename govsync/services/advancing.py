"""The engine's hands: move runs on, one stored transition at a time.

Whoever holds a run stores its next state, conditional on the version it read,
before anything of that state happens. A call is made under a lease that the
worker renews while it lives; a wait is a message that comes back later. What a
dead worker leaves is found by the sweep when its lease, or its wait, is over.
"""

import math
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

from django.conf import settings

from govsync import definition, engine
from govsync.domain import Run, RunStatus, Step
from govsync.engine import Call, Context, Event, Go, Sleep, TaskFailed
from govsync.repository import runs
from govsync.services import burying
from govsync.services.actions import perform
from luca.aws import queue
from luca.aws.store import Busy, ConditionFailed
from luca.kernel import clock, context
from luca.kernel.errors import Unavailable
from luca.telemetry import bound, log, metric
from tenants import services as tenants

LEASE = timedelta(seconds=20)
RENEWED = 5.0  # seconds between two renewals of a lease
TURN = 20.0  # seconds that one message keeps a worker, so that schools take turns
SHORT = 1.0  # seconds: shorter waits than SQS knows are slept
OVERDUE = timedelta(seconds=5)
TIMED_OUT = "States.Timeout"
logger = log(__name__)


def advance(run: str, version: int) -> None:
    """Move a run on from a version; a message about another version is stale and dropped."""
    found = runs.get(run)
    if found is None or found.version != version or found.status is not RunStatus.RUNNING:
        logger.info("wake_up_dropped", run=run, version=version)
        return
    if found.leased_until is not None and found.leased_until > clock.now():
        return  # a living worker is in the middle of it
    with bound(run=run), _as_starter(found):
        _go_on(found)


def sweep() -> int:
    """Wake every run, of every school, that should have moved and has not."""
    woken = 0
    for school in tenants.schools():
        with context.entered(school=school.id):
            try:
                woken += _woken()
            except Exception:
                # A school that cannot be served stops no other.
                logger.exception("sweep_failed")
                metric("SweepsFailed")
    return woken


def _woken() -> int:
    late = runs.due(clock.now() - OVERDUE)
    for run, version in late:
        wake(run, version)
        logger.info("run_woken", run=run, version=version)
    return len(late)


def wake(run: str, version: int, seconds: float = 0) -> None:
    """Let a worker look at a run after a while; longer than SQS knows is a chain of messages."""
    queue.enqueue(
        "govsync.advance",
        queue="sync",
        delay=min(math.ceil(seconds), queue.LONGEST_DELAY),
        run=run,
        version=str(version),
    )


@contextmanager
def _as_starter(run: Run) -> Iterator[None]:
    """Work in the name of who started the run, also when a sweep found it."""
    with context.entered(
        school=context.school(),
        actor=run.started_by or None,
        groups=frozenset(run.groups),
        correlation_id=run.correlation_id,
    ):
        yield


def _go_on(run: Run) -> None:
    machine = definition.machine(runs.definition(run))
    until = time.monotonic() + TURN
    try:
        while run.status is RunStatus.RUNNING:
            left = 0.0 if run.not_before is None else _seconds_until(run)
            # Never with a lease in hand: who is woken would take the run for somebody else's.
            spent = run.leased_until is None and time.monotonic() > until
            if left > SHORT or spent:
                wake(run.id, run.version, max(0.0, left))
                return
            time.sleep(max(0.0, left))
            run = _moved(machine, run)
    except ConditionFailed:
        logger.info("run_overtaken", run=run.id, version=run.version)
    except Busy:
        wake(run.id, run.version, SHORT)


def _moved(machine: engine.Machine, run: Run) -> Run:
    """One transition, stored before it is returned."""
    here = _context(run)
    if machine.seconds is not None and _elapsed(run) > machine.seconds * run.time_scale:
        ended = engine.fail(run.execution, TIMED_OUT, "The run took longer than it may.")
        # No state of the machine is entered any more that could leave the letter.
        burying.bury_run(run, {"Error": ended.error, "Cause": ended.cause})
        return _stored(run, replace(run, execution=ended), "deadline")
    effect = engine.pending(machine, run.execution, here)
    event: Event = Go()
    if isinstance(effect, Call):
        if run.leased_until is None or run.leased_until < clock.now() + LEASE / 2:
            run = _stored(run, replace(run, leased_until=clock.now() + LEASE), "taken_over")
        event = _performed(run, effect)
    execution = engine.step(machine, run.execution, event, here)
    note = event.error if isinstance(event, TaskFailed) else ""
    return _stored(run, _placed(machine, run, execution, here), note)


def end(run: Run, error: str, cause: str) -> Run:
    """End a run's execution from outside; ConditionFailed if a worker moved it meanwhile."""
    return _stored(run, replace(run, execution=engine.fail(run.execution, error, cause)), error)


def _placed(machine: engine.Machine, run: Run, execution: engine.Execution, here: Context) -> Run:
    """A run in its next state, with the lease or the wait that goes with it."""
    now = clock.now()
    fresh = replace(run, execution=execution, not_before=None, leased_until=None)
    effect = engine.pending(machine, execution, here)
    if isinstance(effect, Call):
        return replace(fresh, leased_until=now + LEASE)
    if isinstance(effect, Sleep):
        return replace(fresh, not_before=now + timedelta(seconds=effect.seconds * run.time_scale))
    return replace(fresh, finished=now) if execution.ended else fresh


def _stored(before: Run, after: Run, note: str) -> Run:
    after = replace(after, version=before.version + 1, updated=clock.now())
    if after.execution.ended:
        after = replace(after, finished=clock.now(), not_before=None, leased_until=None)
    step = Step(
        version=after.version,
        state=after.execution.state,
        phase=after.execution.phase.value,
        at=clock.now(),
        attempt=after.execution.attempt,
        note=note or after.execution.error,
    )
    runs.move(after, before.version, step)
    if after.execution.state != before.execution.state or after.execution.ended:
        _tell(after)
    return after


def _tell(run: Run) -> None:
    logger.info(
        "run_moved",
        run=run.id,
        state=run.execution.state,
        phase=run.execution.phase.value,
        version=run.version,
        **({} if run.time_scale == 1 else {"time_scale": run.time_scale}),
    )
    if run.status is not RunStatus.RUNNING:
        metric("SyncRunsEnded", outcome=run.status.value)


def _performed(run: Run, call: Call) -> Event:
    """Do the task, keeping the lease; a late result is reported, and used all the same."""
    began = time.monotonic()
    with _kept(run):
        event = perform(call)
    spent = time.monotonic() - began
    metric("SyncTaskDuration", round(spent * 1000, 1), "Milliseconds")
    if call.timeout is not None and spent > max(SHORT, call.timeout * run.time_scale):
        logger.warning("sync_task_late", run=run.id, duration_ms=round(spent * 1000, 1))
    return event


@contextmanager
def _kept(run: Run) -> Iterator[None]:
    """Renew the lease every few seconds, until the block ends or the run is somebody else's."""
    over = threading.Event()

    def renew() -> None:
        while not over.wait(RENEWED):
            try:
                runs.extend(run, clock.now() + LEASE)
            except ConditionFailed:
                return
            except Unavailable:
                continue

    renewing = threading.Thread(target=context.carried(renew), daemon=True)
    renewing.start()
    try:
        yield
    finally:
        over.set()
        renewing.join()


def _context(run: Run) -> Context:
    name = f"{run.id}-{run.executions}"
    return Context(
        {
            "Execution": {"Id": name, "Name": name, "Input": starting_input(run)},
            "Task": {"Token": f"{run.id}.{run.version}"},
        }
    )


def starting_input(run: Run) -> dict[str, Any]:
    """What an execution begins with; everything else is found through the run."""
    return {
        "school_id": context.school(),
        "correlation_id": run.correlation_id,
        "call": {"run": run.id},
        "embed": {},
    }


def _seconds_until(run: Run) -> float:
    assert run.not_before is not None  # noqa: S101 -- asked only then
    return (run.not_before - clock.now()).total_seconds()


def _elapsed(run: Run) -> float:
    return (clock.now() - run.began).total_seconds()


def time_scale() -> float:
    return float(settings.GOVSYNC_TIME_SCALE)
