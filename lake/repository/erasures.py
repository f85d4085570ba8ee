"""Orders to erase somebody from the lake."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from lake import keys
from lake.models import LakeErasureItem
from lake.repository import holds
from lake.rules.erasing import Order
from luca.aws import store
from luca.kernel import clock

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime


def join(
    work: store.Transaction,
    person: str,
    *,
    until: datetime,
    certificate: str,
    keeps: Iterable[str],
) -> None:
    """Put an order into somebody else's transaction."""
    work.put(
        LakeErasureItem(
            keys.erasures(),
            keys.erasure(person),
            person=person,
            until=until,
            keeps=sorted(keeps),
            certificate=certificate,
        )
    )


def orders() -> tuple[Order, ...]:
    """Every order of the school, those that were carried out before as well.

    While the school is held there are none to carry out: they wait.
    """
    found = [] if holds.get() else _every()
    return tuple(Order(one.person, one.until, frozenset(one.keeps or ())) for one in found)


def open_orders() -> int:
    """How many orders no compaction has carried out yet."""
    return sum(one.is_open for one in _every())


def carried_out(orders: Iterable[Order]) -> None:
    """Say of orders that every file obeys them; one that was renewed meanwhile stays open."""
    told = {(one.person, one.until) for one in orders}
    for item in _every():
        if item.is_open and (item.person, item.until) in told:
            with suppress(store.ConditionFailed):
                done = LakeErasureItem.compacted_at.set(clock.now())
                store.update(item, [done], LakeErasureItem.until == item.until)


def _every() -> list[LakeErasureItem]:
    beginning = LakeErasureItem.sk.startswith(keys.every_erasure())
    return list(store.every(LakeErasureItem, keys.erasures(), beginning, consistent=True))
