"""Facts that every write of a result needs, remembered for some seconds in this process.

Only what exists is remembered: a student enrolled a moment ago is found at once.
Why closing a period is safe all the same: docs/decisions, "Closing waits out the caches".
"""

from __future__ import annotations

import time
from collections import OrderedDict
from threading import Lock
from typing import TYPE_CHECKING, Generic, TypeVar

from luca.kernel import context

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

V = TypeVar("V")
LINKS = 30.0  # seconds: who teaches and who is enrolled
PERIOD = 3.0  # seconds: whether a period is open. Closing takes longer than this
LARGEST = 20_000  # entries of one cache, some 5 MB


class Remembered(Generic[V]):
    """Values by school and key, each for `seconds`, the oldest forgotten first."""

    def __init__(
        self,
        seconds: float,
        *,
        largest: int = LARGEST,
        ticks: Callable[[], float] = time.monotonic,
    ) -> None:
        self._seconds = seconds
        self._largest = largest
        self._ticks = ticks
        self._known: OrderedDict[Hashable, tuple[float, V]] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Hashable) -> V | None:
        with self._lock:
            found = self._known.get((context.school(), key))
        if found is None or found[0] <= self._ticks():
            return None
        return found[1]

    def expiry(self) -> float:
        """When a value that is about to be read will be old. Ask before reading it."""
        return self._ticks() + self._seconds

    def put(self, key: Hashable, value: V, until: float) -> None:
        place = (context.school(), key)
        with self._lock:
            self._known.pop(place, None)
            self._known[place] = (until, value)
            while len(self._known) > self._largest:
                self._known.popitem(last=False)

    def fetch(self, key: Hashable, load: Callable[[], V | None]) -> V | None:
        """Return what is remembered, or load it and remember it if it exists."""
        known = self.get(key)
        if known is not None:
            return known
        until = self.expiry()
        value = load()
        if value is not None:
            self.put(key, value, until)
        return value

    def forget(self, key: Hashable) -> None:
        with self._lock:
            self._known.pop((context.school(), key), None)
