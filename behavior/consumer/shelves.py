"""Where messages wait, each school's by itself, until there are enough of them for a full write.

A write holds one school's events only. When many schools send at once, one after the other as they
come would make a call of every event; so each school has a shelf, and a shelf is taken when 50
messages lie on it, when its oldest message has waited for 5 seconds, when the queue has no more,
or when there is no more room, in this order of what one hopes for.
"""

from __future__ import annotations

import time
from collections import deque
from dataclasses import dataclass, field
from threading import Condition, Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from luca.aws.queue import Received

BATCH = 50  # messages that are stored together
HEAVY = 256 * 1024  # characters of their bodies that are enough as well: arrays of events
GATHERING = 5.0  # seconds until a shelf that never fills is taken
IDLE = 0.1  # seconds after which it is taken while the queue has no more
FULL = 4  # full shelves that may wait: more would only grow old here
ROOM = 5_000  # messages that may wait, of all schools
LARGEST = 16 * 1024**2  # characters of their bodies


@dataclass(slots=True)
class _Shelf:
    since: float
    messages: list[Received] = field(default_factory=list)
    size: int = 0


class Shelves:
    """What pollers have fetched and writers have not taken yet."""

    def __init__(self, school_of: Callable[[str], str]) -> None:
        self._school_of = school_of
        self._shelves: dict[str, _Shelf] = {}  # in the order of their oldest messages
        self._full: deque[list[Received]] = deque()
        self._count = self._size = 0
        self._loaded = 0.0  # when the queue last had as much as a call can bring
        self._closed = False
        lock = Lock()
        self._ready = Condition(lock)  # a writer may look again
        self._room = Condition(lock)  # a poller may look again

    def put(self, messages: Iterable[Received], *, more: bool) -> None:
        """Sort messages in, waiting for room; `more`: the queue seems to have more of them."""
        sorted_ = [(self._school_of(one.body), one) for one in messages]
        with self._room:
            if more:
                self._loaded = time.monotonic()
            while sorted_ and self._crowded() and not self._closed:
                self._room.wait()
            asleep = not self._shelves  # then writers wait for no certain moment
            for school, message in sorted_:
                self._add(school, message)
            if self._full or asleep or self._crowded():
                self._ready.notify()

    def take(self) -> list[Received]:
        """Wait for a batch and return it; an empty one means that there will be no more."""
        with self._ready:
            while not (found := self._due()):
                if self._closed:
                    return []
                self._ready.wait(self._until_due())
            self._count -= len(found)
            self._size -= sum(len(one.body) for one in found)
            self._room.notify_all()
            if self._full or self._shelves:
                self._ready.notify()  # somebody has to watch over what is left
            return found

    def close(self) -> None:
        """There will be no more: what lies here is taken at once."""
        with self._ready:
            self._closed = True
            self._ready.notify_all()
            self._room.notify_all()

    def _add(self, school: str, message: Received) -> None:
        shelf = self._shelves.get(school)
        if shelf is None:
            shelf = self._shelves[school] = _Shelf(time.monotonic())
        shelf.messages.append(message)
        shelf.size += len(message.body)
        self._count += 1
        self._size += len(message.body)
        if len(shelf.messages) >= BATCH or shelf.size >= HEAVY:
            self._full.append(self._shelves.pop(school).messages)

    def _crowded(self) -> bool:
        return len(self._full) >= FULL or self._count >= ROOM or self._size >= LARGEST

    def _due(self) -> list[Received]:
        """Return a full shelf, or as many of the oldest as make a batch."""
        if self._full:
            return self._full.popleft()
        if self._crowded():
            fullest = max(self._shelves, key=lambda one: len(self._shelves[one].messages))
            return self._shelves.pop(fullest).messages
        found: list[Received] = []
        for school, shelf in list(self._shelves.items()):
            over = found and len(found) + len(shelf.messages) > BATCH
            if over or self._seconds(shelf) > 0:
                break
            found += self._shelves.pop(school).messages
        return found

    def _until_due(self) -> float | None:
        """Seconds until the oldest shelf is taken as it is, unless more comes meanwhile."""
        oldest = next(iter(self._shelves.values()), None)
        return None if oldest is None else self._seconds(oldest)

    def _seconds(self, shelf: _Shelf) -> float:
        if self._closed:
            return 0.0
        silent = max(shelf.since, self._loaded) + IDLE
        return max(0.0, min(shelf.since + GATHERING, silent) - time.monotonic())
