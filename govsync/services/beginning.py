"""What every engine of a run needs: its name, what it begins with, in whose name it works."""

import math
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from django.conf import settings

from govsync import definition, engine
from govsync.domain import CELERY, Run, RunStatus
from luca.aws import queue
from luca.kernel import clock, context
from luca.telemetry import log, metric

logger = log(__name__)


def name_of(run: Run) -> str:
    """The name of a run's present execution, the same on both engines."""
    return f"{run.id}-{run.executions}"


def starting_input(run: Run) -> dict[str, Any]:
    """What an execution begins with; everything else is found through the run."""
    return {
        "school_id": context.school(),
        "correlation_id": run.correlation_id,
        "call": {"run": run.id},
        "embed": {},
    }


def renewed(before: Run, text: str) -> Run:
    """A run at the beginning of its next execution, on a definition."""
    now = clock.now()
    return replace(
        before,
        execution=engine.begin(definition.machine(text), starting_input(before)),
        machine=definition.digest(text),
        began=now,
        executions=before.executions + 1,
        version=before.version + 1,
        first_version=before.version + 1,
        finished=None,
        not_before=None,
        leased_until=None,
        times={},
        time_scale=time_scale(),
        engine=settings.GOVSYNC_ENGINE,
    )


def time_scale() -> float:
    return float(settings.GOVSYNC_TIME_SCALE)


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
def as_starter(run: Run) -> Iterator[None]:
    """Work in the name of who started the run, also when a sweep found it."""
    with context.entered(
        school=context.school(),
        actor=run.started_by or None,
        groups=frozenset(run.groups),
        correlation_id=run.correlation_id,
    ):
        yield


def tell(run: Run) -> None:
    """Say in the log that a run has entered a state, or has ended."""
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
        if run.campaign and run.engine == CELERY:
            wake_campaign(run.period)  # the next school's turn


def wake_campaign(period: str, version: int | None = None, seconds: float = 0) -> None:
    """Let a worker look at a period's campaign; with a version, only if nobody has before."""
    queue.enqueue(
        "govsync.campaign",
        queue="sync",
        delay=min(math.ceil(seconds), queue.LONGEST_DELAY),
        period=period,
        version="" if version is None else str(version),
    )
