"""Threads that poll, gather and store.

Pollers wait at the queue, ten messages a call, and put what comes on its
school's shelf. Writers take full shelves, and those that have waited long
enough. What is not stored is not deleted: a consumer that dies leaves its
messages to the visibility timeout.
"""

from __future__ import annotations

import random
import time
from threading import Event, Thread
from typing import TYPE_CHECKING

from behavior import rules, services
from behavior.consumer.shelves import Shelves
from behavior.consumer.upkeep import Upkeep
from behavior.domain import TASK
from luca.aws import queue
from luca.aws.store import pause
from luca.kernel import context
from luca.kernel.errors import Unavailable
from luca.telemetry import log, origins, spans

if TYPE_CHECKING:
    from collections.abc import Callable

    from luca.aws.queue import Received
    from luca.telemetry.origins import Origin

QUEUE = "behavior"
POLLERS, WRITERS = 4, 4
WAIT = 5  # seconds of one long poll, and so the longest that a drain waits for a poller
PATIENCE = 0.1  # seconds between two looks whether the table is still busy
GIVING_BACK = 3.0  # seconds of the grace for what a busy table does not take any more
LONGEST_BREAK = 5.0  # seconds between two attempts to reach a queue that does not answer
logger = log(__name__)


class Pipeline:
    """One process's share of the queue."""

    def __init__(self) -> None:
        self.shelves = Shelves(rules.school_of)
        self.stopping = Event()
        self.out_of_time = Event()
        self.busy = Event()  # the table asks for patience: fetch nothing more
        self.upkeep = Upkeep(QUEUE)
        self.pollers = [_thread(self._poll, f"poller-{n}") for n in range(POLLERS)]
        self.writers = [_thread(self._write, f"writer-{n}") for n in range(WRITERS)]

    def start(self) -> None:
        self.upkeep.start()
        for thread in [*self.pollers, *self.writers]:
            thread.start()

    def stop(self, grace: float) -> None:
        """Fetch nothing more, store what was fetched, and end within the grace period."""
        deadline = time.monotonic() + grace
        last = deadline - min(GIVING_BACK, grace / 4)
        self.stopping.set()
        _join(self.pollers, last)
        self.shelves.close()
        _join(self.writers, last)
        self.out_of_time.set()
        _join(self.writers, deadline)
        self.upkeep.stop()
        self._give_back()

    def _give_back(self) -> None:
        """Let the next consumer have at once what this one has not come to."""
        held = self.upkeep.held()
        try:
            queue.extend(QUEUE, held, 0)
        except Exception as error:  # noqa: BLE001 -- it comes again anyway, a little later
            logger.warning("messages_not_given_back", error=type(error).__name__)

    def _poll(self) -> None:
        failures = 0
        while not self.stopping.is_set():
            if self.busy.is_set():
                self.stopping.wait(PATIENCE)
                continue
            try:
                found = queue.receive(QUEUE, wait=WAIT)
            except Exception as error:  # noqa: BLE001 -- a poller outlives whatever the queue does
                logger.warning("queue_does_not_answer", error=type(error).__name__)
                self.stopping.wait(_break(failures))
                failures += 1
                continue
            failures = 0
            self.upkeep.hold(found)
            self.shelves.put(found, more=len(found) == queue.BATCH)

    def _write(self) -> None:
        while batch := self.shelves.take():
            try:
                self._store(batch)
            except Exception:
                # Whatever was not deleted comes again after the visibility timeout.
                logger.exception("batch_failed", messages=len(batch))
            finally:
                self.upkeep.release(batch)

    def _store(self, batch: list[Received]) -> None:
        with spans.batch(TASK, _origins(batch), messages=len(batch)) as span:
            self._stored(batch, span.trace_id)

    def _stored(self, batch: list[Received], trace: str) -> None:
        with context.entered(trace_id=trace):
            outcome = services.ingest(batch, self._patiently)
        self.upkeep.count(outcome.tallies)
        self._delete([message.receipt for message in outcome.done])
        buried = services.bury(outcome.letters)
        self._delete(buried)
        # Refused ones need no second thought: let them reach the dead letters at once.
        again = {message.receipt for message, _ in outcome.refused}
        if self.stopping.is_set():
            again |= {message.receipt for message, _ in outcome.failed}
        queue.extend(QUEUE, again.difference(buried), 0)

    def _delete(self, receipts: list[str]) -> None:
        """Delete as patiently as it was stored: what comes again would burn its receives."""
        refused: list[int] = []
        self._patiently(lambda: refused.append(queue.delete(QUEUE, receipts)))
        if lost := sum(refused):
            logger.warning("messages_not_deleted", messages=lost)

    def _patiently(self, action: Callable[[], None]) -> None:
        """Wait while the table or the queue is busy, and let the pollers wait as well.

        The messages stay hidden meanwhile and no receive is burnt, so a
        throttled hour sends nothing to the dead letters.
        """
        attempt = 0
        try:
            while True:
                try:
                    return action()
                except Unavailable:
                    if self.out_of_time.is_set():
                        raise
                self.busy.set()
                pause(attempt)
                attempt += 1
        finally:
            self.busy.clear()  # also after another error, or nobody would ever fetch again


def _origins(batch: list[Received]) -> list[Origin]:
    """Which traces the messages belong to: AWS says so, or the message itself."""
    if not spans.on():
        return []
    return [origins.of_xray(one.trace or rules.trace_of(one.body)) for one in batch]


def _thread(target: Callable[[], None], name: str) -> Thread:
    return Thread(target=target, name=name, daemon=True)


def _join(threads: list[Thread], deadline: float) -> None:
    for thread in threads:
        thread.join(max(0.0, deadline - time.monotonic()))


def _break(failures: int) -> float:
    return random.uniform(0, min(LONGEST_BREAK, 0.1 * 2**failures))  # noqa: S311 -- spreads load, hides nothing
