"""A result is changed with a reason, over the version that was seen; what it was stays."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from decimal import Decimal
from typing import Any

import pytest

from grades import services
from grades.domain import Status
from grades.tests.cast import ADA, AUTUMN, BLAS, CARLA, COURSE, DARIO, EXAM, TERESA, given
from luca.aws import store
from luca.kernel import context
from luca.kernel.errors import Conflict, Invalid, NotFound, PreconditionFailed
from luca.kernel.ids import AssessmentId, PersonId, StudentId
from tenants import services as tenants

Act = Callable[[str, str], AbstractContextManager[None]]
pytestmark = pytest.mark.usefixtures("north")
ADMIN = PersonId("principal")


def corrected(
    student: StudentId = ADA, score: str = "90", reason: str = "added wrongly", version: int = 1
) -> None:
    services.correct(
        context.actor(),
        student,
        COURSE,
        EXAM,
        score=Decimal(score),
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


def test_a_closed_period_is_not_corrected() -> None:
    given(ADA, 80)
    tenants.close_period(AUTUMN)
    with pytest.raises(Conflict) as refusal:
        corrected()
    assert refusal.value.code == "period_closed"


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
