"""A run whose machine Step Functions runs: begun, looked after, and ended in the books.

Which engine runs an execution is written in the run when it begins, and never
changes: a worker follows either kind, whatever its own settings say.
"""

from dataclasses import replace
from datetime import timedelta

from django.conf import settings

from govsync import definition, engine
from govsync.domain import CONTINUE, Run, RunStatus, Step
from govsync.engine import Context, Execution, Phase, Sleep
from govsync.repository import runs
from govsync.services import burying, shadowing
from govsync.services.beginning import name_of, renewed, starting_input, tell
from luca.aws import workflow
from luca.aws.store import ConditionFailed
from luca.kernel import clock
from luca.telemetry import log

logger = log(__name__)


def follow(run: Run) -> None:
    """Begin a run's execution, or write down that it has ended. Safe to repeat at any time."""
    seen = workflow.describe(settings.SYNC_MACHINE_ARN, name_of(run))
    if run.status is not RunStatus.RUNNING:
        if seen is not None and seen.running:
            _stop(run)
    elif seen is None:
        workflow.start(settings.SYNC_MACHINE_ARN, name_of(run), starting_input(run))
        logger.info("execution_started", run=run.id, executions=run.executions)
    elif not seen.running:
        _end(run, seen)


def moved(run: Run, executions: list[Execution], note: str = "", **changes: object) -> Run:
    """Store the transitions that Step Functions has made; ConditionFailed if the run moved."""
    now = clock.now()
    steps = [
        Step(
            version=run.version + number,
            state=one.state,
            phase=one.phase.value,
            at=now,
            attempt=one.attempt,
            note=(note if number == 1 else "") or one.error,
        )
        for number, one in enumerate(executions, 1)
    ]
    last = executions[-1] if executions else run.execution
    fresh = replace(run, execution=last, not_before=None, leased_until=None, times={})
    if last.ended:
        fresh = replace(fresh, finished=now)
    fresh = replace(fresh, updated=now)
    after = replace(fresh, version=run.version + max(1, len(steps)), **changes)  # type: ignore[arg-type] # fields of a run
    runs.move(after, run.version, steps)
    if steps:
        tell(after)
    return after


def resting(run: Run, execution: Execution) -> dict[str, object]:
    """When a run that waits goes on, as far as the definition tells."""
    effect = engine.pending(machine_of(run), execution, context_of(run))
    if not isinstance(effect, Sleep):
        return {}
    return {"not_before": clock.now() + timedelta(seconds=effect.seconds * run.time_scale)}


def machine_of(run: Run) -> engine.Machine:
    return definition.machine(runs.definition(run))


def context_of(run: Run) -> Context:
    name = name_of(run)
    return Context(
        {
            "Execution": {"Id": name, "Name": name, "Input": starting_input(run)},
            "Task": {"Token": ""},
        }
    )


def _stop(run: Run) -> None:
    said = run.execution
    workflow.stop(settings.SYNC_MACHINE_ARN, name_of(run), said.error, said.cause)
    logger.info("execution_stopped", run=run.id, executions=run.executions)


def _end(run: Run, seen: workflow.Seen) -> None:
    """Write down how an execution ended; an end that the machine does not foresee leaves a letter.

    What the machine foresees has its letter already where it wants one: it
    enters a state that leaves it.
    """
    if seen.error == CONTINUE:
        _go_on(run)
        return
    path = shadowing.foreseen(machine_of(run), run.execution, context_of(run))
    ended = _outcome(run, seen)
    known = path and (path[-1].phase, path[-1].error) == (ended.phase, ended.error)
    if not known:
        path = [ended]
        if ended.phase is Phase.FAILED:
            burying.bury_run(run, {"Error": ended.error, "Cause": ended.cause})
    try:
        moved(run, path)
    except ConditionFailed:
        logger.info("run_overtaken", run=run.id, version=run.version)


def _go_on(run: Run) -> None:
    """Begin the next execution, on the definition that the run has; the ledger says where it is."""
    text = runs.definition(run)
    fresh = renewed(run, text)
    try:
        runs.go_on(fresh, run.version, text)
    except ConditionFailed:
        logger.info("run_overtaken", run=run.id, version=run.version)
        return
    logger.info("execution_continued", run=run.id, executions=fresh.executions)
    follow(fresh)


def _outcome(run: Run, seen: workflow.Seen) -> Execution:
    if seen.status == workflow.SUCCEEDED:
        return replace(run.execution, phase=Phase.SUCCEEDED)
    error, cause = seen.error, seen.cause
    if seen.status == "TIMED_OUT":
        error, cause = error or "States.Timeout", cause or "The run took longer than it may."
    elif seen.status == "ABORTED":
        error, cause = error or "Gov.Aborted", cause or "Its execution was stopped by hand."
    return engine.fail(run.execution, error or "States.Runtime", cause)
