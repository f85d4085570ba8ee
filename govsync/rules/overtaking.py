"""What an older run must not send any more, because a later run has frozen the grade anew."""

from collections.abc import Collection, Sequence
from datetime import datetime

from govsync.domain import Batch, Record, State

OVERTAKEN = "overtaken_by_later_run"
ASKING = "asking_by_key"
NEVER_CAME = "not_taken"
# What follows a call that the authority has answered, and has not taken.
REFUSED = frozenset({State.RETRYABLE, State.REJECTED_AUTH})


def overtaken(records: Sequence[Record], later: Collection[str], at: datetime) -> list[Record]:
    """The records, those of them superseded of which a later run has the newer word."""
    return [
        one.become(State.SUPERSEDED, at, 0, OVERTAKEN)
        if one.id in later and one.state is not State.SUPERSEDED and not one.moved_to
        else one
        for one in records
    ]


def divided(batch: Batch, records: Sequence[Record], at: datetime) -> Batch | None:
    """What becomes of a batch some of whose records were overtaken; None if none of them was.

    Its key is not that of the others alone. They go on in a batch of their own, unless the
    authority may have taken them all under the old key: that is asked first.
    """
    gone = {one.id: OVERTAKEN for one in records if one.reason == OVERTAKEN and not one.moved_to}
    if not gone:
        return None
    if may_be_taken(batch):
        return batch.become(State.UNKNOWN, at, ASKING)
    return batch.become(State.SUPERSEDED, at, OVERTAKEN, rejected=gone)


def may_be_taken(batch: Batch) -> bool:
    """Whether a call of a batch may have arrived: one of which the answer is not known."""
    found = False
    after = (*batch.history[1:], None)
    for entry, then in zip(batch.history, after, strict=True):
        if entry.reason == NEVER_CAME:
            found = False
        elif entry.state is State.IN_FLIGHT and (then is None or then.state not in REFUSED):
            found = True
    return found
