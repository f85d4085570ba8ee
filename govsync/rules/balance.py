"""Whether every record of a snapshot is accounted for."""

from collections import Counter
from collections.abc import Iterable, Mapping

from govsync.domain import Balance, Line, State

ENDS = (
    State.VERIFIED,
    State.REJECTED_DATA,
    State.BLOCKED_LOCAL,
    State.CONFLICT,
    State.DEAD,
    State.SUPERSEDED,
    State.VOID,
)


def totals(lines: Iterable[Line]) -> Counter[State]:
    found: Counter[State] = Counter()
    for line in lines:
        found.update(line.counts)
    return found


def balance(snapshot: int, counts: Mapping[State, int], foreign: int = 0) -> Balance:
    """Compare the snapshot with where its records ended; name each difference."""
    ended = sum(counts.get(state, 0) for state in ENDS)
    differences = []
    if snapshot != ended:
        differences.append(f"{snapshot} records in the snapshot, {ended} accounted for")
    for state, number in sorted(counts.items()):
        if number and state not in ENDS:
            differences.append(f"{number} {state.value}")
    kept = {state: number for state, number in sorted(counts.items()) if number}
    return Balance(snapshot, kept, tuple(differences), foreign)
