"""The engine's hands: move runs on, one stored transition at a time.

Whoever holds a run stores its next state, conditional on the version it read,
before anything of that state happens. A call is made under a lease that the
worker renews while it lives; a wait is a message that comes back later. What a
dead worker leaves is found by the sweep when its lease, or its wait, is over.
"""

import math
import random
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from govsync import definition, engine
from govsync.domain import STEP_FUNCTIONS, Run, RunStatus, Step
from govsync.engine import Call, Context, Effect, Event, Execution, Go, Sleep, TaskFailed, errors
from govsync.repository import runs
from govsync.rules import turns
from govsync.rules.turns import Turn
from govsync.services import burying, following
from govsync.services.beginning import as_starter, name_of, starting_input, tell, wake
from govsync.services.performing import performed
from govsync.services.schools import in_each
from luca.aws.store import Busy, ConditionFailed
from luca.kernel import clock
from luca.telemetry import bound, log

LEASE = timedelta(seconds=20)
TURN = 20.0  # seconds that one message keeps a worker, so that schools take turns
SHORT = 1.0  # seconds: shorter waits than SQS knows are slept
OVERDUE = timedelta(seconds=5)
ABANDONED = "Nobody worked on the task any more."
logger = log(__name__)


def advance(run: str, version: int) -> None:
    """Move a run on from a version; a message about another version is stale and dropped."""
    found = runs.get(run)
    if found is None or found.version != version:
        logger.info("wake_up_dropped", run=run, version=version)
        return
    if found.engine == STEP_FUNCTIONS:
        with bound(run=run), as_starter(found):
            following.follow(found)
        return
    if found.status is not RunStatus.RUNNING:
        logger.info("wake_up_dropped", run=run, version=version)
        return
    if turns.alive(found, clock.now(), LEASE):
        return  # a living worker is in the middle of it
    with bound(run=run), as_starter(found):
        _go_on(found)


def sweep() -> int:
    """Wake every run, of every school, that should have moved and has not."""
    return in_each(_woken)


def _woken() -> int:
    now = clock.now()
    # All that are under way: one that a wrong clock has put off is not late by its own books.
    late = [run for run in runs.under_way() if turns.forgotten(run, now, LEASE, OVERDUE)]
    for run in late:
        wake(run.id, run.version)
        logger.info("run_woken", run=run.id, version=run.version)
    return len(late)


def _go_on(found: Run) -> None:
    machine = definition.machine(runs.definition(found))
    until = time.monotonic() + TURN
    run = found
    try:
        while run.status is RunStatus.RUNNING:
            turn = turns.chosen(run, _pending(machine, run), clock.now())
            # Never with a lease in hand: who is woken would take the run for somebody else's.
            spent = run.leased_until is None and time.monotonic() > until
            # However long the authority lets us wait: the run ends when its time is over.
            wait = min(turn.wait, max(0.0, _left(machine, run)))
            if wait > SHORT or spent:
                # Rather early, with a part of a second to sleep, than late for its turn.
                wake(run.id, run.version, math.floor(wait))
                return
            time.sleep(wait)
            run = _moved(machine, run, turn, mine=run is not found)
    except ConditionFailed:
        logger.info("run_overtaken", run=run.id, version=run.version)
    except Busy:
        wake(run.id, run.version, SHORT)


def _moved(machine: engine.Machine, run: Run, turn: Turn, *, mine: bool) -> Run:
    """One transition, stored before it is returned."""
    if _left(machine, run) < 0:
        ended = engine.fail(run.execution, errors.TIMEOUT, "The run took longer than it may.")
        # No state of the machine is entered any more that could leave the letter.
        burying.bury_run(run, {"Error": ended.error, "Cause": ended.cause})
        return _stored(run, replace(run, execution=ended), "deadline")
    event: Event = Go()
    if isinstance(turn.effect, Call):
        late = "" if mine else turns.late(run, turn, clock.now(), LEASE)
        if not (mine and run.leased_until):
            run = _stored(run, _taken_over(run, turn), "taken_over", turn.path)
        event = TaskFailed(late, ABANDONED) if late else performed(run, turn.effect, LEASE)
    here = _context(run)
    execution = engine.step(machine, run.execution, turns.addressed(turn.path, event), here)
    after = engine.entered(machine, execution, here)
    note = event.error if isinstance(event, TaskFailed) else ""
    by_way = [] if after is execution else [execution]
    return _stored(run, _placed(machine, run, after, turn.path), note, turn.path, by_way)


def end(run: Run, error: str, cause: str) -> Run:
    """End a run's execution from outside; ConditionFailed if a worker moved it meanwhile."""
    ended = engine.fail(run.execution, error, cause)
    after = _stored(run, replace(run, execution=ended), error)
    if after.engine == STEP_FUNCTIONS:
        wake(after.id, after.version)  # a worker ends it at Step Functions as well
    return after


def _taken_over(run: Run, turn: Turn) -> Run:
    now = clock.now()
    began = min(now, run.times.get(turn.path, now))
    return replace(run, leased_until=now + LEASE, times={**run.times, turn.path: began})


def _pending(machine: engine.Machine, run: Run) -> Effect:
    return engine.pending(machine, run.execution, _context(run))


def _placed(machine: engine.Machine, run: Run, execution: engine.Execution, moved: str) -> Run:
    """A run in its next state, with the lease or the wait that goes with it."""
    now = clock.now()
    after = replace(run, execution=execution, not_before=None, leased_until=None)
    if execution.ended:
        return replace(after, finished=now, times={})
    effect = _pending(machine, after)
    after = replace(after, times=turns.times_after(run, effect, moved, now))
    turn = turns.chosen(after, effect, now)
    if isinstance(turn.effect, Call):
        return _taken_over(after, turn)
    if isinstance(turn.effect, Sleep):
        return replace(after, not_before=after.times[turn.path])
    return after


def _stored(
    before: Run, after: Run, note: str, path: str = "", by_way: Sequence[Execution] = ()
) -> Run:
    """Store a run's next state in one write, with what it passed by way of that did nothing."""
    after = replace(after, version=before.version + 1 + len(by_way), updated=clock.now())
    if after.execution.ended:
        after = replace(after, finished=clock.now(), not_before=None, leased_until=None, times={})
    passed = [
        replace(after, execution=one, version=before.version + number)
        for number, one in enumerate((*by_way, after.execution), 1)
    ]
    notes = [note, *("" for _ in by_way)]
    steps = [_step(one, said, path) for one, said in zip(passed, notes, strict=True)]
    runs.move(after, before.version, steps)
    if after.execution.state != before.execution.state or after.execution.ended:
        tell(after)
    return after


def _step(run: Run, note: str, path: str) -> Step:
    """The history's entry; of a Map's item where one moved and the Map goes on."""
    at = turns.item(run.execution, path)
    where = f"[{path}] " if at is not run.execution else ""
    return Step(
        version=run.version,
        state=at.state or run.execution.state,
        phase=at.phase.value,
        at=clock.now(),
        attempt=at.attempt,
        note=f"{where}{note or at.error}".strip(),
    )


def _context(run: Run) -> Context:
    name = name_of(run)
    return Context(
        {
            "Execution": {"Id": name, "Name": name, "Input": starting_input(run)},
            "Task": {"Token": f"{run.id}.{run.version}"},
        },
        chance=random.random(),  # noqa: S311 -- it spreads retries, it keeps no secret
    )


def _left(machine: engine.Machine, run: Run) -> float:
    """Seconds until a run takes longer than it may."""
    return math.inf if machine.seconds is None else machine.seconds * run.time_scale - _elapsed(run)


def _elapsed(run: Run) -> float:
    return (clock.now() - run.began).total_seconds()
