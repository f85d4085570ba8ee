"""The other runs of a run's period: what they sent of the same grades."""

from collections import defaultdict
from collections.abc import Mapping

from govsync.domain import Run, RunKind, State
from govsync.repository import batches, current, outlines, runs
from govsync.rules import CLAIMED_TO_BE_THERE, Later, Ledger, Outline, totals

ARRIVED = CLAIMED_TO_BE_THERE | {State.SUPERSEDED}


def later(run: Run) -> Mapping[str, list[Later]]:
    """Records of runs of the period that were started after this one; most have none."""
    found: dict[str, list[Later]] = defaultdict(list)
    for identity in current.started_after(run):
        for record in outlines.of_run(identity):
            found[record.id].append(Later(record.revision, record.state))
    return found


def foreign(run: Run, held: Mapping[str, str]) -> list[str]:
    """Records that the authority holds of the period and that no run of it has sent."""
    rest = set(held)
    for identity in runs.listed(run.period):
        if rest:
            rest -= {one.sent_as for one in outlines.of_run(identity) if one.may_have_left}
    return sorted(rest)


def ledger(period: str) -> Ledger:
    """Every record of a period with all that its runs know of it, the oldest run first."""
    found: dict[str, list[Outline]] = defaultdict(list)
    for identity in reversed(runs.listed(period)):
        for one in outlines.of_run(identity):
            found[one.id].append(one)
    return found


def arrived(period: str) -> set[str]:
    """Records of a period that the authority had once, by the ledger's ids."""
    return {
        one.id
        for identity in runs.listed(period)
        for one in outlines.of_run(identity)
        if one.state is State.VOID or (one.may_have_left and one.state in ARRIVED)
    }


def kind_of_next(period: str) -> RunKind:
    """A run after something of the period has arrived is a correction."""
    for identity in runs.listed(period):
        counts = totals(batches.book(identity))
        if any(counts[state] for state in ARRIVED):
            return RunKind.CORRECTION
    return RunKind.FIRST
