"""What was sent in one test, and the sum that must come out."""

from __future__ import annotations

import json
import secrets
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from threading import Thread
from typing import TYPE_CHECKING, Any

from behavior import services
from luca.kernel import clock, context
from luca.kernel.errors import Forbidden, Unavailable
from luca.kernel.ids import uuid7

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from behavior.tests.faults.reader import Letter, Row

TYPES = ("login", "quiz_completed", "homework_submitted", "resource_viewed")
PUPILS = 6  # of each school
PACKED = 50


@dataclass
class Ledger:
    """The events of two schools, each with its mark."""

    schools: list[str]
    said: dict[str, dict[str, Any]] = field(default_factory=dict)  # mark -> what was sent
    strange: set[str] = field(default_factory=set)  # marks of messages that are no events of ours
    refused: set[str] = field(default_factory=set)  # marks of what the door did not take
    placed: int = 0

    def event(self, student: str, **changes: Any) -> dict[str, Any]:
        """One event of a student; every other one carries an id of its own."""
        self.placed += 1
        at = clock.now() - timedelta(milliseconds=self.placed)
        mark = f"mark-{secrets.token_hex(8)}"
        stamped = clock.stamp(at)
        event: dict[str, Any] = {
            "type": TYPES[self.placed % len(TYPES)],
            "student": student,
            "time": stamped,
            "quantity": 1 + self.placed % 7,
            "source": "app",
            "metadata": {"mark": mark, "name": "Ñandú «día»", "place": self.placed},
        }
        if self.placed % 2:
            event["event_id"] = uuid7(clock.parse(stamped), secrets.token_bytes(16))
        return {**event, **changes}

    def expect(self, school: str, events: Iterable[dict[str, Any]]) -> None:
        for event in events:
            said = {name: value for name, value in event.items() if name != "event_id"}
            self.said[event["metadata"]["mark"]] = {**said, "school": school}

    def send(self, singles: int, packed: int) -> None:
        """Send so many messages of one event, and so many of fifty, to each school."""
        for place in range(max(singles, packed)):
            for school in self.schools:
                student = f"pupil-{place % PUPILS}"
                if place < singles:
                    self.take(school, student, [self.event(student)])
                if place < packed:
                    self.take(school, student, [self.event(student) for _ in range(PACKED)])

    def take(
        self, school: str, student: str, events: list[dict[str, Any]], *, times: int = 1
    ) -> None:
        """Send a request, or the same one several times over."""
        body = json.dumps(events if len(events) > 1 else events[0]).encode()
        key = secrets.token_hex(8)
        self.expect(school, events)
        for _ in range(times):
            self._request(school, student, body, key)

    def _request(self, school: str, student: str, body: bytes, key: str) -> None:
        """Send as a client does: again with the same key until there is an answer."""
        deadline = time.monotonic() + 120
        with context.entered(school=school, actor=student, groups=frozenset({"student"})):
            while True:
                try:
                    services.accept(body, request_id=key)
                except Unavailable:
                    assert time.monotonic() < deadline, "the queue never took it"
                    time.sleep(0.2)
                else:
                    return

    def be_refused(self, school: str) -> None:
        """Let a pupil record for another one, which the door does not take."""
        event = self.event("pupil-1")
        with context.entered(school=school, actor="pupil-0", groups=frozenset({"student"})):
            try:
                services.accept(json.dumps(event).encode())
            except Forbidden:
                self.expect(school, [event])
                self.refused.add(event["metadata"]["mark"])

    @contextmanager
    def sending(self, singles: int, packed: int) -> Iterator[None]:
        """Send in the background; the block ends when all is sent."""
        failures: list[BaseException] = []

        def run() -> None:
            try:
                self.send(singles, packed)
            except BaseException as error:  # noqa: BLE001 -- shown by the test's own thread
                failures.append(error)

        thread = Thread(target=run, name="pupils", daemon=True)
        thread.start()
        try:
            yield
        finally:
            thread.join(180)
        assert not thread.is_alive()
        assert failures == []

    @property
    def sent(self) -> set[str]:
        return set(self.said) | self.strange


@dataclass(frozen=True, slots=True)
class Count:
    """The separate reader's figures; the first is the sum of the next three."""

    sent: int
    stored: int
    dead: int
    refused: int
    both: int  # dead letters of what is stored: their consumer was killed before it could delete


def count(ledger: Ledger, stored: dict[str, list[Row]], letters: list[Letter]) -> Count:
    """Hold what is there against what was sent: by number, by key and by content."""
    here = {mark: rows for mark, rows in stored.items() if mark in ledger.sent}
    dead = {mark for letter in letters for mark in letter.marks}
    twice = {mark: rows for mark, rows in here.items() if len(rows) != 1}
    assert not twice, f"stored under two keys: {twice}"
    assert dead <= ledger.sent, "a dead letter of something that was never sent"
    for mark, (row,) in here.items():
        assert row.said == ledger.said[mark]
    lost = ledger.sent - set(here) - dead - ledger.refused
    assert not lost, f"{len(lost)} of {len(ledger.sent)} events are lost: {sorted(lost)[:5]}"
    assert not ledger.refused & (set(here) | dead), "refused, and taken all the same"
    found = Count(
        sent=len(ledger.sent),
        stored=len(here),
        dead=len(dead - set(here)),
        refused=len(ledger.refused),
        both=len(dead & set(here)),
    )
    assert found.sent == found.stored + found.dead + found.refused
    return found
