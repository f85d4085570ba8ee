"""What goes on beside the work: messages in hand stay hidden, and figures go out."""

from __future__ import annotations

import time
from collections import defaultdict
from threading import Event, Lock, Thread
from typing import TYPE_CHECKING

from behavior.services import Tally
from luca.aws import queue
from luca.kernel import context
from luca.telemetry import log, measure, together

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from luca.aws.queue import Received

VISIBILITY = 60  # seconds, until the queue has told its own setting
# Parts of the visibility timeout: after a third in hand a message is hidden anew, so that one
# call that fails costs nothing, and it is looked every twelfth.
EXTEND_AFTER, EVERY = 3, 12
logger = log(__name__)


class Upkeep:
    """Keeps hold of the messages in work, and counts for each school."""

    def __init__(self, queue_name: str) -> None:
        self._queue = queue_name
        self._visibility = VISIBILITY
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

    def held(self) -> list[str]:
        """Return the receipts that are in hand."""
        with self._lock:
            return list(self._held)

    def count(self, tallies: Mapping[str, Tally]) -> None:
        with self._lock:
            for school, tally in tallies.items():
                self._tallies[school].add(tally)

    def ageing(self) -> list[str]:
        """Return the receipts that have been in hand for long."""
        bound = time.monotonic() - self._visibility / EXTEND_AFTER
        with self._lock:
            return [one for one, since in self._held.items() if since < bound]

    def _run(self) -> None:
        known = self._ask()
        while not self._stopping.wait(self._visibility / EVERY):
            known = known or self._ask()
            self._extend()
            self._report()
        self._report()

    def _ask(self) -> bool:
        """Learn for how long the queue hides what it hands out."""
        try:
            self._visibility = queue.visibility(self._queue)
        except Exception as error:  # noqa: BLE001 -- a queue that does not answer now will later
            logger.warning("queue_does_not_answer", error=type(error).__name__)
            return False
        return True

    def _extend(self) -> None:
        now, ageing = time.monotonic(), self.ageing()
        try:
            queue.extend(self._queue, ageing, self._visibility)
        except Exception as error:  # noqa: BLE001 -- they are ageing still, and tried again at once
            logger.warning("messages_not_extended", error=type(error).__name__)
            return
        with self._lock:
            self._held.update((one, now) for one in ageing if one in self._held)

    def _report(self) -> None:
        with self._lock:
            tallies, self._tallies = self._tallies, defaultdict(Tally)
        for school, tally in tallies.items():
            with context.entered(school=school):
                together(
                    measure("EventsReceived", tally.received),
                    measure("EventsStored", tally.stored),
                    measure("EventsDuplicate", tally.duplicate),
                    measure("EventsRejected", tally.rejected),
                    measure("EventLag", round(tally.lag, 3), "Seconds"),
                )
