"""A run as it lies in the table, whatever its items are: for its evidence.

What somebody adds to an item later is so in the evidence without another line of code.
"""

import json
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from govsync import keys
from govsync.models import EvidenceItem
from luca.aws import audit, store
from luca.aws.audit import Action
from luca.aws.store import raw
from luca.kernel import clock

Item = dict[str, Any]
PLACES = frozenset({"PK", "SK", "GSI1PK", "GSI1SK", "GSI2PK", "GSI2SK"})
TEXTS = frozenset({"history", "rejected", "taken", "counts", "balance", "execution", "details"})


def of_run(run: str) -> Iterator[Item]:
    """Everything under the run itself: its state, machines, steps, snapshot, balance."""
    yield from map(_opened, raw.partition(keys.run(run)))


def of_book(run: str) -> Iterator[Item]:
    yield from map(_opened, raw.partition(keys.book(run)))


def of_batch(run: str, number: str) -> list[Item]:
    """A batch and its records, these in the order in which they are sent."""
    found = map(_opened, raw.partition(keys.batch(run, number)))
    return sorted(found, key=lambda one: (one.get("position", -1), one.get("record", "")))


def acts(run: str, began: datetime, ended: datetime) -> Iterator[Item]:
    """What the audit log says about the sync from a run's beginning to its end.

    The making of evidence is left out: it says nothing about the run, and would make each
    archive of one run differ from the one before.
    """
    for day in _days(began.date(), ended.date()):
        for entry in raw.partition(audit.day(day)):
            if _concerns(entry, run) and clock.stamp(began) <= entry["at"] <= clock.stamp(ended):
                yield _opened(entry)


def note_archive(run: str, root: str, files: int) -> None:
    """Remember the root hash of an archive that was made, and in the audit log who made it."""
    place = keys.evidence(root)
    item = EvidenceItem(keys.run(run), place, root=root, files=files, at=clock.now())
    work = store.Transaction()
    work.put(item)
    audit.join(work, Action.SYNC_EVIDENCE, f"run:{run}", root=root)
    store.patiently(work)


def archives(run: str) -> list[str]:
    """The root hashes of the archives that were made of a run."""
    sk = EvidenceItem.sk.startswith(keys.evidences())
    return [item.root for item in store.every(EvidenceItem, keys.run(run), sk, consistent=True)]


def _concerns(entry: Item, run: str) -> bool:
    """Acts on this run, and on the whole school's sync; never on another run."""
    action, about = str(entry.get("action")), str(entry.get("about"))
    if not action.startswith("sync.") or action == Action.SYNC_EVIDENCE.value:
        return False
    return about == f"run:{run}" or not about.startswith("run:")


def _opened(item: Item) -> Item:
    """Without its places, and with the JSON inside it opened."""
    return {name: _read(name, value) for name, value in item.items() if name not in PLACES}


def _read(name: str, value: Any) -> Any:
    return json.loads(value) if name in TEXTS and isinstance(value, str) else value


def _days(first: date, last: date) -> Iterator[date]:
    while first <= last:
        yield first
        first += timedelta(days=1)
