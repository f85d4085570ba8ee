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
    """Every order that compaction obeys, those that were carried out before as well.

    While the school is held there are none to carry out: they wait.
    """
    return () if holds.get() else given()


def given() -> tuple[Order, ...]:
    """Every order of the school. A hold keeps files; who was erased comes back from none."""
    return tuple(map(_order, _every()))


def open_ones() -> tuple[Order, ...]:
    """The orders that no compaction has carried out yet, whether or not the school is held."""
    return tuple(_order(one) for one in _every() if one.is_open)


def carried_out(orders: Iterable[Order]) -> None:
    """Say of orders that every file obeys them; one that was renewed meanwhile stays open."""
    told = {(one.person, one.until) for one in orders}
    for item in _every():
        if item.is_open and (item.person, item.until) in told:
            with suppress(store.ConditionFailed):
                done = LakeErasureItem.compacted_at.set(clock.now())
                store.update(item, [done], LakeErasureItem.until == item.until)


def _order(item: LakeErasureItem) -> Order:
    return Order(item.person, item.until, frozenset(item.keeps or ()))


def _every() -> list[LakeErasureItem]:
    beginning = LakeErasureItem.sk.startswith(keys.every_erasure())
    return list(store.every(LakeErasureItem, keys.erasures(), beginning, consistent=True))
