"""What reading the authority back says about a record that was sent."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from govsync.domain import ACCEPTED, Record, State

CLAIMED_TO_BE_THERE = ACCEPTED | {State.VERIFIED, State.DRIFTED}
REPLACED = "replaced_by_later_run"


@dataclass(frozen=True, slots=True)
class Later:
    """The same grade's record in a run that was started later."""

    revision: str
    state: State


def compared(record: Record, held: str | None, later: Sequence[Later], at: datetime) -> Record:
    """Return a record as it is now known to stand; `held` is the authority's revision of it.

    Which content the authority should hold is the newest run's affair: an older
    revision that gave way to it has not drifted.
    """
    if record.moved_to or not record.revision:
        return record
    others = [one for one in later if one.revision and one.revision != record.revision]
    if any(one.state in CLAIMED_TO_BE_THERE for one in others):
        return _replaced(record, at)
    if held == record.revision:
        return record.become(State.VERIFIED, at, 0, "read_back")
    if record.state not in CLAIMED_TO_BE_THERE:
        return record
    if held is not None and held in {one.revision for one in others}:
        return _replaced(record, at)
    why = "missing" if held is None else "other_revision"
    return record.become(State.DRIFTED, at, 0, why)


def _replaced(record: Record, at: datetime) -> Record:
    """What the authority never took was not replaced: it keeps its own end."""
    if record.state in CLAIMED_TO_BE_THERE:
        return record.become(State.SUPERSEDED, at, 0, REPLACED)
    return record
