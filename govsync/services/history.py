"""The other runs of a run's period: what they sent of the same grades."""

from collections import defaultdict
from collections.abc import Iterator, Mapping

from govsync.domain import Record, Run, RunKind, State
from govsync.repository import batches, runs
from govsync.rules import CLAIMED_TO_BE_THERE, Later, totals
from luca.kernel.ids import RunId

ARRIVED = CLAIMED_TO_BE_THERE | {State.SUPERSEDED}


def later(run: Run) -> Mapping[str, list[Later]]:
    """Records of runs of the period that were started after this one; most have none."""
    found: dict[str, list[Later]] = defaultdict(list)
    for identity in runs.listed(run.period):
        if identity > run.id:  # a run's id begins with the time of its start
            for record in _records(identity):
                found[record.id].append(Later(record.revision, record.state))
    return found


def foreign(run: Run, held: Mapping[str, str]) -> list[str]:
    """Records that the authority holds of the period and that no run of it has sent."""
    rest = set(held)
    for identity in runs.listed(run.period):
        if rest:
            rest -= {record.sent_as for record in _records(identity) if record.revision}
    return sorted(rest)


def kind_of_next(period: str) -> RunKind:
    """A run after something of the period has arrived is a correction."""
    for identity in runs.listed(period):
        counts = totals(batches.book(identity))
        if any(counts[state] for state in ARRIVED):
            return RunKind.CORRECTION
    return RunKind.FIRST


def _records(identity: RunId) -> Iterator[Record]:
    for line in batches.book(identity):
        for record in batches.records(identity, line.number):
            if not record.moved_to:
                yield record
