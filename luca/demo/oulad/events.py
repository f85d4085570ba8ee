"""Clicks become behaviour events: surveyed first, then sent through the queue, presentation-wise.

A note in the school's own storage remembers what was sent and when it was first
received: a repetition sends nothing again, and a load that was interrupted is
sent again to the byte, so that each event lands on itself.
"""

from __future__ import annotations

import hashlib
import json
import time
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from behavior import services as behavior
from behavior.domain import Sent
from luca.aws import queue, storage
from luca.demo.oulad import mapping, reading, types
from luca.demo.oulad.skips import Skips
from luca.kernel import clock, context

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date

    from luca.demo.oulad.domain import Click, Key
    from luca.demo.oulad.reading import Data

BATCH = 500  # events: ten messages, one call of SQS
AHEAD = 400  # messages that may wait; more only makes the queue's memory grow
PATIENCE = 30.0  # seconds without progress until nobody seems to be consuming
FRESH = timedelta(days=20)  # an interrupted load older than this begins anew
FUTURE = "after today: was the course loaded with a later end before?"


@dataclass(slots=True)
class Survey:
    """What a presentation's clicks amount to; equal surveys are equal clicks."""

    rows: int = 0
    clicks: int = 0
    digest: str = ""
    _hash: hashlib._Hash = field(default_factory=hashlib.sha256, repr=False)

    def count(self, click: Click) -> None:
        self.rows += 1
        self.clicks += click.clicks
        said = f"{click.file}|{click.row}|{click.student}|{click.site}|{click.day}|{click.clicks}\n"
        self._hash.update(said.encode())

    def close(self) -> None:
        self.digest = self._hash.hexdigest()


@dataclass(frozen=True, slots=True)
class Note:
    """What the school's storage remembers of one presentation's clicks."""

    received: str
    rows: int
    digest: str
    done: bool


def survey(data: Data, chosen: frozenset[Key], tick: Callable[[int], object]) -> dict[Key, Survey]:
    """Read all clicks once without sending any, and count what cannot be used."""
    found = {key: Survey() for key in chosen}
    for click in reading.clicks(data, chosen):
        found[click.key].count(click)
        tick(1)
    for one in found.values():
        one.close()
    return found


class Sending:
    """Sends the clicks of those presentations that were not sent already."""

    def __init__(self, data: Data, first_days: Mapping[Key, date]) -> None:
        self.data = data
        self.first_days = first_days
        self.sent = 0
        self.known: list[Key] = []
        self._waiting: dict[Key, list[Sent]] = {}
        self._received: dict[Key, datetime] = {}
        self._now = clock.now()

    def run(self, surveys: Mapping[Key, Survey], tick: Callable[[int], object]) -> None:
        """Send what is new; `known` are the presentations that were sent already."""
        fresh = {key: one for key, one in surveys.items() if one.rows and not self._known(key, one)}
        for key, one in fresh.items():
            self._begin(key, one)
        quiet = reading.Data(  # the survey has counted what is left out
            self.data.folder, Skips(), self.data.wanted, self.data.presentations, self.data.unwanted
        )
        for click in reading.clicks(quiet, frozenset(fresh)):
            self._take(click)
            tick(1)
        for key, one in fresh.items():
            self._flush(key)
            _note(key, Note(clock.stamp(self._received[key]), one.rows, one.digest, done=True))
        self.known = sorted(key for key in surveys if surveys[key].rows and key not in fresh)

    def _known(self, key: Key, found: Survey) -> bool:
        note = _noted(key)
        return note is not None and note.done and note.digest == found.digest

    def _begin(self, key: Key, found: Survey) -> None:
        """Decide when the events were received: once, also for whoever repeats this."""
        with context.entered(school=mapping.school_id(key)):
            types.define(self.data.presentations[key].sites.values())
        note = _noted(key)
        received = self._now if note is None else clock.parse(note.received)
        if self._now - received > FRESH:
            received = self._now
        self._received[key] = received
        self._waiting[key] = []
        _note(key, Note(clock.stamp(received), found.rows, found.digest, done=False))

    def _take(self, click: Click) -> None:
        at = mapping.day_of(self.first_days[click.key], click.day)
        if at > self._now:
            detail = f"{click.key} row {click.row}"
            self.data.skips.add(click.file, FUTURE, detail)
            return
        kind = self.data.presentations[click.key].sites.get(click.site, "")
        waiting = self._waiting[click.key]
        waiting.append(
            Sent(
                type=mapping.event_type(kind),
                student=click.student,
                time=clock.stamp(at),
                quantity=click.clicks,
                metadata={"site": click.site},
                event_id=mapping.event_id(click, self.first_days[click.key]),
            )
        )
        if len(waiting) == BATCH:
            self._flush(click.key)

    def _flush(self, key: Key) -> None:
        events = self._waiting[key]
        if not events:
            return
        _wait_for_room()
        with context.entered(school=mapping.school_id(key)):
            self.sent += behavior.backfill(events, self._received[key])
        self._waiting[key] = []


def _wait_for_room() -> None:
    """Let the consumer keep up; when there is none, go on and leave the work in the queue."""
    least, since = queue.depth("behavior").waiting, time.monotonic()
    waiting = least
    while waiting > AHEAD and time.monotonic() - since < PATIENCE:
        time.sleep(0.1)
        waiting = queue.depth("behavior").waiting
        if waiting < least:
            least, since = waiting, time.monotonic()


def _name(key: Key) -> str:
    return f"imports/oulad/{key.code}/clicks.json"


def _noted(key: Key) -> Note | None:
    with context.entered(school=mapping.school_id(key)):
        found = storage.read(_name(key))
    return None if found is None else Note(**json.loads(found))


def _note(key: Key, note: Note) -> None:
    with context.entered(school=mapping.school_id(key)):
        storage.write(_name(key), json.dumps(asdict(note)).encode())
