"""Starting runs, looking at them, and sending again what was given up."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.conf import settings

from govsync import definition, engine
from govsync.domain import (
    REDRIVABLE,
    UNDER_WAY,
    Balance,
    Batch,
    Line,
    Run,
    RunKind,
    RunStatus,
    State,
    Step,
)
from govsync.repository import batches, runs
from govsync.rules import totals
from govsync.services import alone, checking, dlq, history, holding
from govsync.services.beginning import renewed, starting_input, time_scale, wake
from govsync.services.checking import Preflight
from govsync.services.reconciling import reopened
from luca.aws.audit import Action
from luca.kernel import clock, context
from luca.kernel.errors import Conflict, NotFound
from luca.kernel.ids import ID, PeriodId, RunId, uuid7
from luca.telemetry import log, metric
from tenants import services as tenants
from tenants.domain import PeriodState

logger = log(__name__)


@dataclass(frozen=True, slots=True)
class Status:
    """A run as people see it."""

    run: Run
    snapshot: int | None  # None: it is still being taken
    frozen: int  # records in it so far
    batches: Mapping[State, int]
    records: Mapping[State, int]
    balance: Balance | None
    next_attempt: datetime | None
    left: int = 0  # batches that are not finished

    @property
    def answered(self) -> int:
        """Records that are no longer under way."""
        return sum(n for state, n in self.records.items() if state not in UNDER_WAY)


def preflight(period: PeriodId) -> Preflight:
    """What a run started now would hold and hold back; nothing is written."""
    check_may_start(period)
    return checking.preflight(period)


def preview(period: PeriodId) -> dict[str, int]:
    """The same as counts."""
    found = preflight(period)
    return {"records": found.ready, **{one.code: one.records for one in found.causes}}


def start(period: PeriodId) -> Run:
    """Begin to sync a closed period; a worker takes it from here."""
    run = begin(period)
    wake(run.id, run.version)
    return run


def begin(period: PeriodId, identity: str = "", **more: Any) -> Run:
    """Store a run at its beginning; ConditionFailed if there is one of this identity."""
    last = check_may_start(period, identity)
    now = clock.now()
    text = definition.current()
    identity = RunId(identity or uuid7(now))
    blank = Run(
        id=identity,
        period=period,
        execution=engine.begin(definition.machine(text), {}),
        machine=definition.digest(text),
        began=now,
        started=now,
        correlation_id=context.correlation_id() or identity,
        started_by=context.actor() or "",
        groups=tuple(sorted(context.groups())),
        time_scale=time_scale(),
        kind=history.kind_of_next(period),
        engine=settings.GOVSYNC_ENGINE,
    )
    begun = replace(blank.execution, data=starting_input(blank))
    run = replace(blank, execution=begun, **more)
    with alone.taking(period):
        runs.add(run, text, last)
    logger.info("run_started", run=run.id, period=period, time_scale=run.time_scale)
    metric("SyncRunsStarted")
    return run


def correct(period: PeriodId) -> Run:
    """Send what was corrected since the period arrived; Conflict if nothing of it ever did."""
    check_may_correct(period)
    return start(period)


def preview_correction(period: PeriodId) -> Preflight:
    """What `correct` would send and hold back; nothing is written."""
    check_may_correct(period)
    return preflight(period)


def run(identity: str) -> Run:
    found = runs.get(identity) if ID.fullmatch(identity) else None
    if found is None:
        raise NotFound("There is no such run.", code="run_not_found")
    return found


def latest(period: str | None = None) -> Run:
    """The run that was started last, of a period or of the school."""
    found = runs.listed(period)
    if not found:
        raise NotFound("No run was started yet.", code="run_not_found")
    return run(found[0])


def status(identity: str) -> Status:
    found = run(identity)
    book = _as_they_stand(found.id)
    records = totals(book)
    return Status(
        run=found,
        snapshot=runs.snapshot(found.id),
        frozen=sum(line.size for line in book),
        batches=Counter(line.state for line in book),
        records={state: number for state, number in sorted(records.items()) if number},
        balance=runs.balance(found.id),
        next_attempt=found.not_before,
        left=sum(line.open for line in book),
    )


def _as_they_stand(run: RunId) -> list[Line]:
    """The book, with what the batch under way has come to: its line is written when that ends."""
    book = batches.book(run)
    first = next((line for line in book if line.open), None)
    return with_batch_under_way(book, None if first is None else batches.get(run, first.number))


def with_batch_under_way(book: list[Line], batch: Batch | None) -> list[Line]:
    """The book as it would be if the first open batch's line were written now."""
    first = next((line for line in book if line.open), None)
    if first is None or batch is None or batch.state not in UNDER_WAY:
        return book
    counts: Counter[State] = Counter()
    for state, number in first.counts.items():
        counts[batch.state if state is State.PENDING else state] += number
    now = replace(first, state=batch.state, counts=counts)
    return [now if line is first else line for line in book]


def steps(identity: str) -> list[Step]:
    """Every state that a run went through."""
    return list(runs.steps(run(identity).id))


def dead(identity: str) -> list[Line]:
    """The batches of a run that were given up and can be sent again."""
    found = run(identity)
    return [line for line in batches.book(found.id) if _is_dead(line)]


def restartable(identity: str) -> Run:
    """A run that may begin another execution; Conflict while it, or another, is in the way."""
    found = run(identity)
    if found.status is RunStatus.RUNNING:
        raise Conflict("The run is still under way.", code="run_under_way")
    holding.check_may_start()
    alone.last(found.period, mine=found.id)
    return found


def redrive(identity: str, why: str = "") -> int:
    """Send the dead batches of an ended run again, each under its old key; return how many.

    `why` is for the audit log, here and wherever else people are asked for it.
    """
    found = restartable(identity)  # before any batch is opened again
    lines = dead(identity)
    for line in lines:
        batch = batches.get(found.id, line.number)
        if batch is None:
            continue
        again, records = reopened(batch, batches.records(found.id, line.number))
        listed = batches.line_of(again, records, size=line.size)
        batches.settle(again, records, listed, was_open=line.open)
    fresh = _again(found, Action.SYNC_REDRIVEN, why)
    dlq.clear_soon(fresh.id, fresh.executions)
    logger.info("run_redriven", run=found.id, batches=len(lines))
    return len(lines)


def reconcile(identity: str, why: str = "") -> Run:
    """Read back and balance an ended run once more; nothing that is answered is sent again."""
    return _again(restartable(identity), Action.SYNC_RECONCILED, why)


def _again(before: Run, act: Action, why: str) -> Run:
    text = definition.current()
    fresh = renewed(before, text)
    last = alone.last(fresh.period, mine=fresh.id)
    with alone.taking(fresh.period):
        runs.restart(fresh, before.version, text, act, last, why)
    wake(fresh.id, fresh.version)
    return fresh


def _is_dead(line: Line) -> bool:
    return line.state in REDRIVABLE and not line.open


def check_may_correct(period: PeriodId) -> None:
    tenants.period(period)  # NotFound, where there is none
    if history.kind_of_next(period) is not RunKind.CORRECTION:
        raise Conflict("Nothing of this period has arrived yet.", code="nothing_to_correct")


def check_may_start(period: PeriodId, mine: str = "") -> Run | None:
    """Raise what is in the way; return the run of the period that was under way last."""
    if tenants.period(period).state is not PeriodState.CLOSED:
        raise Conflict("Only a closed period can be synced.", code="period_not_closed")
    holding.check_may_start()
    return alone.last(period, mine)
