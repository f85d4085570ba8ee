"""The night meets teachers, itself and its deadline: nothing is lost, nothing is doubled."""

from decimal import Decimal
from threading import Thread
from typing import Any

import pytest

from grades import rules, services
from grades.domain import (
    Assessment,
    Change,
    Done,
    NewEvaluation,
)
from grades.repository import evaluations, grades
from grades.services.consolidation.checkpoint import Checkpoint
from grades.services.consolidation.worker import Worker
from grades.tests.cast import (
    ADA,
    AUTUMN,
    BLAS,
    CARLA,
    COURSE,
    EXAM,
    MATHS,
    given,
    grade_of,
    waiting,
)
from luca.aws.store import Busy, ConditionFailed
from luca.kernel import context
from luca.kernel.ids import AssessmentId

pytestmark = pytest.mark.usefixtures("north")


def test_transaction_conflicts_are_retried(monkeypatch: pytest.MonkeyPatch) -> None:
    given(ADA, 80)
    real, met = grades.commit, [0]

    def conflicting(*call: Any) -> None:
        met[0] += 1
        if met[0] <= 2:
            raise Busy
        real(*call)

    monkeypatch.setattr(grades, "commit", conflicting)
    assert services.consolidate().left == 0
    assert met[0] >= 3
    assert grade_of().version == 1


def test_a_result_that_changes_under_our_hands_stays_pending(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A correction lands between reading and writing: neither is lost."""
    given(ADA, 80)
    real, once = grades.commit, [True]

    def interrupted(*call: Any) -> None:
        if once and call[0].student == ADA:
            once.clear()
            services.correct(
                None, ADA, COURSE, EXAM, Change(Decimal(90)), reason="second look", version=1
            )
        real(*call)

    monkeypatch.setattr(grades, "commit", interrupted)
    services.consolidate()
    assert grade_of().score == Decimal("90.0")
    assert [version.version for version in services.history(ADA, COURSE)] == [1]
    assert services.evaluation(ADA, COURSE, EXAM).consolidated


def test_two_runs_at_once_make_one_version(monkeypatch: pytest.MonkeyPatch) -> None:
    given(ADA, 80)
    real, once = grades.commit, [True]

    def overtaken(*call: Any) -> None:
        if once and call[0].student == ADA:
            once.clear()
            services.consolidate()
        real(*call)

    monkeypatch.setattr(grades, "commit", overtaken)
    services.consolidate()
    assert grade_of().version == 1
    assert len(services.history(ADA, COURSE)) == 1
    assert waiting() == 0


def test_whoever_is_always_overtaken_is_left_for_the_next_run(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    given(ADA, 80)

    def never(*_: Any) -> None:
        raise ConditionFailed

    with monkeypatch.context() as patched:
        patched.setattr(grades, "commit", never)
        assert services.consolidate().left == 3
    assert waiting() == 2  # Ada's result and the course
    services.consolidate()
    assert waiting() == 0


def test_more_results_than_a_transaction_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    """The grade commits first, the flags follow; killed in between, the next run flags."""
    monkeypatch.setattr(grades, "AT_ONCE", 3)
    for n in range(5):
        given(ADA, 10 * n, AssessmentId(f"quiz-{n}"))

    def killed(*_: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(grades, "settle", killed)
        services.consolidate()
    assert grade_of().score == Decimal("20.0")
    assert waiting() == 6
    services.consolidate()
    assert grade_of().version == 1
    assert waiting() == 0


def test_a_run_stops_before_its_deadline_and_the_next_goes_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("grades.services.consolidation.worker.CHUNK", 1)
    given(ADA, 80)
    stopped = services.consolidate(minutes=2)
    assert (stopped.complete, stopped.computed) == (False, 0)
    assert waiting() == 2

    real, done = Worker._chunk, [0]

    def hurried(self: Worker, *call: Any) -> bool:
        whole = real(self, *call)
        done[0] += 1
        self.until = 0.0 if done[0] == 2 else self.until
        return whole

    with monkeypatch.context() as patched:
        patched.setattr(Worker, "_chunk", hurried)
        partly = services.consolidate()
    assert (partly.complete, partly.computed) == (False, 2)
    assert Checkpoint.read("pending").positions
    rest = services.consolidate()
    assert rest.complete
    assert rest.computed == 1
    assert Checkpoint.read("pending").positions == {}
    assert [grade_of(student).version for student in (ADA, BLAS, CARLA)] == [1, 1, 1]


def test_teachers_record_while_the_night_works() -> None:
    """Afterwards one more run leaves nothing pending, and every grade is the engine's."""
    names = [AssessmentId(f"quiz-{n}") for n in range(60)]
    services.save_assessments(MATHS, AUTUMN, [Assessment(name) for name in names])
    school = context.school()

    def teach() -> None:
        with context.entered(school=school):
            for name in names:
                for n, student in enumerate((ADA, BLAS, CARLA)):
                    row = NewEvaluation(student, MATHS, AUTUMN, name, Decimal(30 * n + 10))
                    assert services.record(None, [row])[0].done is Done.STORED

    teaching = Thread(target=teach)
    teaching.start()
    runs = 0
    while teaching.is_alive():
        assert services.consolidate().failed == 0
        runs += 1
    teaching.join()
    services.consolidate()

    assert runs > 1, "nothing met: give the teacher more to do"
    assert waiting() == 0
    asked = services.assessments_of(MATHS, AUTUMN)
    for student in (ADA, BLAS, CARLA):
        found = evaluations.of_course(student, COURSE)
        result = rules.grade(services.rules_for(MATHS), rules.items_of(asked, found))
        assert len(found) == len(names)
        assert grade_of(student).trace_hash == result.hash
        versions = [version.version for version in services.history(student, COURSE)]
        assert versions == list(range(1, grade_of(student).version + 1))
