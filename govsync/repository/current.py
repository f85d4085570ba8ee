"""The one run of a period that may be under way.

An item names it. Whether it has ended is not written there again: the run itself says so, and
whoever takes the period over makes sure, in the same transaction, that it still does.
"""

from govsync import keys
from govsync.domain import Run
from govsync.models import CurrentItem, ListedItem, RunItem
from luca.aws import store
from luca.kernel.ids import PeriodId, RunId

TAKEN = "taken"  # the part of a transaction that refuses a second run


def get(period: PeriodId) -> RunId | None:
    """The run that was under way last, and may be still."""
    found = store.get(CurrentItem, keys.runs(), keys.current(period), consistent=True)
    return None if found is None else RunId(found.run)


def join(work: store.Transaction, run: Run, seen: Run | None) -> None:
    """Make a run the period's, in place of one that was seen there and has ended."""
    item = CurrentItem(keys.runs(), keys.current(run.period), run=run.id)
    if seen is None or seen.id == run.id:
        work.put(item, CurrentItem.pk.does_not_exist() | (CurrentItem.run == run.id), name=TAKEN)
        return
    as_seen = RunItem.version == seen.version
    work.check(RunItem, keys.run(seen.id), keys.RUN, as_seen, name=TAKEN)
    work.put(item, CurrentItem.run == seen.id, name=TAKEN)


def started_after(run: Run) -> list[RunId]:
    """Runs of the same period that were begun later; the id of a campaign's says nothing of it."""
    found = store.every(ListedItem, keys.runs(), ListedItem.sk < keys.HOLD, consistent=True)
    later = (item for item in found if item.period == run.period and item.started > run.started)
    return [RunId(item.run) for item in later]
