"""A school whose autumn is over, and hands that do a worker's work inside a test."""

import time
from collections.abc import Iterable
from datetime import date
from decimal import Decimal

import pytest

from govsync import pace, services
from govsync.domain import RunStatus
from govsync.services import Status, advancing
from grades import services as grades
from grades.domain import NewEvaluation
from luca.kernel import context
from luca.kernel.ids import AssessmentId, GroupId, PeriodId, SchoolId, StudentId, SubjectId
from tenants import services as tenants
from tenants.domain import Enrolment, Group, Period, School, Student

AUTUMN = PeriodId("2026-1")
MATHS, ART = SubjectId("maths"), SubjectId("art")
GROUP = GroupId("1a")
EXAM = AssessmentId("exam")
CCT = "09DPR1234X"


def students(number: int) -> list[StudentId]:
    return [StudentId(f"s{n:04d}") for n in range(number)]


def school_year(
    name: str,
    graded: int,
    ungraded: int = 0,
    *,
    close: bool = True,
    period: PeriodId = AUTUMN,
) -> None:
    """Fill a school: students with a grade in maths, and others in art only.

    Art asks for nothing, so its grades are undefined.
    """
    tenants.create_school(School(SchoolId(name), "Colegio", cct=CCT))
    with context.entered(school=name):
        tenants.save_period(Period(period, "Autumn", date(2026, 8, 1), date(2026, 12, 18)))
        everybody = students(graded + ungraded)
        tenants.add_students(Student(one, "Ada", "Núñez") for one in everybody)
        tenants.add_group(Group(GROUP, "1A"))
        tenants.enrol(MATHS, period, [Enrolment(one, GROUP) for one in everybody[:graded]])
        tenants.enrol(ART, period, [Enrolment(one, GROUP) for one in everybody[graded:]])
        rules = {"weights": {"exam": 1}, "min_passing": 60}
        grades.publish_rules(MATHS, rules)
        record(everybody[:graded], period)
        if close:
            grades.consolidate(period, close=True)


def record(some: Iterable[StudentId], period: PeriodId = AUTUMN) -> None:
    rows = [
        NewEvaluation(one, MATHS, period, EXAM, Decimal(50 + n % 50), type="exam")
        for n, one in enumerate(some)
    ]
    for n in range(0, len(rows), 100):
        outcomes = grades.record(None, rows[n : n + 100])
        assert [one.error for one in outcomes if one.error] == []


def work(run: str, seconds: float = 60) -> Status:
    """Do what workers and sweeps do together: move the run on whenever it may move."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        found = services.status(run)
        if found.run.status is not RunStatus.RUNNING:
            return found
        services.advance(run, found.run.version)
        time.sleep(0.02)
    raise AssertionError(f"The run has not ended: {services.status(run)}")


def work_until_one_is_dead(run: str) -> None:
    """Let the first batch of a run die while others' calls pass: no breaker saves it."""
    until = time.monotonic() + 60
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pace, "note", lambda **_: 0)
        patch.setattr(advancing, "TURN", 0.01)
        while not services.dead(run):
            assert time.monotonic() < until
            services.advance(run, services.run(run).version)
            time.sleep(0.01)
