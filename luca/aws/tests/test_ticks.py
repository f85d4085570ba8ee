"""What happens by itself: one file, read by beat and by EventBridge Scheduler."""

import json
import pickle
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from django.conf import settings as deployed
from pytest_django.fixtures import Settings

from luca.aws import clients, queue, ticks
from luca.aws.tests.rendering import sent, target_input
from luca.aws.tests.test_worker import DEADLINE, worker
from luca.celery import app
from luca.kernel import clock
from luca.kernel.ids import SchoolId
from tenants import services as tenants
from tenants.domain import School

if TYPE_CHECKING:
    from luca.localaws.embedded import Embedded

__all__ = ["worker"]  # fixture
TICKS = ticks.ticks()
CRONS = [task for task, tick in TICKS.items() if tick["expression"].startswith("cron")]
QUEUES = json.loads((ticks.FILE.parent / "queues.json").read_text())


@pytest.fixture(scope="module")
def aws(fresh_aws: "Embedded") -> "Embedded":
    """A tick is for every school: what other tests' schools have to do is not looked at here."""
    return fresh_aws


@pytest.mark.parametrize("task", TICKS)
def test_a_tick_names_a_task_that_exists_and_a_queue_that_its_worker_takes_from(task: str) -> None:
    app.loader.import_default_modules()

    assert task in app.tasks
    assert QUEUES[TICKS[task]["queue"]]["purpose"] in {"tasks", "sync"}


def test_beat_and_scheduler_have_the_same_ticks() -> None:
    beat: dict[str, Any] = app.conf.beat_schedule

    assert beat.keys() == TICKS.keys()
    assert {task: entry["task"] for task, entry in beat.items()} == {one: one for one in TICKS}
    assert all(
        entry["options"]["expires"] == TICKS[task]["expires_after_seconds"]
        for task, entry in beat.items()
    )


@pytest.mark.parametrize("task", sorted(TICKS.keys() - CRONS))
def test_a_rate_is_the_same_for_beat(task: str) -> None:
    every: Any = ticks.beat_schedule()[task]["schedule"]
    _, number, unit = TICKS[task]["expression"].replace("(", " ").rstrip(")").split()

    seconds = {"minute": 60, "hour": 3600}[unit.rstrip("s")]
    assert every.run_every == timedelta(seconds=int(number) * seconds)
    assert TICKS[task]["expires_after_seconds"] <= every.run_every.total_seconds(), (
        "a tick must be gone before the next one comes, or an outage piles them up"
    )


def test_a_demo_turns_faster(settings: Settings) -> None:
    settings.GOVSYNC_TIME_SCALE, settings.NIGHT_TICK = 0.01, 0.5

    beat = ticks.beat_schedule()

    found = {
        task: beat[task]["schedule"].run_every.total_seconds() for task in TICKS.keys() - CRONS
    }
    assert found == {
        "grades.nightly": 30,
        "govsync.sweep": 2,
        "govsync.foresee": 5,
        "govsync.check_periods": 36,
        "lake.gaps": 60,
        "tenants.sweep_accounts": 300,
    }


@pytest.mark.parametrize(
    ("task", "after", "due"),
    [
        ("govsync.quarter", "2026-10-01T08:00", "2027-01-01T08:00"),  # Mexico City: 02:00
        ("govsync.quarter", "2027-01-01T07:59", "2027-01-01T08:00"),
        ("govsync.quarter", "2027-05-05T00:00", "2027-07-01T08:00"),
        ("lake.nightly", "2026-11-22T10:30", "2026-11-23T10:30"),
    ],
)
def test_beat_reads_the_clock_of_the_place(task: str, after: str, due: str) -> None:
    moments = [datetime.fromisoformat(one).replace(tzinfo=UTC) for one in (after, due)]
    when = pickle.loads(pickle.dumps(ticks.beat_schedule()[task]["schedule"]))  # noqa: S301 -- as beat's file keeps it
    when.nowfun = lambda: moments[0]

    assert moments[0] + when.remaining_estimate(moments[0]) == moments[1]


def test_an_expression_that_beat_cannot_read_is_refused() -> None:
    tick = {"expression": "at(2027-01-01T00:00:00)", "timezone": "UTC", "locally": {}}

    with pytest.raises(ValueError, match="beat cannot read"):
        ticks._when(tick)


@pytest.mark.parametrize("task", TICKS)
def test_a_tick_is_the_message_that_our_own_code_would_send(task: str, settings: Settings) -> None:
    settings.QUEUES = {"tasks": f"https://sqs.us-east-1.amazonaws.com/1/{TICKS[task]['queue']}"}
    ours = json.loads(queue.envelope(task, {}, identity="i", queue="tasks"))
    tick = json.loads(sent(task, "i"))

    due, expires = (tick["headers"].pop(name) for name in ("luca_due", "luca_expires_after"))
    ours["headers"]["luca_correlation_id"] = "i"
    assert tick == ours
    assert datetime.fromisoformat(due) <= clock.now()
    assert int(expires) == TICKS[task]["expires_after_seconds"]
    assert "${" not in target_input(task)


def test_a_worker_does_what_is_due_and_drops_what_has_waited_too_long(
    worker: Path, school: str
) -> None:
    tenants.create_school(School(SchoolId(school), "Liceo"))
    fresh = {str(uuid4()): task for task in ("govsync.quarter", "govsync.sweep", "lake.gaps")}
    stale = str(uuid4())
    messages = [sent(task, identity) for identity, task in fresh.items()]
    messages.append(sent("govsync.sweep", stale, clock.now() - timedelta(hours=3)))
    for body in messages:
        clients.sqs().send_message(QueueUrl=deployed.QUEUES["tasks"], MessageBody=body)

    until = time.monotonic() + DEADLINE
    ends: dict[str, str] = {}
    while time.monotonic() < until and len(ends) < len(messages):
        time.sleep(0.2)
        lines = [json.loads(one) for one in worker.read_text().splitlines() if one[:1] == "{"]
        ends = {
            one["task_id"]: one["event"]
            for one in lines
            if one.get("event") in {"task_done", "task_failed", "tick_dropped"}
        }

    assert ends == {**dict.fromkeys(fresh, "task_done"), stale: "tick_dropped"}
    while time.monotonic() < until and queue.depth("tasks").total:
        time.sleep(0.2)  # a message is deleted after its task has said that it is done
    assert queue.depth("tasks").total == 0
