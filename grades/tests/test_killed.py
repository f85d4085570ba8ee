"""Real processes do the night's work and are killed in the middle: nothing lost or doubled."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from grades import rules, services
from grades.domain import Assessment, Done, NewEvaluation, Night, NightState, SyncState
from grades.repository import evaluations, nights
from grades.tests.cast import ADA, AUTUMN, COURSE, FIRST_A, MATHS, given, grade_of, waiting
from luca.aws import queue
from luca.aws.tests import redelivery
from luca.kernel.ids import AssessmentId, StudentId
from tenants import services as tenants
from tenants.domain import Enrolment, PeriodState, Student

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from mypy_boto3_sqs import SQSClient

    from luca.localaws.embedded import Embedded

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[2]
STUDENTS = [StudentId(f"s{n:03d}") for n in range(240)]
QUIZZES = [AssessmentId(f"quiz-{n}") for n in range(4)]
PATIENCE = 400  # seconds; only guards against hanging


@pytest.fixture
def crowded(school: str) -> str:
    """North with 240 more students and their 960 results."""
    from grades.tests.conftest import furnish  # noqa: PLC0415 -- the fixture without its patch

    furnish(school)
    tenants.add_students([Student(one, "Somebody") for one in STUDENTS])
    tenants.enrol(MATHS, AUTUMN, [Enrolment(one, FIRST_A) for one in STUDENTS])
    services.save_assessments(MATHS, AUTUMN, [Assessment(quiz) for quiz in QUIZZES])
    for n, quiz in enumerate(QUIZZES):
        rows = [
            NewEvaluation(one, MATHS, AUTUMN, quiz, Decimal((k * 7 + n * 13) % 101))
            for k, one in enumerate(STUDENTS)
        ]
        assert {found.done for found in services.record(None, rows)} == {Done.STORED}
    return school


@contextmanager
def process(
    aws: Embedded, role: str, *command: str, **more: str
) -> Iterator[subprocess.Popen[bytes]]:
    """A process of its own, as the stack starts it; gone at the end in any case."""
    environ = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    running = subprocess.Popen(
        [sys.executable, *command],
        cwd=ROOT,
        env={**environ, **aws.environment(role), **more},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield running
    finally:
        running.kill()
        running.wait()


def consolidating(school: str, *more: str) -> tuple[str, ...]:
    return ("manage.py", "consolidate", "--school", school, *more)


def until(true: Callable[[], bool], seconds: float, every: float = 0.05) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it took too long"
        time.sleep(every)


def graded() -> int:
    found = services.grades_of_period(AUTUMN)
    return sum(grade is not None for _, _, grade in found)


def check_every_grade() -> None:
    """Each grade is the engine's, made of everything that is stored, with versions 1 to n."""
    asked = services.assessments_of(MATHS, AUTUMN)
    for student, _, grade in services.grades_of_period(AUTUMN):
        assert grade is not None
        found = evaluations.of_course(student, COURSE)
        result = rules.grade(
            services.rules_for(MATHS), rules.items_of(asked, found), grade.published
        )
        assert grade.trace_hash == result.hash
        assert all(one.consolidated for one in found)
        history = services.history(student, COURSE)
        assert [one.version for one in history] == list(range(1, grade.version + 1))
        assert history[-1].trace_hash == grade.trace_hash
    assert waiting() == 0


def test_a_killed_run_is_finished_by_the_next(aws: Embedded, crowded: str) -> None:
    kills = 0
    for _ in range(6):
        before = graded()
        with process(aws, "platform", *consolidating(crowded)) as running:
            until(lambda: graded() > before or running.poll() is not None, 60)  # noqa: B023 -- used at once
            if running.poll() is not None:
                break
            running.send_signal(signal.SIGKILL)
            running.wait()
        assert waiting() > 0, "it was killed too late to prove anything"
        kills += 1
    assert kills > 0
    assert 0 < graded() < len(STUDENTS) + 3

    with process(aws, "platform", *consolidating(crowded)) as running:
        assert running.wait(120) == 0
    assert graded() == len(STUDENTS) + 3
    check_every_grade()
    assert {grade.version for _, _, grade in services.grades_of_period(AUTUMN) if grade} == {1}


def test_a_killed_close_is_finished_by_the_next(aws: Embedded, crowded: str) -> None:
    closing = consolidating(crowded, "--period", AUTUMN, "--close")
    with process(aws, "platform", *closing) as running:
        until(lambda: graded() > 0, 60)
        running.send_signal(signal.SIGKILL)
        running.wait()
    assert 0 < graded() < len(STUDENTS) + 3, "it was killed too late to prove anything"
    assert tenants.period(AUTUMN).state is PeriodState.CLOSING
    late = NewEvaluation(STUDENTS[0], MATHS, AUTUMN, QUIZZES[0], Decimal(1))
    assert services.record(None, [late])[0].done is Done.REFUSED

    with process(aws, "platform", *closing) as running:
        assert running.wait(120) == 0
    assert tenants.period(AUTUMN).state is PeriodState.CLOSED
    check_every_grade()
    found = [grade for _, _, grade in services.grades_of_period(AUTUMN) if grade]
    assert {(grade.version, grade.sync_state) for grade in found} == {(1, SyncState.PENDING)}
    assert len(list(services.sync_candidates(AUTUMN))) == len(STUDENTS) + 3


WORKER = (
    *("-m", "celery", "-A", "luca", "worker", "-P", "threads", "-c", "2"),
    *("-Q", "luca-tasks-queue", "--without-gossip", "--without-mingle"),
)
TICK = "from luca.celery import app; app.send_task('grades.nightly')"  # as beat sends it


@pytest.mark.usefixtures("crowded")
def test_a_killed_worker_s_school_is_finished_by_another(
    aws: Embedded, every_queue: SQSClient
) -> None:
    queue.enqueue("grades.consolidate")
    with (
        redelivery.soon_after_a_death(every_queue),
        process(aws, "worker", *WORKER) as running,
    ):
        until(lambda: graded() > 0, 90)
        assert waiting() > 0, "it was killed too late to prove anything"
        running.send_signal(signal.SIGKILL)
        running.wait()
    assert waiting() > 0
    with process(aws, "worker", *WORKER):
        until(lambda: waiting() == 0, PATIENCE, every=0.5)
    check_every_grade()


@pytest.mark.usefixtures("soon_seen_again")
def test_a_tick_reaches_every_school_through_a_worker(aws: Embedded, north: str) -> None:
    given(ADA)
    environ = {"DJANGO_SETTINGS_MODULE": "luca.settings"}
    with process(aws, "worker", "-c", TICK, **environ) as beat:
        assert beat.wait(90) == 0
    with process(aws, "worker", *WORKER):
        # The open poll of a worker killed a moment ago may have taken the tick with it.
        until(lambda: waiting() == 0, PATIENCE, every=0.5)
        until(lambda: last_night(north).state is NightState.FINISHED, 90)
    assert grade_of().version == 1
    assert north not in services.nightly()


def last_night(school: str) -> Night:
    (found,) = nights.last(school, 1)
    return found
