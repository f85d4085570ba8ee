"""What reading the authority back says about a record that was sent."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from govsync.domain import ACCEPTED, Record, State

CLAIMED_TO_BE_THERE = ACCEPTED | {State.VERIFIED, State.DRIFTED}
REPLACED = "replaced_by_later_run"
OLDER = "older_revision"
TAKEN_BACK = "taken_back"  # gone on both sides


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
    claimed = {one.state for one in others} & CLAIMED_TO_BE_THERE
    if claimed:
        # A later run that says its own is there, and it is not: somebody has to hear of it.
        believed = bool(claimed - {State.DRIFTED}) and held == record.revision
        return record.become(State.DRIFTED, at, 0, OLDER) if believed else _replaced(record, at)
    if held == record.revision:
        return record.become(State.VERIFIED, at, 0, "read_back")
    if record.state not in CLAIMED_TO_BE_THERE:
        return record
    return _no_longer_there(record, held, later, at)


def _no_longer_there(
    record: Record, held: str | None, later: Sequence[Later], at: datetime
) -> Record:
    """What becomes of an accepted record whose content the authority does not hold."""
    if held is None:
        if is_erased(record) or any(one.state is State.VOID for one in later):
            return record.become(State.VOID, at, 0, TAKEN_BACK)
        return record.become(State.DRIFTED, at, 0, "missing")
    if held in {one.revision for one in later}:
        return _replaced(record, at)
    return record.become(State.DRIFTED, at, 0, "other_revision")


def is_erased(record: Record) -> bool:
    """Whether what was sent was taken out of the ledger because a person was erased."""
    return bool(record.revision) and not record.payload


def _replaced(record: Record, at: datetime) -> Record:
    """What the authority never took was not replaced: it keeps its own end."""
    if record.state in CLAIMED_TO_BE_THERE:
        return record.become(State.SUPERSEDED, at, 0, REPLACED)
    return record
