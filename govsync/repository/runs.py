"""Runs: each change of a run is one conditional write, together with its entry in the history."""

import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING

from govsync import engine, keys
from govsync.domain import CELERY, Balance, Risk, Run, RunKind, RunStatus, State, Step
from govsync.models import (
    BalanceItem,
    ListedItem,
    MachineItem,
    RiskItem,
    RunItem,
    SnapshotItem,
    StepItem,
)
from govsync.repository import current
from luca.aws import audit, store
from luca.kernel import clock, context
from luca.kernel.ids import PeriodId, RunId

if TYPE_CHECKING:
    from pynamodb.expressions.update import Action

MACHINES = 64  # definitions that one process keeps at hand


def add(run: Run, definition: str, seen: Run | None) -> None:
    """Begin the books of a run: its definition, its place in the list, and the run itself.

    `seen` is the run that was under way last in the period.
    """
    work = store.Transaction()
    current.join(work, run, seen)
    work.put(_machine_item(run, definition))
    work.put(ListedItem(keys.runs(), run.id, run=run.id, period=run.period, started=run.started))
    work.put(_item(run), RunItem.pk.does_not_exist())
    _join(work, audit.Action.SYNC_STARTED, run)
    store.patiently(work)


def restart(
    run: Run, seen: int, definition: str, act: audit.Action, last: Run | None = None, why: str = ""
) -> None:
    """Store a new execution of a run, if nobody has moved it since version `seen`.

    `last` is the run that was under way last in the period; `why` is for the audit log.
    """
    work = store.Transaction()
    join_restart(work, run, seen, definition, last)
    _join(work, act, run, why)
    store.patiently(work)


def go_on(run: Run, seen: int, definition: str) -> None:
    """Store the next execution of a run that ended only because its history was full."""
    work = store.Transaction()
    join_restart(work, run, seen, definition)
    store.patiently(work)


def join_restart(
    work: store.Transaction, run: Run, seen: int, definition: str, last: Run | None = None
) -> None:
    """Store a new execution together with what else the transaction writes."""
    current.join(work, run, last)
    work.put(_machine_item(run, definition))
    work.put(_item(run), RunItem.version == seen)


def _join(work: store.Transaction, act: audit.Action, run: Run, why: str = "") -> None:
    about, execution = f"run:{run.id}", str(run.executions)
    audit.join(work, act, about, reason=why, period=run.period, execution=execution)


def get(run: str) -> Run | None:
    found = store.get(RunItem, keys.run(run), keys.RUN, consistent=True)
    return None if found is None else run_of(found)


def move(run: Run, seen: int, steps: Iterable[Step]) -> None:
    """Store a run's next state and its history entries; ConditionFailed if it moved before."""
    work = store.Transaction()
    work.put(_item(run), RunItem.version == seen)
    for step in steps:
        work.put(_step_item(run.id, step))
    store.patiently(work)


def extend(run: Run, until: datetime) -> None:
    """Keep a lease for longer, as long as the run is at this version."""
    item = RunItem(keys.run(run.id), keys.RUN)
    actions: list[Action] = [
        RunItem.leased_until.set(until),
        RunItem.gsi2sk.set(keys.due(until, run.id)),
    ]
    store.update(item, actions, RunItem.version == run.version)


def snapshot(run: str) -> int | None:
    """How many records the snapshot holds; None while it is not complete."""
    found = store.get(SnapshotItem, keys.run(run), keys.SNAPSHOT, consistent=True)
    return None if found is None else int(found.records)


def complete_snapshot(run: str, records: int) -> None:
    """Note that nothing is added to a run any more."""
    item = SnapshotItem(keys.run(run), keys.SNAPSHOT, records=records, at=clock.now())
    store.put(item)


def under_way() -> list[Run]:
    return [run_of(item) for item in store.every(RunItem, keys.due_runs(), index="GSI2")]


def paused() -> list[Run]:
    return [run_of(item) for item in store.every(RunItem, keys.paused_runs(), index="GSI2")]


def listed(period: str | None = None) -> list[RunId]:
    """All runs of the school, the newest first."""
    found = store.every(ListedItem, keys.runs(), ListedItem.sk < keys.HOLD, newest_first=True)
    return [RunId(item.run) for item in found if period in {None, item.period}]


def listed_page(
    period: str | None, *, limit: int, start: store.Key | None
) -> tuple[list[RunId], store.Key | None]:
    """A page of the school's runs, the newest first."""
    where = None if period is None else ListedItem.period == period
    sk = ListedItem.sk < keys.HOLD
    page = store.query(
        ListedItem, keys.runs(), sk, newest_first=True, limit=limit, start=start, where=where
    )
    return [RunId(item.run) for item in page.items], page.next


def steps(run: str) -> Iterator[Step]:
    for item in store.every(StepItem, keys.run(run), StepItem.sk.startswith(keys.steps())):
        yield _step(item)


def last_steps(run: str, most: int) -> list[Step]:
    """The last steps of a run, the newest first."""
    return steps_page(run, limit=most, start=None)[0]


def steps_page(
    run: str, *, limit: int, start: store.Key | None
) -> tuple[list[Step], store.Key | None]:
    sk = StepItem.sk.startswith(keys.steps())
    page = store.query(StepItem, keys.run(run), sk, newest_first=True, limit=limit, start=start)
    return [_step(item) for item in page.items], page.next


def _step(item: StepItem) -> Step:
    return Step(item.version, item.state, item.phase, item.at, int(item.attempt), item.note or "")


def risk(run: str) -> Risk:
    """What was told about the run's deadline."""
    found = store.get(RiskItem, keys.run(run), keys.RISK)
    if found is None or not found.at_risk:
        return Risk.NONE
    return Risk.OVERDUE if found.overdue else Risk.AT_RISK


def note_risk(run: str, risk: Risk) -> None:
    item = RiskItem(
        keys.run(run),
        keys.RISK,
        at_risk=risk is not Risk.NONE,
        overdue=risk is Risk.OVERDUE,
        at=clock.now(),
    )
    store.put(item)


def definition(run: Run) -> str:
    """The text of the machine that a run began with."""
    return _definition(context.school(), run.id, run.machine)


@lru_cache(maxsize=MACHINES)
def _definition(school: str, run: str, digest: str) -> str:
    # The school is part of the cache's key: two schools' runs must not meet here.
    found = store.get(MachineItem, keys.run(run), keys.machine(digest), consistent=True)
    if found is None:
        raise LookupError(f"Run {run} of {school} has lost its definition {digest}.")
    return found.text


def save_balance(run: str, balance: Balance) -> None:
    content = {
        "snapshot": balance.snapshot,
        "counts": balance.counts,
        "differences": balance.differences,
        "foreign": balance.foreign,
    }
    item = BalanceItem(keys.run(run), keys.BALANCE, balance=json.dumps(content), at=clock.now())
    store.put(item)


def balance(run: str) -> Balance | None:
    found = store.get(BalanceItem, keys.run(run), keys.BALANCE, consistent=True)
    return None if found is None else balance_of(found)


def balance_of(item: BalanceItem) -> Balance:
    raw = json.loads(item.balance)
    counts = {State(name): number for name, number in raw["counts"].items()}
    return Balance(raw["snapshot"], counts, tuple(raw["differences"]), raw["foreign"])


def _machine_item(run: Run, text: str) -> MachineItem:
    return MachineItem(keys.run(run.id), keys.machine(run.machine), text=text)


def _step_item(run: str, step: Step) -> StepItem:
    return StepItem(
        keys.run(run),
        keys.step(step.version),
        version=step.version,
        state=step.state,
        phase=step.phase,
        at=step.at,
        attempt=step.attempt,
        note=step.note or None,
    )


def _item(run: Run) -> RunItem:
    item = RunItem(
        keys.run(run.id),
        keys.RUN,
        run=run.id,
        period=run.period,
        purpose=run.kind.value,
        status=run.status.value,
        state=run.execution.state,
        phase=run.execution.phase.value,
        execution=json.dumps(engine.dump(run.execution)),
        machine=run.machine,
        version=run.version,
        executions=run.executions,
        began=run.began,
        started=run.started,
        started_by=run.started_by or None,
        groups=",".join(run.groups) or None,
        correlation_id=run.correlation_id,
        not_before=run.not_before,
        leased_until=run.leased_until,
        finished=run.finished,
        times=json.dumps({path: clock.stamp(at) for path, at in run.times.items()}),
        time_scale=Decimal(str(run.time_scale)),
        engine=run.engine,
        campaign=run.campaign or None,
        first_version=run.first_version,
        updated=clock.now(),
    )
    where = {RunStatus.RUNNING: keys.due_runs(), RunStatus.PAUSED: keys.paused_runs()}
    if run.status in where:
        item.gsi2pk = where[run.status]
        item.gsi2sk = keys.due(run.leased_until or run.not_before or item.updated, run.id)
    return item


def run_of(item: RunItem) -> Run:
    return Run(
        id=RunId(item.run),
        period=PeriodId(item.period),
        execution=engine.restore(json.loads(item.execution)),
        machine=item.machine,
        began=item.began,
        started=item.started,
        correlation_id=item.correlation_id,
        started_by=item.started_by or "",
        version=int(item.version),
        executions=int(item.executions),
        not_before=item.not_before,
        leased_until=item.leased_until,
        finished=item.finished,
        times={path: clock.parse(at) for path, at in json.loads(item.times or "{}").items()},
        time_scale=float(item.time_scale),
        engine=item.engine or CELERY,
        campaign=item.campaign or "",
        first_version=int(item.first_version or 0),
        updated=item.updated,
        groups=tuple(filter(None, (item.groups or "").split(","))),
        kind=RunKind(item.purpose or RunKind.FIRST),
    )
