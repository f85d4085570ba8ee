"""Orders to erase somebody from the lake: given with an erasure, carried out by compaction."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lake import keys
from lake.repository import erasures, holds
from luca.kernel import clock

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from luca.aws.store import Transaction


def order_erasure(
    work: Transaction,
    person: str,
    *,
    until: datetime,
    certificate: str,
    keeps: Iterable[str],
) -> None:
    """Have the rows of a person up to a time removed, in the transaction that ends an erasure.

    ``keeps`` are the periods whose academic record stays in the table, and so in the lake.
    """
    erasures.join(work, person, until=until, certificate=certificate, keeps=keeps)


def place_of_order(person: str) -> tuple[str, str]:
    """Where the order to erase a person lies, if there is one: for an export."""
    return keys.erasures(), keys.erasure(person)


def said_of_an_order() -> str:
    """What a certificate says of the order that is given with it."""
    hold = holds.get()
    if hold is None:
        return "recorded for its next compaction"
    since = clock.stamp(hold.since)
    return f"recorded; it waits: a legal hold ({hold.case}) keeps all of the lake since {since}"
