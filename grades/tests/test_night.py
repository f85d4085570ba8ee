"""At two o'clock in the school's own time zone the night begins, once."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from grades import services, tasks
from grades.repository import nights
from grades.services import night
from grades.tests.cast import ADA, given, grade_of
from luca.aws import queue
from luca.kernel import clock, context
from luca.kernel.ids import SchoolId
from tenants import services as tenants
from tenants.domain import School

TWO_IN_MEXICO = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)  # no daylight saving time since 2022


@pytest.mark.parametrize(
    ("zone", "at", "date"),
    [
        ("America/Mexico_City", TWO_IN_MEXICO, "2026-11-21"),
        ("America/Mexico_City", TWO_IN_MEXICO - timedelta(minutes=1), "2026-11-20"),
        ("America/Tijuana", TWO_IN_MEXICO, "2026-11-20"),
        ("Europe/Madrid", TWO_IN_MEXICO, "2026-11-21"),
    ],
)
def test_the_night_is_that_of_the_last_two_o_clock(zone: str, at: datetime, date: str) -> None:
    with clock.stopped(at):
        assert night.night_of(School(SchoolId("north"), "North", time_zone=zone)) == date


@pytest.mark.usefixtures("alone")
def test_two_schedulers_begin_a_night_once(north: str, sent: list[tuple[str, str]]) -> None:
    with clock.stopped(TWO_IN_MEXICO):
        assert north in services.nightly()
        assert north not in services.nightly()
    with clock.stopped(TWO_IN_MEXICO + timedelta(hours=23)):
        assert north not in services.nightly()
    with clock.stopped(TWO_IN_MEXICO + timedelta(hours=24)):
        assert north in services.nightly()
    assert sent.count((north, "grades.consolidate")) == 2


@pytest.mark.usefixtures("sent", "alone")
def test_a_scheduler_that_died_in_the_middle_costs_no_night(north: str) -> None:
    with clock.stopped(TWO_IN_MEXICO):
        assert nights.claim(north, "2026-11-21")  # and nothing more
        assert north not in services.nightly()
    with clock.stopped(TWO_IN_MEXICO + timedelta(minutes=15)):
        assert north in services.nightly()
        assert north not in services.nightly()


@pytest.mark.usefixtures("sent")
def test_a_school_that_cannot_be_served_stops_no_other(
    north: str, south: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = queue.enqueue

    def refuses(task: str, **more: Any) -> str:
        if context.school() == south:
            raise ConnectionError
        return real(task, **more)

    monkeypatch.setattr(queue, "enqueue", refuses)
    every = [School(SchoolId(south), "South"), School(SchoolId(north), "North")]
    monkeypatch.setattr(tenants, "schools", lambda: every)
    with clock.stopped(TWO_IN_MEXICO):
        assert services.nightly() == [north]


def work(school: str) -> None:
    """Run the task as a worker does: from a message's headers."""
    task = tasks.consolidate
    task.push_request(id="id-1", school_id=school)
    try:
        task()
    finally:
        task.pop_request()


def test_the_task_consolidates_the_school_of_its_message(north: str, south: str) -> None:
    given(ADA)
    with context.entered(school=south):
        given(ADA)
    with context.entered():
        work(north)
    assert grade_of().version == 1
    with context.entered(school=south):
        assert services.grade(ADA, "maths", "2026-1") is None  # type: ignore[arg-type]


def test_a_run_without_time_sends_its_continuation(
    north: str, sent: list[tuple[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    given(ADA)
    monkeypatch.setattr("grades.services.consolidation.run.RESERVE", 1e9)
    work(north)
    assert sent == [(north, "grades.consolidate")]


def test_the_message_stays_hidden_while_its_work_goes_on(
    north: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    extended: list[Any] = []
    monkeypatch.setattr(queue, "extend", lambda *call: extended.append(call))
    monkeypatch.setattr("luca.aws.tasks.RENEW", 0.0)
    given(ADA)
    task = tasks.consolidate
    properties = {"delivery_info": {"sqs_message": {"ReceiptHandle": "r-1"}}}
    task.push_request(id="id-1", school_id=north, properties=properties)
    try:
        task()
    finally:
        task.pop_request()
    assert extended[0] == ("tasks", ["r-1"], 120)


def test_a_queue_that_does_not_answer_stops_no_consolidation(
    north: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: Any) -> None:
        raise ConnectionError

    monkeypatch.setattr(queue, "extend", away)
    monkeypatch.setattr("luca.aws.tasks.RENEW", 0.0)
    given(ADA)
    task = tasks.consolidate
    properties = {"delivery_info": {"sqs_message": {"ReceiptHandle": "r-1"}}}
    task.push_request(id="id-1", school_id=north, properties=properties)
    try:
        task()
    finally:
        task.pop_request()
    assert grade_of(ADA).version == 1
