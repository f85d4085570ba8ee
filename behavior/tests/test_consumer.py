"""The real consumer process against the embedded AWS."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Protocol
from uuid import uuid4

import pytest

from behavior import keys, services
from behavior.domain import Sent
from behavior.models import EventItem
from behavior.tests.deliveries import message, sent, stored
from luca.aws import clients, queue, store
from luca.kernel import clock, context
from luca.kernel.ids import uuid7

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


ROOT = Path(__file__).parents[2]
STUDENTS = [f"student-{n}" for n in range(20)]


class Aws(Protocol):
    """The embedded AWS."""

    def environment(self, role: str) -> dict[str, str]: ...


CONSUMER = ("-A", "luca.consumer", "worker")
STOCK = ("-A", "luca", "worker", "-P", "solo", "-Q", "behavior-events-queue")


@contextmanager
def consumer(
    aws: Aws, log: Path, *arguments: str, **settings: str
) -> Iterator[subprocess.Popen[bytes]]:
    """Run the consumer with its own role, as the stack does."""
    environ = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    environ |= aws.environment("consumer") | {"LUCA_SERVICE": "consumer"} | settings
    with log.open("ab") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "celery", *(arguments or CONSUMER)],
            cwd=ROOT,
            env=environ,
            stdout=output,
            stderr=output,
        )
    try:
        until(lambda: " ready." in log.read_text() or process.poll() is not None, 90)
        assert process.poll() is None, log.read_text()
        yield process
    finally:
        process.terminate()  # a kill would leave polls behind that swallow the next test's messages
        process.wait(90)


def until(true: Callable[[], bool], seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)


def counted() -> dict[str, int]:
    """Count every student's events with a reader that knows nothing of the writer."""
    return {
        student: sum(
            1
            for _ in store.every(
                EventItem, keys.student(student), EventItem.sk.startswith("EVENT"), consistent=True
            )
        )
        for student in STUDENTS
    }


def some_are_stored() -> bool:
    first = store.every(EventItem, keys.student(STUDENTS[0]), EventItem.sk.startswith("EVENT"))
    return next(iter(first), None) is not None


def events(each: int) -> Iterator[Sent]:
    now = clock.now()
    for place in range(each):
        for number, student in enumerate(STUDENTS):
            at = now - timedelta(milliseconds=place)
            tail = f"{number:05}{place:05}".encode()
            yield Sent("page_view", student, clock.stamp(at), event_id=uuid7(at, tail))


def dead_letters() -> int:
    return queue.depth("behavior-dlq").waiting


@pytest.mark.slow
def test_what_the_api_accepts_is_stored_within_moments(
    aws: Aws, school: str, tmp_path: Path
) -> None:
    with (
        consumer(aws, tmp_path / "log"),
        context.entered(school=school, actor="ana", groups=frozenset({"student"})),
    ):
        ids = services.accept(json.dumps([sent(), sent(type="quiz_completed")]).encode())
        until(lambda: len(stored()) == 2, 60)
    assert {event.id for event in stored()} == set(ids)


@pytest.mark.slow
@pytest.mark.usefixtures("school")
def test_a_message_that_is_not_ours_reaches_the_dead_letters_and_holds_up_nobody(
    aws: Aws, tmp_path: Path
) -> None:
    before = dead_letters()
    other_task = queue.envelope(
        "grades.forget_everything", {}, identity=str(uuid4()), queue="behavior"
    )
    with context.entered():
        no_school = queue.envelope("behavior.ingest", {}, identity=str(uuid4()), queue="behavior")
    log = tmp_path / "log"
    with consumer(aws, log):
        for body in ("not JSON", "bm90IEpTT04=", other_task, no_school):
            clients.sqs().send_message(QueueUrl=queue.url("behavior"), MessageBody=body)
        services.backfill(events(5))
        until(lambda: sum(counted().values()) == 100, 90)
        until(lambda: dead_letters() == before + 4, 90)
    text = log.read_text()
    assert "It asks for another task than behavior.ingest." in text
    assert "It names no school." in text
    assert "It is not a Celery message." in text


@pytest.mark.slow
@pytest.mark.usefixtures("school")
def test_sigterm_stores_what_was_fetched_and_ends(aws: Aws, tmp_path: Path) -> None:
    services.backfill(events(500))
    with consumer(aws, tmp_path / "log") as process:
        until(lambda: queue.depth("behavior").in_flight > 0, 90)
        process.terminate()
        assert process.wait(90) == 0
    left = queue.depth("behavior")
    assert left.in_flight == 0  # nothing is held back from the next consumer
    with consumer(aws, tmp_path / "log2"):
        until(lambda: queue.depth("behavior") == queue.Depth(0, 0, 0), 90)
    assert "consumer_stopped" in (tmp_path / "log").read_text()
    assert set(counted().values()) == {500}


@pytest.mark.slow
@pytest.mark.usefixtures("school", "soon_seen_again")
def test_a_killed_consumer_loses_nothing_and_stores_nothing_twice(aws: Aws, tmp_path: Path) -> None:
    sent_ones = services.backfill(events(1000))
    with consumer(aws, tmp_path / "log") as process:
        until(lambda: queue.depth("behavior").waiting < 80 and some_are_stored(), 90)
        process.kill()
        process.wait()
        assert queue.depth("behavior").in_flight > 0
        assert 0 < sum(counted().values()) < sent_ones
    with consumer(aws, tmp_path / "log2"):
        until(lambda: queue.depth("behavior") == queue.Depth(0, 0, 0), 400)
    assert set(counted().values()) == {1000}


@pytest.mark.slow
def test_a_stock_worker_runs_the_same_message_and_leaves_what_it_refuses(
    aws: Aws, school: str, tmp_path: Path
) -> None:
    log = tmp_path / "log"
    url = queue.url("behavior")
    with consumer(aws, log, *STOCK, LUCA_TASKS_QUEUE_URL=url, LUCA_SERVICE="worker"):
        with context.entered(school=school, actor="ana", groups=frozenset({"student"})):
            services.accept(json.dumps([sent(), sent(type="quiz_completed")]).encode())
        until(lambda: len(stored()) == 2, 90)
        until(lambda: queue.depth("behavior") == queue.Depth(0, 0, 0), 90)

        foreign = message(sent(type="page_view"), school=school, actor_id="luis").body
        clients.sqs().send_message(QueueUrl=queue.url("behavior"), MessageBody=foreign)
        until(lambda: "task_failed" in log.read_text(), 90)
        assert queue.depth("behavior").in_flight == 1  # neither stored nor deleted
    assert {event.type for event in stored()} == {"login", "quiz_completed"}
