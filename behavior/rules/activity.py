"""Counting what happened, by type and by stretches of time.

What is counted is what lies in the table: each event is one item there, however often it was
delivered, so nothing is counted twice and no counter can drift.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from luca.kernel import clock

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from behavior.domain import Happening


@dataclass(slots=True)
class Count:
    """How many events, and how much they say together."""

    events: int = 0
    quantity: int = 0

    def add(self, events: int, quantity: int) -> None:
        self.events += events
        self.quantity += quantity


@dataclass(slots=True)
class Activity(Count):
    """Counts over all types and for each; the order in which events come changes nothing."""

    types: dict[str, Count] = field(default_factory=dict)
    first: str | None = None
    last: str | None = None

    def count(self, one: Happening) -> None:
        self.add(1, one.quantity)
        self.types.setdefault(one.type, Count()).add(1, one.quantity)
        self._span(one.time, one.time)

    def merge(self, other: Activity) -> None:
        """Count what somebody else has counted."""
        self.add(other.events, other.quantity)
        for name, count in other.types.items():
            self.types.setdefault(name, Count()).add(count.events, count.quantity)
        if other.first is not None and other.last is not None:
            self._span(other.first, other.last)

    def _span(self, first: str, last: str) -> None:
        # Stamps sort as the instants they spell.
        self.first = first if self.first is None else min(first, self.first)
        self.last = last if self.last is None else max(last, self.last)


def together(parts: Iterable[Activity]) -> Activity:
    total = Activity()
    for part in parts:
        total.merge(part)
    return total


class Stretches:
    """Activity in consecutive stretches of time, each from its edge up to and without the next."""

    def __init__(self, edges: Sequence[datetime]) -> None:
        self._edges = [clock.stamp(edge) for edge in edges]
        self.parts = [Activity() for _ in self._edges[1:]]

    def count(self, one: Happening) -> None:
        """Count an event where its time lies; what lies outside is somebody else's."""
        place = bisect_right(self._edges, one.time) - 1
        if 0 <= place < len(self.parts):
            self.parts[place].count(one)
