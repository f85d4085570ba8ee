"""Two runs at once while rules and assessments change: the older look never has the last word."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from grades import services
from grades.domain import Assessment, Change
from grades.repository import courses, grades
from grades.services.consolidation.worker import Worker
from grades.tests.cast import (
    ADA,
    AUTUMN,
    BLAS,
    COURSE,
    EXAM,
    FIRST_A,
    MATHS,
    given,
    grade_of,
    scored,
    waiting,
)
from luca.kernel.errors import Invalid
from luca.kernel.ids import SubjectId
from tenants import services as tenants
from tenants.domain import Enrolment, PeriodState

HISTORY = SubjectId("history")
pytestmark = pytest.mark.usefixtures("north")


@pytest.fixture
def before_ada_is_written(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[], Any]], None]:
    """Let something happen once, between the first run's reading of Ada and its writing."""
    real = grades.commit

    def arrange(act: Callable[[], Any]) -> None:
        once = [True]

        def overtaken(*call: Any) -> None:
            if once and call[0].student == ADA:
                once.clear()
                act()
            real(*call)

        monkeypatch.setattr(grades, "commit", overtaken)

    return arrange


def test_a_slow_run_does_not_write_old_rules_over_new_ones(
    before_ada_is_written: Callable[[Callable[[], Any]], None],
) -> None:
    given(ADA, 80)

    def meanwhile() -> None:
        services.publish_rules(MATHS, {"min_passing": 90})
        services.consolidate()

    before_ada_is_written(meanwhile)
    assert services.consolidate().failed == 0
    assert grade_of().rules_version == 1
    assert waiting() == 0


def test_a_slow_run_does_not_undo_what_another_found_right_already(
    before_ada_is_written: Callable[[Callable[[], Any]], None],
) -> None:
    """A change was taken back: the second run has nothing to write, and the first must notice."""
    given(ADA, 80)
    services.consolidate()
    before = grade_of()
    services.save_assessments(MATHS, AUTUMN, [Assessment(EXAM, "exam", weight=Decimal(2))])

    def meanwhile() -> None:
        services.save_assessments(MATHS, AUTUMN, [Assessment(EXAM, "exam")])
        services.consolidate()

    before_ada_is_written(meanwhile)
    assert services.consolidate().failed == 0
    assert (grade_of().trace_hash, grade_of().version) == (before.trace_hash, before.version)
    assert waiting() == 0


def test_what_was_corrected_before_the_checkpoint_is_not_skipped(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("grades.services.consolidation.worker.CHUNK", 1)
    given(ADA, 80)
    with monkeypatch.context() as patched:
        stop_after(patched, 2)
        assert services.consolidate().computed == 2
    change = Change(Decimal(90))
    services.correct(None, ADA, COURSE, EXAM, change=change, reason="added wrongly", version=1)
    rest = services.consolidate()
    assert (rest.complete, rest.computed) == (True, 2)
    assert grade_of().score == Decimal("90.0")
    assert waiting() == 0


def stop_after(patched: pytest.MonkeyPatch, chunks: int) -> None:
    """Let the run's time be over after so many chunks."""
    real, done = Worker._chunk, [0]

    def hurried(self: Worker, *call: Any) -> bool:
        whole = real(self, *call)
        done[0] += 1
        self.until = 0.0 if done[0] == chunks else self.until
        return whole

    patched.setattr(Worker, "_chunk", hurried)


@pytest.fixture
def also_history(north: str) -> None:  # noqa: ARG001 -- it must be entered
    """A second course, with one result of Ada's."""
    tenants.enrol(HISTORY, AUTUMN, [Enrolment(ADA, FIRST_A)])
    services.record(None, [scored(subject=HISTORY)])


@pytest.mark.usefixtures("also_history")
def test_one_course_is_computed_on_demand() -> None:
    given(BLAS, 80)
    report = services.consolidate(AUTUMN, subject=MATHS)
    assert (report.courses, report.written) == (1, 3)
    assert services.grade(ADA, HISTORY, AUTUMN) is None
    assert services.consolidate(subject=HISTORY).written == 1
    assert waiting() == 0


def test_a_period_is_not_closed_for_one_subject() -> None:
    with pytest.raises(Invalid):
        services.consolidate(AUTUMN, subject=MATHS, close=True)
    tenants.begin_closing(AUTUMN)
    services.consolidate(subject=MATHS)
    assert tenants.period(AUTUMN).state is PeriodState.CLOSING


@pytest.mark.usefixtures("also_history")
def test_a_course_that_cannot_be_read_stops_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    given(BLAS, 80)
    real = courses.rules_on

    def unreadable(subject: str, day: date) -> Any:
        if subject == HISTORY:
            raise ValueError("half a rule")
        return real(subject, day)

    with monkeypatch.context() as patched:
        patched.setattr(courses, "rules_on", unreadable)
        report = services.consolidate()
    assert (report.written, report.failed) == (3, 1)
    assert services.grade(ADA, HISTORY, AUTUMN) is None
    assert services.consolidate().written == 1
    assert waiting() == 0
