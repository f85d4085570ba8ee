"""A result is changed with a reason, over the version that was seen; what it was stays."""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from grades import services
from grades.domain import Change, Status, SyncState
from grades.tests.cast import (
    ADA,
    AUTUMN,
    BLAS,
    CARLA,
    COURSE,
    DARIO,
    EXAM,
    MATHS,
    TERESA,
    given,
    grade_of,
    scored,
)
from luca.aws import store
from luca.kernel import clock, context
from luca.kernel.errors import Conflict, Invalid, NotFound, PreconditionFailed
from luca.kernel.ids import AssessmentId, PersonId, StudentId
from tenants import services as tenants

Act = Callable[[str, str], AbstractContextManager[None]]
pytestmark = pytest.mark.usefixtures("north")
ADMIN, TEACHER = PersonId("principal"), PersonId(TERESA)


def corrected(
    student: StudentId = ADA, score: str = "90", reason: str = "added wrongly", version: int = 1
) -> None:
    services.correct(
        context.actor(),
        student,
        COURSE,
        EXAM,
        Change(Decimal(score)),
        reason=reason,
        version=version,
    )


def test_a_correction_keeps_what_it_was(as_: Act) -> None:
    with as_(TERESA, "teacher"):
        before = given(ADA, 80)
        corrected(score="90")
        corrected(score="95", reason="second look", version=2)

    after = services.evaluation(ADA, COURSE, EXAM)
    assert (after.score, after.version, after.consolidated) == (Decimal(95), 3, False)
    first, second = after.history
    assert (first.score, first.version, first.reason) == (before.score, 1, "")
    assert (first.at, first.by) == (before.recorded_at, TERESA)
    assert (second.score, second.version, second.reason) == (Decimal(90), 2, "added wrongly")
    assert (second.by, after.reason) == (TERESA, "second look")


def test_a_correction_over_an_older_version_is_lost_to_nobody() -> None:
    given(ADA, 80)
    corrected(score="90")
    with pytest.raises(PreconditionFailed):
        corrected(score="70", version=1)
    assert services.evaluation(ADA, COURSE, EXAM).score == 90


def test_a_correction_whose_answer_was_lost_is_not_taken_for_somebody_else_s(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The SDK sends a write again when nothing comes back, and meets what it wrote itself."""
    given(ADA, 80)
    put = store.put

    def twice(*call: Any) -> None:
        put(*call)
        put(*call)

    with monkeypatch.context() as patched:
        patched.setattr(store, "put", twice)
        corrected(score="90")
        with pytest.raises(PreconditionFailed):
            corrected(score="70", version=1)

    after = services.evaluation(ADA, COURSE, EXAM)
    assert (after.score, after.version, len(after.history)) == (Decimal(90), 2, 1)


@pytest.mark.parametrize("reason", ["", "   ", "x" * 501, "\ud800"])
def test_a_correction_needs_a_reason(reason: str) -> None:
    given(ADA, 80)
    with pytest.raises(Invalid) as refusal:
        corrected(reason=reason)
    assert refusal.value.errors[0].field == "reason"
    assert services.evaluation(ADA, COURSE, EXAM).version == 1


@pytest.mark.parametrize("score", ["-1", "101", "NaN", "1e400"])
def test_a_correction_cannot_be_out_of_range(score: str) -> None:
    given(ADA, 80)
    with pytest.raises(Invalid):
        corrected(score=score)


def test_correcting_to_the_same_score_changes_nothing() -> None:
    given(ADA, 80)
    corrected(score="80.0")
    assert services.evaluation(ADA, COURSE, EXAM).version == 1


@pytest.mark.parametrize("actor", [TERESA, None])
def test_a_closed_period_is_corrected_by_nobody_but_an_admin(as_: Act, actor: str | None) -> None:
    given(ADA, 80)
    tenants.close_period(AUTUMN)
    with as_(actor, "teacher") if actor else nullcontext(), pytest.raises(Conflict) as refusal:
        corrected()
    assert refusal.value.code == "period_closed"
    assert services.evaluation(ADA, COURSE, EXAM).version == 1


def test_an_admin_corrects_a_closed_period_and_the_grade_goes_out_again(as_: Act) -> None:
    given(ADA, 80)
    given(BLAS, 50)
    services.consolidate(AUTUMN, close=True)
    before = grade_of(BLAS)
    services.publish_rules(MATHS, {"places": 0})  # of after the close: not for closed grades
    with as_(ADMIN, "school_admin"):
        with pytest.raises(Invalid):
            corrected(reason=" ")
        corrected(score="91.5", reason="Acta corregida")
    services.consolidate()

    after = grade_of()
    assert (after.final, after.version, after.sync_state) == (Decimal("91.5"), 2, "PENDING")
    assert after.rules_version == before.rules_version
    assert grade_of(BLAS) == before


def test_an_admin_records_what_was_forgotten_in_a_closed_period(as_: Act) -> None:
    given(BLAS, 50)
    services.consolidate(AUTUMN, close=True)
    row = scored(ADA, 70, type=None)
    with as_(ADMIN, "school_admin"):
        (refused,) = services.record(ADMIN, [row])
        (stored,) = services.record(ADMIN, [replace(row, reason="Faltaba en el acta")])
        new = replace(row, assessment=AssessmentId("quiz"), reason="Nuevo", type="exam")
        (undefined,) = services.record(ADMIN, [new])
    with as_(TERESA, "teacher"):
        (teacher,) = services.record(TEACHER, [replace(row, student=BLAS, reason="Sumé mal")])
    assert [one.done for one in (refused, stored, undefined, teacher)] == [
        "refused",
        "stored",
        "refused",
        "refused",
    ]
    services.consolidate()
    assert (grade_of(ADA).final, grade_of(ADA).sync_state) == (Decimal(70), SyncState.PENDING)


def test_nobody_corrects_while_a_period_closes(as_: Act) -> None:
    given(ADA, 80)
    tenants.begin_closing(AUTUMN)
    with as_(ADMIN, "school_admin"), pytest.raises(Conflict):
        corrected()


def test_a_voided_result_is_as_if_it_had_not_been_and_its_history_stays(as_: Act) -> None:
    given(ADA, 80)
    with as_(TERESA, "teacher"):
        services.void(TEACHER, ADA, COURSE, EXAM, reason="Otro alumno", version=1)
    services.consolidate()
    after = services.evaluation(ADA, COURSE, EXAM)
    assert [after.status, after.score, after.history[0].score] == [Status.MISSING, None, 80]
    assert [grade_of().current, grade_of().final] == [None, 0]
    with as_(TERESA, "teacher"):
        corrected(score="75", version=2)
    services.consolidate()
    assert grade_of().final == 75


def test_when_something_was_handed_in_is_corrected_alone(as_: Act) -> None:
    given(ADA, 80)
    late = clock.now().replace(microsecond=0) - timedelta(hours=1)
    with as_(TERESA, "teacher"):
        change = Change(Decimal(80), submitted_at=late)
        services.correct(TEACHER, ADA, COURSE, EXAM, change, reason="Llegó tarde", version=1)
        corrected(score="85", version=2)
        assert services.evaluation(ADA, COURSE, EXAM).submitted_at == late
        soon = Change(Decimal(80), submitted_at=clock.now() + timedelta(hours=1))
        with pytest.raises(Invalid):
            services.correct(TEACHER, ADA, COURSE, EXAM, soon, reason="Aún no", version=3)


@pytest.mark.parametrize(
    ("status", "score"),
    [(Status.GRADED, None), (Status.EXEMPT, 5), (Status.MISSING, 5), (Status.EXCUSED, 5)],
)
def test_a_status_and_a_score_must_go_together(status: Status, score: int | None) -> None:
    given(ADA, 80)
    change = Change(None if score is None else Decimal(score), status)
    with pytest.raises(Invalid) as refusal:
        services.correct(None, ADA, COURSE, EXAM, change, reason="Prueba", version=1)
    assert refusal.value.code == "score_invalid"


def test_a_teacher_cannot_correct_another_group(as_: Act) -> None:
    given(CARLA, 80)
    with as_(TERESA, "teacher"), pytest.raises(NotFound):
        corrected(CARLA)
    assert services.evaluation(CARLA, COURSE, EXAM).version == 1


@pytest.mark.parametrize("student", [BLAS, DARIO, StudentId("nobody")])
def test_what_is_not_there_cannot_be_corrected(south: str, student: StudentId) -> None:
    with context.entered(school=south):
        given(DARIO)
    with pytest.raises(NotFound):
        corrected(student)


def test_an_excused_assessment_does_not_count_and_can_be_graded_again() -> None:
    given(ADA, 0)
    services.excuse(None, ADA, COURSE, EXAM, reason="ill", version=1)
    after = services.evaluation(ADA, COURSE, EXAM)
    assert (after.status, after.score, after.version) == (Status.EXCUSED, None, 2)
    assert after.history[0].score == 0
    corrected(score="70", version=2)
    assert services.evaluation(ADA, COURSE, EXAM).status is Status.GRADED


def test_what_was_never_handed_in_can_be_excused() -> None:
    given(BLAS, 70)
    services.excuse(None, ADA, COURSE, EXAM, reason="ill", version=0)
    after = services.evaluation(ADA, COURSE, EXAM)
    assert (after.status, after.version, after.reason) == (Status.EXCUSED, 1, "ill")


def test_excusing_what_somebody_graded_meanwhile_is_refused() -> None:
    given(ADA, 70)
    with pytest.raises(PreconditionFailed):
        services.excuse(None, ADA, COURSE, EXAM, reason="ill", version=0)


def test_an_assessment_that_does_not_exist_is_excused_from_nobody() -> None:
    with pytest.raises(NotFound):
        services.excuse(None, ADA, COURSE, AssessmentId("nothing"), reason="ill", version=0)
