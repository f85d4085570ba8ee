"""The periods of a school that are looked at every day: one small item each."""

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING

from govsync import keys
from govsync.models import WatchItem
from govsync.rules import Watch
from luca.aws import audit, store
from luca.kernel.ids import PeriodId

if TYPE_CHECKING:
    from pynamodb.expressions.condition import Condition


def get(period: str) -> Watch | None:
    found = store.get(WatchItem, keys.watches(), keys.watch(period), consistent=True)
    return None if found is None else watch_of(found)


def every() -> list[Watch]:
    return [watch_of(item) for item in store.every(WatchItem, keys.watches(), consistent=True)]


def save(watch: Watch) -> Watch:
    """Store the next state of what was read; ConditionFailed if somebody was faster."""
    item = _item(watch)
    store.put(item, _as_seen(watch))
    return watch_of(item)


def close(watch: Watch, why: str = "") -> Watch:
    """The same for a watch that somebody has closed, with its entry in the audit log."""
    item = _item(watch)
    work = store.Transaction()
    work.put(item, _as_seen(watch))
    about, found = f"period:{watch.period}", _counts(watch.found)
    audit.join(work, audit.Action.SYNC_CLOSED, about, reason=why, **found)
    store.patiently(work)
    return watch_of(item)


def _as_seen(watch: Watch) -> "Condition":
    return WatchItem.version == watch.version if watch.version else WatchItem.pk.does_not_exist()


def _counts(found: Mapping[str, int]) -> dict[str, str]:
    return {kind: str(number) for kind, number in sorted(found.items())}


def _item(watch: Watch) -> WatchItem:
    return WatchItem(
        keys.watches(),
        keys.watch(watch.period),
        period=watch.period,
        since=watch.since,
        until=watch.until,
        due=watch.due,
        checked=watch.checked,
        found=json.dumps(dict(watch.found)),
        waiting=watch.waiting,
        file=watch.file or None,
        closed=watch.closed,
        closed_by=watch.closed_by or None,
        began=watch.began,
        cursor=watch.cursor or None,
        pages=watch.pages,
        slot=watch.slot or None,
        version=watch.version + 1,
    )


def watch_of(item: WatchItem) -> Watch:
    return Watch(
        period=PeriodId(item.period),
        since=item.since,
        until=item.until,
        due=item.due,
        checked=item.checked,
        found=json.loads(item.found),
        waiting=int(item.waiting),
        file=item.file or "",
        closed=item.closed,
        closed_by=item.closed_by or "",
        began=item.began,
        cursor=item.cursor or "",
        pages=int(item.pages),
        slot=item.slot or "",
        version=int(item.version),
    )
