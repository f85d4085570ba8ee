"""A period over all of its runs: each record counted once, and what does not agree."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from govsync.domain import Balance, State
from govsync.rules.balance import balance
from govsync.rules.comparing import CLAIMED_TO_BE_THERE, REPLACED

MISSING, OTHER, UNKNOWN = "missing", "other_revision", "unknown"
ARRIVED, WITHDRAWN, FOREIGN = "arrived", "withdrawn", "foreign"


@dataclass(frozen=True, slots=True)
class Outline:
    """A record without its payload and its history."""

    run: str
    batch: str
    id: str
    sent_as: str  # its id at the authority
    student: str
    subject: str
    revision: str
    state: State
    reason: str = ""

    @property
    def may_have_left(self) -> bool:
        """Whether the authority can ever have seen this revision."""
        dropped = self.state is State.SUPERSEDED and self.reason != REPLACED
        return bool(self.revision) and not dropped


@dataclass(frozen=True, slots=True)
class Discrepancy:
    """One record about which Luca and the authority do not say the same."""

    kind: str
    record: str  # as the authority knows it
    batch: str = ""  # none of ours for a foreign record
    student: str = ""
    subject: str = ""
    run: str = ""


Ledger = Mapping[str, Sequence[Outline]]  # by the record's id, the oldest run first


def counted(of_one: Sequence[Outline]) -> Outline:
    """Where a record of a period stands: in the newest run that did not leave it to another."""
    live = [one for one in of_one if one.state is not State.SUPERSEDED]
    return (live or of_one)[-1]


def period_balance(ledger: Ledger, foreign: int = 0) -> Balance:
    """Add up a period; the same law as a run's, over records instead of revisions."""
    counts = Counter(counted(of_one).state for of_one in ledger.values())
    return balance(len(ledger), counts, foreign)


def disagreements(ledger: Ledger, held: Mapping[str, str]) -> list[Discrepancy]:
    """Compare what the authority holds (revisions by its ids) with the whole period."""
    ours = {one.sent_as for of_one in ledger.values() for one in of_one if one.may_have_left}
    foreign = (Discrepancy(FOREIGN, one) for one in sorted(held.keys() - ours))
    return [*_of_ours(ledger.values(), held), *foreign]


def _of_ours(ledger: Iterable[Sequence[Outline]], held: Mapping[str, str]) -> Iterator[Discrepancy]:
    for of_one in ledger:
        sent = [one for one in of_one if one.may_have_left]
        if sent:
            place = _claimed(sent) or sent[-1]
            kind = _kind(counted(of_one), sent, held.get(place.sent_as))
            if kind:
                ours = place.batch, place.student, place.subject, place.run
                yield Discrepancy(kind, place.sent_as, *ours)


def _kind(now: Outline, sent: Sequence[Outline], found: str | None) -> str:
    """What is wrong about a record that was sent; nothing, if it is as it should be."""
    if now.state is State.VOID:
        return WITHDRAWN if found is not None else ""
    claimed = _claimed(sent)
    if found is None:
        return _absent(claimed, now)
    if claimed is not None and found == claimed.revision:
        return ""
    later = sent if claimed is None else sent[sent.index(claimed) :]
    return ARRIVED if found in {one.revision for one in later} else OTHER


def _absent(claimed: Outline | None, now: Outline) -> str:
    if claimed is not None:
        return MISSING
    return UNKNOWN if now.state is State.UNKNOWN else ""


def _claimed(sent: Sequence[Outline]) -> Outline | None:
    """The newest revision that the authority has said it has."""
    return next((one for one in reversed(sent) if one.state in CLAIMED_TO_BE_THERE), None)
