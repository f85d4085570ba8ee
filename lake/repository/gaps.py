"""Gaps of the stream, and when each school was last filled from the table."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from lake import keys
from lake.domain import Filled, Gap
from lake.models import FilledItem, GapItem
from luca.aws import store

if TYPE_CHECKING:
    from datetime import datetime, timedelta


def record(gap: Gap) -> None:
    """Remember a gap; one that is found once more at the same place is the same, found later."""
    name = hashlib.sha256(f"{gap.shard}\0{gap.after}".encode()).hexdigest()[:20]
    known = store.get(GapItem, keys.lake(), keys.gap(name), consistent=True)
    store.put(
        GapItem(
            keys.lake(),
            keys.gap(name),
            shard=gap.shard,
            after=gap.after,
            since=known.since if known and not known.filled else gap.since,
            found=gap.found,
        )
    )


def every() -> list[Gap]:
    """All gaps that there ever were, the oldest first."""
    return sorted(map(_gap, _items()), key=lambda one: one.found)


def close(before: datetime, at: datetime) -> None:
    """Say of the gaps found before an instant that they are filled."""
    for item in _items():
        found = _gap(item)
        if found.filled is None and found.found <= before:
            store.update(item, [GapItem.filled.set(at)], GapItem.found <= before)


def filled() -> dict[str, Filled]:
    """By school: its last filling that was finished."""
    found = {one.sk.removeprefix(keys.FILLED): one for one in _schools()}
    return {school: Filled(one.begun, one.rows) for school, one in found.items() if one.begun}


def ask(school: str, at: datetime, patience: timedelta) -> bool:
    """Note that a worker is asked to fill a school; False: one was asked a moment ago."""
    fresh = FilledItem.asked.exists() & (FilledItem.asked > at - patience)
    item = FilledItem(keys.lake(), keys.filled(school))
    try:
        store.update(item, [FilledItem.asked.set(at), FilledItem.kind.set(FilledItem)], ~fresh)
    except store.ConditionFailed:
        return False
    return True


def done(school: str, begun: datetime, rows: int) -> None:
    """Say that all that a school had when a fill began is in files."""
    item = FilledItem(keys.lake(), keys.filled(school))
    kind = FilledItem.kind.set(FilledItem)
    store.update(item, [FilledItem.begun.set(begun), FilledItem.rows.set(rows), kind])


def _items() -> list[GapItem]:
    return list(
        store.every(GapItem, keys.lake(), GapItem.sk.startswith(keys.GAPS), consistent=True)
    )


def _schools() -> list[FilledItem]:
    found = store.every(
        FilledItem, keys.lake(), FilledItem.sk.startswith(keys.FILLED), consistent=True
    )
    return list(found)


def _gap(item: GapItem) -> Gap:
    return Gap(
        shard=item.shard,
        after=item.after,
        since=item.since,
        found=item.found,
        filled=item.filled,
    )
