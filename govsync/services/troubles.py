"""What of a school's sync needs somebody: looked up for the office's first page, by a worker."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from govsync.domain import Risk, Run, RunStatus, State
from govsync.repository import runs, watches
from govsync.services import holding
from govsync.services.running import run, status
from tenants import services as tenants
from tenants.domain import PeriodState


class What(StrEnum):
    """What is the matter, the worst first."""

    HELD = "held"  # nothing of the school is sent
    OVERDUE = "overdue"
    AT_RISK = "at_risk"
    FAILED = "failed"
    PAUSED = "paused"
    DEAD = "dead"  # batches that were given up
    DRIFTED = "drifted"  # records that the authority holds differently
    UNBALANCED = "unbalanced"
    REJECTED = "rejected"  # records that the authority refused
    BLOCKED = "blocked"  # records that our own checks refuse to send
    DISCREPANCIES = "discrepancies"  # what the daily check has found
    NOT_SENT = "not_sent"  # a closed period of which no run was begun


@dataclass(frozen=True, slots=True)
class Trouble:
    what: What
    period: str = ""
    run: str = ""
    count: int = 0
    reason: str = ""  # a word of a fixed list


def troubles() -> list[Trouble]:
    """Everything, the worst first; a period's last run speaks for the period."""
    order = list(What)
    return sorted(_every(), key=lambda one: (order.index(one.what), one.period, one.run))


def _every() -> Iterator[Trouble]:
    hold = holding.held()
    if hold is not None:
        yield Trouble(What.HELD, reason=hold.reason.value)
    for period in tenants.periods():
        last = next(iter(runs.listed(period.id)), None)
        if last is not None:
            yield from _of_run(run(last))
        elif period.state is PeriodState.CLOSED:
            yield Trouble(What.NOT_SENT, period.id)
    for watch in watches.every():
        if watch.closed is None and watch.findings:
            yield Trouble(What.DISCREPANCIES, watch.period, count=watch.findings)


def _of_run(found: Run) -> Iterator[Trouble]:
    now = status(found.id)
    told = runs.risk(found.id) if found.status is not RunStatus.DONE else Risk.NONE
    counts = {
        What.OVERDUE: int(told is Risk.OVERDUE),
        What.AT_RISK: int(told is Risk.AT_RISK),
        What.FAILED: int(found.status is RunStatus.FAILED),
        What.PAUSED: int(found.status is RunStatus.PAUSED),
        What.DEAD: now.batches.get(State.DEAD, 0) + now.batches.get(State.REJECTED_AUTH, 0),
        What.DRIFTED: now.records.get(State.DRIFTED, 0),
        What.UNBALANCED: int(now.balance is not None and not now.balance.balanced),
        What.REJECTED: now.records.get(State.REJECTED_DATA, 0) + now.records.get(State.CONFLICT, 0),
        What.BLOCKED: now.records.get(State.BLOCKED_LOCAL, 0),
    }
    for what, count in counts.items():
        if count:
            yield Trouble(what, found.period, found.id, count)
