"""Sorting what was gathered: once each, and by school."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable

    from behavior.domain import Event

T = TypeVar("T")


@dataclass(slots=True)
class Sorted(Generic[T]):
    """The events to store, and those of the deliveries that add nothing or contradict."""

    events: list[Event] = field(default_factory=list)
    duplicates: list[T] = field(default_factory=list)
    conflicts: list[T] = field(default_factory=list)


def once_each(deliveries: Iterable[tuple[T, Event]]) -> Sorted[T]:
    """Keep the first delivery of each event.

    The same id with the same body is a repetition; with another body it is a
    mistake of its sender, and the first one stands.
    """
    found: Sorted[T] = Sorted()
    seen: dict[tuple[str, str], str] = {}
    for sender, event in deliveries:
        digest = seen.setdefault(event.key, event.digest)
        if digest != event.digest:
            found.conflicts.append(sender)
        elif len(seen) > len(found.events):
            found.events.append(event)
        else:
            found.duplicates.append(sender)
    return found
