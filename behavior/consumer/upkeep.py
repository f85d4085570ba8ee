"""What goes on beside the work: messages in hand stay hidden, and figures go out."""

from __future__ import annotations

import time
from collections import defaultdict
from threading import Event, Lock, Thread
from typing import TYPE_CHECKING

from behavior.services import Tally
from luca.aws import queue
from luca.kernel import context
from luca.telemetry import log, metric

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from luca.aws.queue import Received

VISIBILITY = 60  # seconds; the queue's own setting
EXTEND_AFTER = 20.0  # seconds in hand
EVERY = 5.0  # seconds
logger = log(__name__)


class Upkeep:
    """Keeps hold of the messages in work, and counts for each school."""

    def __init__(self, queue_name: str) -> None:
        self._queue = queue_name
        self._held: dict[str, float] = {}  # receipt -> when it was last known to be hidden
        self._tallies: dict[str, Tally] = defaultdict(Tally)
        self._lock = Lock()
        self._stopping = Event()
        self._thread = Thread(target=self._run, name="upkeep", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        self._thread.join()

    def hold(self, messages: Iterable[Received]) -> None:
        with self._lock:
            self._held.update((message.receipt, time.monotonic()) for message in messages)

    def release(self, messages: Iterable[Received]) -> None:
        with self._lock:
            for message in messages:
                self._held.pop(message.receipt, None)

    def count(self, tallies: Mapping[str, Tally]) -> None:
        with self._lock:
            for school, tally in tallies.items():
                self._tallies[school].add(tally)

    def ageing(self) -> list[str]:
        """Return the receipts that have been in hand for long, as if they were fresh again."""
        now = time.monotonic()
        with self._lock:
            found = [one for one, since in self._held.items() if now - since > EXTEND_AFTER]
            self._held.update((one, now) for one in found)
        return found

    def _run(self) -> None:
        while not self._stopping.wait(EVERY):
            try:
                queue.extend(self._queue, self.ageing(), VISIBILITY)
            except Exception as error:  # noqa: BLE001 -- they come again, which is safe
                logger.warning("messages_not_extended", error=type(error).__name__)
            self._report()
        self._report()

    def _report(self) -> None:
        with self._lock:
            tallies, self._tallies = self._tallies, defaultdict(Tally)
        for school, tally in tallies.items():
            with context.entered(school=school):
                metric("EventsReceived", tally.received, school=school)
                metric("EventsStored", tally.stored, school=school)
                metric("EventsDuplicate", tally.duplicate, school=school)
                metric("EventsRejected", tally.rejected, school=school)
                metric("EventLag", round(tally.lag, 3), "Seconds", school=school)
