"""Everything at once: teachers write, two runs consolidate and are killed, again and again.

Afterwards one more run, and every grade is the engine's over what is stored.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from threading import Event, Thread
from typing import TYPE_CHECKING

import pytest

from grades import keys, rules, services
from grades.domain import Assessment, Change, NewEvaluation
from grades.repository import courses, evaluations
from grades.tests.cast import AUTUMN, COURSE, FIRST_A, FIRST_B, MATHS, waiting
from luca.aws.store import raw
from luca.kernel import clock, context
from luca.kernel.errors import Conflict, NotFound, PreconditionFailed
from luca.kernel.ids import AssessmentId, StudentId
from tenants import services as tenants
from tenants.domain import Enrolment, Student

if TYPE_CHECKING:
    from collections.abc import Callable

    from luca.localaws.embedded import Embedded

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[2]
STUDENTS = [StudentId(f"s{n:02d}") for n in range(60)]
QUIZZES = [AssessmentId(f"quiz-{n}") for n in range(8)]
WEIGHTS = {"weights": {"quiz": 0.6, "oral": 0.4}}
KILLS, WRITERS = 6, 3  # of each of the two runs; teachers
ALL_KINDS = {"record", "correct", "excuse", "void", "move", "publish_rules", "define"}


def dice(seed: int) -> random.Random:
    return random.Random(seed)  # noqa: S311 -- the same choices each time


@dataclass
class Teaching:
    """One teacher, who does something of everything as fast as it goes."""

    seed: int
    done: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.dice = dice(self.seed)

    def until(self, over: Event) -> None:
        acts: list[Callable[[StudentId, AssessmentId], None]] = [
            self.record,
            self.correct,
            self.excuse,
            self.void,
            self.move,
        ] * 8
        while not over.is_set():
            act = self.dice.choice([*acts, self.publish_rules, self.define])
            try:
                act(self.dice.choice(STUDENTS), self.dice.choice(QUIZZES))
            except (Conflict, PreconditionFailed, NotFound):
                continue  # another teacher was there first, or there is nothing to change yet
            self.done[act.__name__] = self.done.get(act.__name__, 0) + 1

    def record(self, student: StudentId, quiz: AssessmentId) -> None:
        row = NewEvaluation(student, MATHS, AUTUMN, quiz, self.score())
        (outcome,) = services.record(None, [row])
        if outcome.error:
            raise outcome.error

    def correct(self, student: StudentId, quiz: AssessmentId) -> None:
        seen = services.evaluation(student, COURSE, quiz)
        change = Change(self.score())
        services.correct(
            None, student, COURSE, quiz, change, reason="second look", version=seen.version
        )

    def excuse(self, student: StudentId, quiz: AssessmentId) -> None:
        seen = services.evaluation(student, COURSE, quiz)
        services.excuse(None, student, COURSE, quiz, reason="ill", version=seen.version)

    def void(self, student: StudentId, quiz: AssessmentId) -> None:
        seen = services.evaluation(student, COURSE, quiz)
        services.void(None, student, COURSE, quiz, reason="mixed up", version=seen.version)

    def move(self, student: StudentId, quiz: AssessmentId) -> None:
        seen = services.evaluation(student, COURSE, quiz)
        category = self.dice.choice(["oral", "quiz"])
        services.move(
            None, student, COURSE, quiz, category=category, reason="agreed", version=seen.version
        )

    def publish_rules(self, *_: object) -> None:
        services.publish_rules(MATHS, {**WEIGHTS, "min_passing": self.dice.randrange(100)})

    def define(self, _: StudentId, quiz: AssessmentId) -> None:
        """Change an assessment; now and then it is due in a moment."""
        due = clock.now() + timedelta(seconds=2) if self.dice.random() < 0.5 else None
        weight = Decimal(self.dice.randrange(1, 4))
        services.save_assessments(MATHS, AUTUMN, [Assessment(quiz, "quiz", weight=weight, due=due)])

    def score(self) -> Decimal:
        return Decimal(self.dice.randrange(0, 101))


@dataclass
class Run:
    """A process that consolidates for ever, and what it says of itself."""

    process: subprocess.Popen[bytes]
    said: bytearray = field(default_factory=bytearray)
    listening: Thread | None = None

    def listen(self) -> None:
        assert self.process.stdout is not None
        with self.process.stdout as heard:
            while letter := heard.read(1):
                self.said += letter

    def works(self) -> bool:
        return b"." in self.said


def consolidating(aws: Embedded, school: str) -> Run:
    environ = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    running = Run(
        subprocess.Popen(
            [sys.executable, "-m", "grades.tests.consolidating_for_ever", school],
            cwd=ROOT,
            env={**environ, **aws.environment("platform")},
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
    )
    running.listening = Thread(target=running.listen, daemon=True)
    running.listening.start()
    return running


def kill_again_and_again(aws: Embedded, school: str, seed: int) -> int:
    """Return how many of the kills hit a run in the middle of its work."""
    hits, chance = 0, dice(seed)
    for _ in range(KILLS):
        running = consolidating(aws, school)
        try:
            until(running.works, 60)
            time.sleep(chance.uniform(0, 1.5))
            assert running.process.poll() is None, "it has ended by itself"
        finally:
            running.process.send_signal(signal.SIGKILL)
            running.process.wait()
            assert running.listening is not None
            running.listening.join()
        hits += not running.said.endswith(b"e")
    return hits


def until(true: Callable[[], bool], seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it took too long"
        time.sleep(0.02)


@pytest.fixture
def crowded(north: str) -> str:
    tenants.add_students([Student(one, "Somebody") for one in STUDENTS])
    groups = [FIRST_A, FIRST_B]
    tenants.enrol(MATHS, AUTUMN, [Enrolment(one, groups[n % 2]) for n, one in enumerate(STUDENTS)])
    services.publish_rules(MATHS, WEIGHTS)
    services.save_assessments(MATHS, AUTUMN, [Assessment(quiz, "quiz") for quiz in QUIZZES])
    return north


def test_teachers_write_while_two_runs_consolidate_and_are_killed(
    aws: Embedded, crowded: str
) -> None:
    over = Event()
    teachers = [Teaching(n) for n in range(WRITERS)]
    with ThreadPoolExecutor(WRITERS + 2) as pool:
        teaching = [pool.submit(context.carried(one.until), over) for one in teachers]
        killing = [pool.submit(kill_again_and_again, aws, crowded, 10 + n) for n in range(2)]
        try:
            hits = sum(one.result() for one in killing)
        finally:
            over.set()
        for one in teaching:
            one.result()
    assert hits >= KILLS, "hardly a kill met a run at work"
    assert {kind for one in teachers for kind in one.done} == ALL_KINDS
    time.sleep(2)  # until whatever was due in a moment is due

    report = services.consolidate()
    assert (report.left, report.failed, report.complete) == (0, 0, True)
    assert waiting() == 0
    assert courses.marker(COURSE) is None
    for student in STUDENTS:
        check(student)


def check(student: StudentId) -> None:
    """The grade is the engine's; its versions are whole and each differs; nothing waits."""
    recorded = evaluations.of_course(student, COURSE)
    asked = services.assessments_of(MATHS, AUTUMN)
    items = rules.items_of(asked, recorded, at=clock.now())
    result = rules.grade(services.rules_for(MATHS), items)
    grade, history = services.grade(student, MATHS, AUTUMN), services.history(student, COURSE)
    assert grade is not None
    assert (grade.trace_hash, grade.score) == (result.hash, result.published)
    assert [one.version for one in history] == list(range(1, grade.version + 1))
    assert (history[-1].trace_hash, history[-1].score) == (grade.trace_hash, grade.score)
    for before, after in pairwise(history):
        assert before.trace_hash != after.trace_hash, "the same version was written twice"
    for one in history:
        assert rules.verify(one.trace).hash == one.trace_hash
    for item in raw.partition(keys.student(student)):
        assert item["kind"] != "evaluation" or item["consolidated"]
        assert "GSI2PK" not in item
