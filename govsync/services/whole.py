"""A period over all of its runs: where each record stands, and what waits to be sent."""

from dataclasses import dataclass

from govsync import rules
from govsync.domain import Balance, Run
from govsync.repository import runs
from govsync.rules import Watch
from govsync.services import checking, history, watching
from luca.kernel.errors import NotFound
from luca.kernel.ids import PeriodId


@dataclass(frozen=True, slots=True)
class Whole:
    """A period: its runs, its sum, what a correction run would send, and the daily check."""

    period: PeriodId
    runs: tuple[Run, ...]  # the newest first
    balance: Balance
    waiting: int
    watch: Watch | None


def whole(period: PeriodId) -> Whole:
    """Add up a period; NotFound when no run of it was ever started."""
    found = tuple(one for one in map(runs.get, runs.listed(period)) if one is not None)
    if not found:
        raise NotFound("No run of this period was started yet.", code="period_not_synced")
    watch = watching.watched(period)
    foreign = 0 if watch is None else watch.found.get(rules.FOREIGN, 0)
    return Whole(
        period=period,
        runs=found,
        balance=rules.period_balance(history.ledger(period), foreign),
        waiting=checking.preflight(period).ready,
        watch=watch,
    )
