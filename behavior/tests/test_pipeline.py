"""The consumer's threads, with a queue in memory and a table that has its moods."""

from __future__ import annotations

import time
from collections import deque
from dataclasses import replace
from threading import Lock
from typing import TYPE_CHECKING, Any

import pytest

from behavior import repository
from behavior.consumer import pipeline
from behavior.consumer.pipeline import Pipeline
from behavior.services import storing
from behavior.tests.deliveries import message, sent
from luca.aws import queue
from luca.aws.store import Busy
from luca.kernel.errors import Unavailable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from luca.aws.queue import Received


class Memory:
    """A queue without a visibility timeout, and a table that counts."""

    def __init__(self, messages: Iterable[Received]) -> None:
        self.waiting = deque(messages)
        self.deleted: list[str] = []
        self.shown_again: list[str] = []
        self.extended: list[str] = []
        self.stored: list[Any] = []
        self.moods: deque[Exception] = deque()
        self.lock = Lock()

    def receive(self, _queue: str, *, wait: int) -> list[Received]:
        with self.lock:
            found = [self.waiting.popleft() for _ in range(min(10, len(self.waiting)))]
        if not found:
            time.sleep(0.02)
        return found

    def delete(self, _queue: str, receipts: list[str]) -> int:
        self.deleted += receipts
        return 0

    def extend(self, _queue: str, receipts: list[str], seconds: int) -> None:
        (self.extended if seconds else self.shown_again).extend(receipts)

    def save(self, events: Iterable[Any]) -> None:
        with self.lock:
            if self.moods:
                raise self.moods.popleft()
            self.stored += events


@pytest.fixture
def memory(monkeypatch: pytest.MonkeyPatch) -> Memory:
    batch = [message(sent(), school="liceo", request=str(n)) for n in range(120)]
    made = Memory(batch)
    monkeypatch.setattr(queue, "receive", made.receive)
    monkeypatch.setattr(queue, "delete", made.delete)
    monkeypatch.setattr(queue, "extend", made.extend)
    monkeypatch.setattr(queue, "visibility", lambda _queue: 60)
    monkeypatch.setattr(repository, "save", made.save)
    monkeypatch.setattr(repository, "own_types", list)
    monkeypatch.setattr(pipeline, "pause", lambda _attempt: time.sleep(0.01))
    return made


@pytest.fixture
def running() -> Iterator[Callable[[], Pipeline]]:
    started: list[Pipeline] = []

    def start() -> Pipeline:
        made = Pipeline()
        made.start()
        started.append(made)
        return made

    yield start
    for one in started:
        one.stop(5)


def until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not true():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.01)


def test_what_is_stored_is_deleted_and_nothing_else(
    memory: Memory, running: Callable[[], Pipeline]
) -> None:
    bad = replace(memory.waiting[0], body="not JSON", receipt="bad")
    memory.waiting.appendleft(bad)
    good = {one.receipt for one in memory.waiting} - {"bad"}
    running()
    until(lambda: len(memory.deleted) == 120)
    assert set(memory.deleted) == good
    assert len(memory.stored) == 120
    assert memory.shown_again == ["bad"]


@pytest.mark.parametrize("mood", [Busy(), Unavailable("The table does not answer.")])
def test_a_busy_table_is_asked_again_and_no_message_is_lost(
    memory: Memory, running: Callable[[], Pipeline], mood: Exception
) -> None:
    memory.moods.extend([mood] * 9)
    running()
    until(lambda: len(memory.deleted) == 120)
    assert len(memory.stored) == 120
    assert memory.shown_again == []


def test_a_table_that_is_busy_when_senders_are_judged_is_asked_again(
    memory: Memory, running: Callable[[], Pipeline], monkeypatch: pytest.MonkeyPatch
) -> None:
    moods = deque([Busy()] * 9)

    def foreign(_students: set[str]) -> set[str]:
        if moods:
            raise moods.pop()
        return set()

    monkeypatch.setattr(storing, "foreign", foreign)
    running()
    until(lambda: len(memory.deleted) == 120)
    assert len(memory.stored) == 120


def test_while_the_table_is_busy_nothing_more_is_fetched(
    memory: Memory, running: Callable[[], Pipeline]
) -> None:
    memory.moods.extend([Busy()] * 10**6)
    made = running()
    until(made.busy.is_set)
    time.sleep(1)  # for pollers that have asked already
    left = len(memory.waiting)
    time.sleep(0.3)
    assert len(memory.waiting) == left
    memory.moods.clear()
    until(lambda: len(memory.deleted) == 120)


def test_an_error_that_nobody_foresaw_leaves_the_messages_to_come_again(
    memory: Memory, running: Callable[[], Pipeline]
) -> None:
    memory.moods.append(RuntimeError())
    running()
    until(lambda: not memory.waiting and memory.stored != [])
    until(lambda: len(memory.deleted) + 50 >= 120)
    assert len(memory.deleted) == len(memory.stored) < 120


def test_after_busy_times_that_end_in_another_error_it_fetches_again(
    memory: Memory, running: Callable[[], Pipeline]
) -> None:
    late = [memory.waiting.pop() for _ in range(20)]
    memory.moods.extend([Busy()] * 3 + [RuntimeError()] * 9)
    made = running()
    until(lambda: len(memory.moods) < 9)
    memory.moods.clear()
    until(lambda: not made.busy.is_set())
    memory.waiting.extend(late)
    until(lambda: {one.receipt for one in late} <= set(memory.deleted))


def test_messages_stay_hidden_while_they_are_in_work(
    memory: Memory, running: Callable[[], Pipeline], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue, "visibility", lambda _queue: 0.15)
    memory.moods.extend([Busy()] * 30)
    first = memory.waiting[0].receipt
    running()
    until(lambda: first in memory.extended)
    until(lambda: len(memory.deleted) == 120)
    settled = len(memory.extended)
    time.sleep(0.2)
    assert len(memory.extended) == settled  # what is done with is held no longer


def test_a_message_that_could_not_be_hidden_anew_is_tried_again_at_once(
    memory: Memory, running: Callable[[], Pipeline], monkeypatch: pytest.MonkeyPatch
) -> None:
    failures = deque([ConnectionError()] * 3)

    def extend(name: str, receipts: list[str], seconds: int) -> None:
        if receipts and failures:
            raise failures.pop()
        memory.extend(name, receipts, seconds)

    monkeypatch.setattr(queue, "visibility", lambda _queue: 0.3)
    monkeypatch.setattr(queue, "extend", extend)
    memory.moods.extend([Busy()] * 10**6)
    first = memory.waiting[0].receipt
    running()
    until(lambda: first in memory.extended)
    assert not failures
    memory.moods.clear()
    until(lambda: len(memory.deleted) == 120)


def test_what_is_stored_is_deleted_once_the_queue_answers_again(
    memory: Memory, running: Callable[[], Pipeline], monkeypatch: pytest.MonkeyPatch
) -> None:
    moods = deque([Unavailable("The queue does not answer.")] * 9)

    def delete(name: str, receipts: list[str]) -> int:
        if moods:
            raise moods.pop()
        return memory.delete(name, receipts)

    monkeypatch.setattr(queue, "delete", delete)
    running()
    until(lambda: len(memory.deleted) == 120)
    assert len(memory.stored) == 120


def test_a_queue_that_does_not_answer_is_asked_again(
    memory: Memory, running: Callable[[], Pipeline], monkeypatch: pytest.MonkeyPatch
) -> None:
    failures = deque([ConnectionError()] * 8)

    def receive(name: str, *, wait: int) -> list[Received]:
        if failures:
            raise failures.pop()
        return memory.receive(name, wait=wait)

    monkeypatch.setattr(queue, "receive", receive)
    running()
    until(lambda: len(memory.deleted) == 120)


def test_stopping_stores_what_was_fetched(memory: Memory, running: Callable[[], Pipeline]) -> None:
    made = running()
    until(lambda: len(memory.waiting) < 120)
    made.stop(5)
    assert len(memory.deleted) + len(memory.waiting) == 120


def test_stopping_does_not_wait_for_a_table_that_stays_busy(
    memory: Memory, running: Callable[[], Pipeline]
) -> None:
    memory.moods.extend([Busy()] * 10**6)
    made = running()
    until(made.busy.is_set)
    began = time.monotonic()
    made.stop(2)
    assert time.monotonic() - began < 60  # and the table stays busy for hours
    assert memory.deleted == []
    # The next consumer has them at once, whether a writer had come to them or not.
    until(lambda: len(set(memory.shown_again)) + len(memory.waiting) == 120)
