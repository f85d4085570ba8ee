"""A process that changes a class by a table is killed in the middle: the same call goes on."""

from __future__ import annotations

import signal
from collections import Counter
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from grades import services
from grades.domain import Assessment, CellState, Evaluation, GradebookImport, NewEvaluation, Status
from grades.repository import evaluations
from grades.tests.cast import AUTUMN, COURSE, FIRST_A, MATHS
from grades.tests.test_killed import process, until
from luca.kernel.ids import AssessmentId, StudentId
from tenants import services as tenants
from tenants.domain import Enrolment, Student

if TYPE_CHECKING:
    from luca.localaws.embedded import Embedded

pytestmark = pytest.mark.slow
STUDENTS = [StudentId(f"s{n:02d}") for n in range(40)]
QUIZZES = [AssessmentId(f"quiz-{n:02d}") for n in range(12)]
State = dict[tuple[str, str], tuple[Status, Decimal | None, int]]


@pytest.fixture
def made(north: str) -> GradebookImport:  # noqa: ARG001 -- it must run
    """Half of the results are there; the table changes those and brings the others."""
    tenants.add_students([Student(one, "Somebody") for one in STUDENTS])
    tenants.enrol(MATHS, AUTUMN, [Enrolment(one, FIRST_A) for one in STUDENTS])
    services.save_assessments(MATHS, AUTUMN, [Assessment(quiz) for quiz in QUIZZES])
    rows = [
        NewEvaluation(one, MATHS, AUTUMN, quiz, Decimal(n))
        for n, one in enumerate(STUDENTS)
        for quiz in QUIZZES[::2]
    ]
    assert not [one.error for one in services.record(None, rows) if one.error]
    table = [["student", *QUIZZES]]
    for n, one in enumerate(STUDENTS):
        table.append([one, *("EX" if (n + k) % 7 == 0 else str(50 + k) for k in range(12))])
    content = "\n".join(",".join(row) for row in table).encode()
    return services.read_gradebook(COURSE, FIRST_A, content)


def everything() -> dict[tuple[str, str], Evaluation]:
    found = [one for who in STUDENTS for one in evaluations.of_course(who, COURSE)]
    return {(one.student, one.assessment): one for one in found}


def state() -> State:
    return {place: (one.status, one.score, one.version) for place, one in everything().items()}


def standing(made: GradebookImport) -> Counter[CellState]:
    return Counter(one.state for one in services.import_states(made, made.changes))


def act(made: GradebookImport, school: str, what: str) -> tuple[str, ...]:
    return (
        *("manage.py", "gradebook", "--school", school, "--subject", MATHS),
        *("--period", AUTUMN, "--group", FIRST_A, "--id", made.id, what),
        *("--reason", "Lista de noviembre"),
    )


def killed_until_done(
    aws: Embedded, made: GradebookImport, school: str, what: str, wanted: CellState
) -> int:
    """Start it, kill it once it has done something, start it again; return how often it died."""
    kills = 0
    for _ in range(4):
        before = standing(made)[wanted]
        with process(aws, "platform", *act(made, school, what)) as running:
            until(
                lambda: standing(made)[wanted] > before or running.poll() is not None,  # noqa: B023 -- used at once
                60,
            )
            if running.poll() is not None:
                break
            running.send_signal(signal.SIGKILL)
            running.wait()
        if standing(made)[wanted] == len(made.changes):
            break
        kills += 1
    with process(aws, "platform", *act(made, school, what)) as running:
        assert running.wait(120) == 0
    return kills


def test_a_killed_apply_and_a_killed_undo_end_as_if_nobody_had_killed_them(
    aws: Embedded, made: GradebookImport, north: str
) -> None:
    original = state()
    assert len(made.changes) == len(STUDENTS) * len(QUIZZES)

    assert killed_until_done(aws, made, north, "--apply", CellState.APPLIED) > 0
    assert standing(made) == {CellState.APPLIED: len(made.changes)}
    after = state()
    for cell in made.changes:
        says = cell.says
        assert says is not None
        place = str(cell.student), str(cell.assessment)
        assert after[place] == (says.status, says.score, cell.version + 1)

    assert killed_until_done(aws, made, north, "--undo", CellState.UNDONE) > 0
    assert standing(made) == {CellState.UNDONE: len(made.changes)}
    for place, (status, score, version) in state().items():
        was = original.get(place, (Status.MISSING, None, 0))
        assert (status, score, version) == (was[0], was[1], was[2] + 2)
    for place, one in everything().items():
        history = [past.version for past in one.history]
        assert history == list(range(1, one.version)), place
