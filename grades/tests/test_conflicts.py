"""Conflicts, throttling, lost answers: AWS has them, so they are injected into the real store."""

from decimal import Decimal
from types import SimpleNamespace

import pytest

from grades import rules, services
from grades.domain import Assessment, Done, NewEvaluation
from grades.repository import evaluations
from grades.services.consolidation import student
from grades.tests.cast import (
    ADA,
    AUTUMN,
    BLAS,
    CARLA,
    COURSE,
    EXAM,
    FIRST_A,
    MATHS,
    given,
    grade_of,
    waiting,
)
from luca.aws.store import errors
from luca.aws.tests.faults import OF, always, by_chance, faulty
from luca.kernel.ids import AssessmentId, StudentId
from tenants import services as tenants
from tenants.domain import Enrolment, Student

pytestmark = pytest.mark.usefixtures("north")
CLASS = (ADA, BLAS, CARLA)


@pytest.fixture(autouse=True)
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """How long our own retries would have waited; nobody waits for real."""
    found: list[float] = []
    monkeypatch.setattr(errors, "time", SimpleNamespace(sleep=found.append))
    monkeypatch.setattr("botocore.endpoint.time", SimpleNamespace(sleep=lambda _: None))
    return found


def check(everybody: tuple[StudentId, ...]) -> None:
    """Each grade is the engine's over what is stored, in versions 1 to n; nothing waits."""
    asked = services.assessments_of(MATHS, AUTUMN)
    for one in everybody:
        found = evaluations.of_course(one, COURSE)
        result = rules.grade(services.rules_for(MATHS), rules.items_of(asked, found))
        grade, history = grade_of(one), services.history(one, COURSE)
        assert grade.trace_hash == result.hash == history[-1].trace_hash
        assert [version.version for version in history] == list(range(1, grade.version + 1))
        assert all(result.consolidated for result in found)
    assert waiting() == 0


@pytest.mark.slow
def test_whatever_aws_answers_now_and_then_the_grades_are_right(waits: list[float]) -> None:
    everybody = tuple(StudentId(f"s{n:02d}") for n in range(40))
    tenants.add_students([Student(one, "Somebody") for one in everybody])
    tenants.enrol(MATHS, AUTUMN, [Enrolment(one, FIRST_A) for one in everybody])
    services.save_assessments(MATHS, AUTUMN, [Assessment(EXAM, "exam")])
    rows = [NewEvaluation(one, MATHS, AUTUMN, EXAM, Decimal(n)) for n, one in enumerate(everybody)]
    assert {one.done for one in services.record(None, rows)} == {Done.STORED}

    with faulty(by_chance(0.4, seed=7)) as transport:
        reports = [services.consolidate()]
    services.publish_rules(MATHS, {"min_passing": 60})
    with faulty(by_chance(0.4, seed=8)) as more:
        reports.append(services.consolidate())
    assert {(one.failed, one.left, one.complete) for one in reports} == {(0, 0, True)}
    assert transport.met.keys() | more.met.keys() >= OF["TransactWriteItems"].keys()
    assert len(waits) > 0
    check(everybody + CLASS)
    assert {grade_of(one).version for one in everybody} == {2}


@pytest.mark.slow
@pytest.mark.parametrize("fault", ["together", "together throttled", "in progress"])
def test_what_meets_somebody_for_ever_is_left_for_the_next_run(
    fault: str, waits: list[float]
) -> None:
    for one in CLASS:
        given(one, 80)
    with faulty(always("TransactWriteItems", fault)) as transport:
        report = services.consolidate()
    assert (report.left, report.failed, report.written) == (3, 0, 0)
    assert transport.met[fault] <= len(CLASS) * student.ATTEMPTS * errors.ATTEMPTS * 4
    assert all(0 <= wait <= errors.LONGEST_WAIT for wait in waits)
    assert len(set(waits)) > len(waits) // 2, "they would all come back at the same moment"
    assert waiting() == 4
    assert services.consolidate().written == 3
    check(CLASS)


def test_a_grade_whose_answer_got_lost_is_found_written_and_not_written_again() -> None:
    for one in CLASS:
        given(one, 80)
    often = iter(range(len(CLASS) * 4))  # as often as the SDK sends one call

    def plan(operation: str) -> str | None:
        writes = operation == "TransactWriteItems"
        return "unheard" if writes and next(often, None) is not None else None

    with faulty(plan) as transport:
        report = services.consolidate()
    assert (report.left, report.failed) == (0, 0)
    assert transport.met["unheard"] == len(CLASS) * 4
    check(CLASS)
    assert {grade_of(one).version for one in CLASS} == {1}


def test_a_store_that_is_away_costs_no_grade_and_ends() -> None:
    given(ADA, 80)
    with faulty(lambda operation: "cut" if operation == "BatchGetItem" else None) as transport:
        report = services.consolidate()
    assert (report.written, report.failed) == (0, 1)  # the course
    assert transport.met["cut"] <= errors.ATTEMPTS**2
    assert services.consolidate().failed == 0
    check(CLASS)


def test_single_writes_that_meet_a_transaction_are_repeated() -> None:
    services.publish_rules(MATHS, {"publish": "final"})
    for one in CLASS:
        given(one, 80)
    services.consolidate()
    often = iter(range(6))

    def plan(operation: str) -> str | None:
        single = operation in {"UpdateItem", "DeleteItem"}
        return "conflict" if single and next(often, None) is not None else None

    with faulty(plan) as transport:
        assert services.consolidate(AUTUMN, close=True).closed
    assert transport.met["conflict"] == 6
    assert len(list(services.sync_candidates(AUTUMN))) == 3


@pytest.mark.parametrize("number", [97, 98, 99, 130, 230])
def test_a_student_with_more_results_than_a_transaction_holds(number: int) -> None:
    quizzes = [AssessmentId(f"quiz-{n:03d}") for n in range(number)]
    services.save_assessments(MATHS, AUTUMN, [Assessment(quiz) for quiz in quizzes])
    rows = [
        NewEvaluation(ADA, MATHS, AUTUMN, quiz, Decimal(n % 101)) for n, quiz in enumerate(quizzes)
    ]
    for first in range(0, number, 100):
        assert {one.done for one in services.record(None, rows[first : first + 100])} == {
            Done.STORED
        }
    with faulty(by_chance(0.2, seed=number)):
        assert services.consolidate().left == 0
    check(CLASS)
    assert grade_of(ADA).version == 1
    assert grade_of(ADA).evaluations_count == number
