"""The writer: the table's stream into files, for ever. `manage.py lake run`.

Any number of times at least once: what a writer that dies has written and not noted in its
checkpoint the next one writes again, under the same names or as rows that count once. Two writers
do no harm: who takes a shard over ends the other at its next checkpoint.
"""

from __future__ import annotations

import random
import time
from dataclasses import replace
from threading import Event
from typing import TYPE_CHECKING
from uuid import uuid4

from lake.repository import checkpoints
from lake.services.defining import check_definition
from lake.services.reading import Reader, first, note_gap, too_old
from luca.aws import stream
from luca.kernel import clock
from luca.kernel.errors import Unavailable
from luca.telemetry import log
from tenants import services as tenants

if TYPE_CHECKING:
    from collections.abc import Callable

    from lake.domain import Checkpoint
    from luca.aws.stream import Shard

POLL = 1.0  # seconds between two looks at a stream that is quiet
LOOK = 30.0  # seconds between two looks whether there are new shards
DRAIN = 60.0  # seconds from SIGTERM until it gives up: what it has not written the next one does
SILENCE = 3.0  # seconds from SIGTERM for which it tries to reach what does not answer
LONGEST_WAIT = 5.0  # seconds between two attempts
logger = log(__name__)


class Stopped(Exception):
    """It was told to stop, and what it waits for does not come."""


class Writer:
    """Reads every shard of the stream."""

    def __init__(self) -> None:
        self.stopping = Event()
        self._owner = uuid4().hex
        self._asked = float("inf")  # when it was told to stop
        self._readers: dict[str, Reader] = {}
        self._looked = float("-inf")

    def stop(self) -> None:
        """Ask it to end; for a signal's handler."""
        self._asked = time.monotonic()
        self.stopping.set()

    def run(self) -> None:
        """Work until it is asked to stop, then read to the stream's end and write all of it."""
        try:
            self._patiently(check_definition)
            self._patiently(self._look)
            logger.info("lake_writer_ready")
            while not self.stopping.is_set():
                if not self._patiently(self._round):
                    self.stopping.wait(POLL)
            logger.info("lake_writer_draining")
            self._drain()
        except Stopped:
            logger.warning("lake_writer_not_drained")
        logger.info("lake_writer_stopped")

    def _drain(self) -> None:
        while time.monotonic() < self._asked + DRAIN and self._patiently(self._round):
            pass
        for reader in self._readers.values():
            reader.flush()

    def _round(self) -> bool:
        """Read a little of every shard and write what is due; False: there is no more."""
        if time.monotonic() - self._looked > LOOK:
            self._look()
        more = False
        for shard, reader in list(self._readers.items()):
            more |= reader.read()
            if reader.due():
                reader.flush()
                more = True
            if reader.ended:
                del self._readers[shard]
                self._looked = float("-inf")  # its children may begin
        return more

    def _look(self) -> None:
        """Begin with the shards whose parents are read."""
        now = stream.described()
        known = checkpoints.every()
        for shard in now.shards:
            if shard.id not in self._readers and _may_begin(shard, known, now.shards):
                found = self._taken(shard, known)
                self._readers[shard.id] = Reader(now.arn, found, self._owner, self._patiently)
        for one in _vanished(known, now.shards):
            note_gap(one)
            checkpoints.claim(one.shard, self._owner)
            ended = replace(one, finished=True, at=clock.now())
            checkpoints.advance(ended, self._owner)
        self._looked = time.monotonic()

    def _taken(self, shard: Shard, known: dict[str, Checkpoint]) -> Checkpoint:
        found = checkpoints.claim(shard.id, self._owner)
        if found is None:
            parent = known.get(shard.parent)
            found = first(shard, parent)
            checkpoints.begin(found, self._owner)
            if parent is None and tenants.schools():  # before the first one there was nothing
                note_gap(found)
        if too_old(found):
            note_gap(found)
        return found

    def _patiently(self, act: Callable[[], object]) -> object:
        """Do what is safe to repeat until it is done; nothing is skipped."""
        began, failures = time.monotonic(), 0
        while True:
            try:
                return act()
            except Unavailable as error:
                logger.warning("lake_waits", error=type(error).__name__, reason=error.code)
            wait = random.uniform(0, min(LONGEST_WAIT, 0.1 * 2**failures))  # noqa: S311 -- spreads load, hides nothing
            failures += 1
            self.stopping.wait(wait)
            if self.stopping.is_set():
                self._give_up(max(began, self._asked) + SILENCE)
                time.sleep(min(wait, SILENCE / 10))

    def _give_up(self, when: float) -> None:
        if time.monotonic() > min(when, self._asked + DRAIN):
            raise Stopped


def _may_begin(shard: Shard, known: dict[str, Checkpoint], shards: tuple[Shard, ...]) -> bool:
    """What is in a shard comes after all that is in its parent, if that is still there."""
    if shard.id in known and known[shard.id].finished:
        return False
    if shard.parent not in {one.id for one in shards}:
        return True
    return shard.parent in known and known[shard.parent].finished


def _vanished(known: dict[str, Checkpoint], shards: tuple[Shard, ...]) -> list[Checkpoint]:
    """Shards that were not read to their end and are in the stream no more."""
    there = {one.id for one in shards}
    return [one for one in known.values() if not one.finished and one.shard not in there]
