"""A school's hold: one item, set and lifted together with its entry in the audit log."""

from collections.abc import Iterable

from govsync import keys
from govsync.domain import Hold, HoldReason, Run
from govsync.models import HoldItem
from govsync.repository import runs
from luca.aws import audit, store
from luca.kernel import context

MOST_RESTARTS = 30  # three writes each, in one transaction of at most 100


def get() -> Hold | None:
    found = store.get(HoldItem, keys.runs(), keys.HOLD, consistent=True)
    return None if found is None else hold_of(found)


def hold_of(item: HoldItem) -> Hold:
    return Hold(item.since, HoldReason(item.reason), item.by or "")


def add(hold: Hold, why: str = "") -> bool:
    """Set a hold; False when there is one already, which stays as it is."""
    item = HoldItem(
        keys.runs(), keys.HOLD, since=hold.since, reason=hold.reason.value, by=hold.by or None
    )
    work = store.Transaction()
    work.put(item, HoldItem.pk.does_not_exist())
    audit.join(work, audit.Action.SYNC_PAUSED, _about(), reason=why, why=hold.reason.value)
    try:
        store.patiently(work)
    except store.ConditionFailed:
        return False
    return True


def lift(fresh: Iterable[tuple[Run, int]], definition: str, why: str = "") -> None:
    """Lift the hold and store a new execution of each paused run, or nothing of it.

    Each run comes with the version at which it was read. Done one after the other a
    kill in between would leave runs that nothing holds and nobody wakes.
    """
    work = store.Transaction()
    work.delete(HoldItem(keys.runs(), keys.HOLD))
    number = 0
    for run, seen in fresh:
        runs.join_restart(work, run, seen, definition)
        number += 1
    audit.join(work, audit.Action.SYNC_RESUMED, _about(), reason=why, runs=str(number))
    store.patiently(work)


def _about() -> str:
    return f"school:{context.school()}"
