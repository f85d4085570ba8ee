"""Nights that were begun: one item per school and date, in the platform's partition."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import timedelta
from typing import TYPE_CHECKING

from grades import keys
from grades.domain import Night, NightState
from grades.domain.nights import Failure
from grades.models import NightItem
from luca.aws import store
from luca.kernel import clock

if TYPE_CHECKING:
    from pynamodb.expressions.update import Action

GIVEN_UP = timedelta(minutes=5)  # whoever claimed the night and did not enqueue it is dead
KEPT = timedelta(days=14)


def claim(school: str, date: str) -> bool:
    """Take a night, once: the first of any number of schedulers gets True."""
    now = clock.now()
    item = NightItem(
        keys.lock(school),
        keys.night(date),
        state=NightState.CLAIMED.value,
        claimed_at=now,
        ttl=int((now + KEPT).timestamp()),
    )
    abandoned = (NightItem.state == NightState.CLAIMED.value) & (
        NightItem.claimed_at < now - GIVEN_UP
    )
    try:
        store.put(item, NightItem.pk.does_not_exist() | abandoned)
    except store.ConditionFailed:
        return False
    return True


def enqueued(school: str, date: str) -> None:
    """Note that the night's work is on its way; a worker may have begun it already."""
    item = NightItem(keys.lock(school), keys.night(date))
    try:
        store.update(
            item,
            [NightItem.state.set(NightState.ENQUEUED.value)],
            NightItem.state == NightState.CLAIMED.value,
        )
    except store.ConditionFailed:
        return


def begin(school: str, date: str) -> bool:
    """Note that the night's work is done now; False when it is finished already.

    A message may come twice, also while the first is in work: both may run.
    """
    item = NightItem(keys.lock(school), keys.night(date))
    unfinished = NightItem.pk.exists() & (NightItem.state != NightState.FINISHED.value)
    try:
        store.update(item, [NightItem.state.set(NightState.RUNNING.value)], unfinished)
    except store.ConditionFailed:
        return False
    return True


def end(school: str, night: Night) -> None:
    """Note how the night ended; one that finished stays so."""
    item = NightItem(keys.lock(school), keys.night(night.date))
    actions: list[Action] = [
        NightItem.state.set(night.state.value),
        NightItem.ended_at.set(clock.now()),
        NightItem.written.set(night.written),
        NightItem.failed.set(night.failed),
        NightItem.left.set(night.left),
        NightItem.error.set(night.error),
        NightItem.unchanged.set(night.unchanged),
        NightItem.courses.set(night.courses),
        NightItem.seconds.set(str(night.seconds)),
        NightItem.failures.set(json.dumps([asdict(one) for one in night.failures])),
    ]
    unfinished = NightItem.pk.exists() & (NightItem.state != NightState.FINISHED.value)
    try:
        store.update(item, actions, unfinished)
    except store.ConditionFailed:
        return


def tell(school: str, date: str, done: int, total: int) -> None:
    """Note how far the night's work has come."""
    item = NightItem(keys.lock(school), keys.night(date))
    actions: list[Action] = [NightItem.done.set(done), NightItem.total.set(total)]
    try:
        store.update(item, actions, NightItem.pk.exists())
    except store.ConditionFailed:
        return


def get(school: str, date: str) -> Night | None:
    found = store.get(NightItem, keys.lock(school), keys.night(date), consistent=True)
    return None if found is None else _night(found)


def last(school: str, number: int) -> list[Night]:
    """Return a school's nights, the newest first."""
    sk = NightItem.sk.startswith(keys.nights())
    page = store.query(
        NightItem, keys.lock(school), sk, consistent=True, newest_first=True, limit=number
    )
    return [_night(item) for item in page.items]


def _night(item: NightItem) -> Night:
    return Night(
        date=item.sk.removeprefix(keys.nights()),
        state=NightState(item.state),
        claimed_at=item.claimed_at,
        ended_at=item.ended_at,
        written=item.written or 0,
        failed=item.failed or 0,
        left=item.left or 0,
        error=item.error or "",
        unchanged=item.unchanged or 0,
        courses=item.courses or 0,
        seconds=float(item.seconds or 0),
        failures=tuple(Failure(**one) for one in json.loads(item.failures or "[]")),
        done=item.done or 0,
        total=item.total or 0,
    )
