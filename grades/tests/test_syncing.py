"""What the government sync may do with a grade, and what a newer grade does to it."""

from decimal import Decimal

import pytest

from grades import services
from grades.domain import Grade, SyncState
from grades.repository import evaluations
from grades.tests.cast import ADA, AUTUMN, BLAS, COURSE, EXAM, MATHS, given, grade_of
from luca.aws.audit import Action
from luca.kernel import context

pytestmark = pytest.mark.usefixtures("north")
PLACE = (ADA, MATHS, AUTUMN)


def closed() -> Grade:
    given(ADA, 90)
    services.consolidate(AUTUMN, close=True)
    return grade_of()


def waiting() -> set[str]:
    return {grade.student for grade in services.sync_candidates(AUTUMN)}


def late_result(student: str) -> None:
    """A writer who had seen the period open and was slow."""
    seen = services.evaluation(ADA, COURSE, EXAM)
    fields = {name: getattr(seen, name) for name in seen.__slots__}
    late = {**fields, "score": Decimal(10), "version": 2, "consolidated": False}
    evaluations.replace(type(seen)(**late), seen=1, act=Action.GRADE_CORRECTED)
    assert student == ADA


def test_a_batch_claims_a_grade_once() -> None:
    version = closed().version
    assert services.claim(*PLACE, version, "batch-1")
    assert services.claim(*PLACE, version, "batch-1")
    assert not services.claim(*PLACE, version, "batch-2")
    assert not services.claim(*PLACE, version + 1, "batch-2")
    assert ADA not in waiting()
    assert BLAS in waiting()


def test_what_is_released_waits_again() -> None:
    version = closed().version
    services.claim(*PLACE, version, "batch-1")
    assert not services.release(*PLACE, version, "batch-2")
    assert services.release(*PLACE, version, "batch-1")
    assert ADA in waiting()
    assert services.claim(*PLACE, version, "batch-2")


def test_what_the_authority_has_is_not_offered_again() -> None:
    version = closed().version
    services.claim(*PLACE, version, "batch-1")
    assert not services.mark_synced(*PLACE, version, "batch-2")
    assert services.mark_synced(*PLACE, version, "batch-1")
    assert services.mark_synced(*PLACE, version, "batch-1")
    assert grade_of().sync_state is SyncState.SYNCED
    assert not services.release(*PLACE, version, "batch-1")
    assert ADA not in waiting()
    services.consolidate(AUTUMN, close=True)
    assert ADA not in waiting()


def test_what_was_not_claimed_cannot_be_synced() -> None:
    version = closed().version
    assert not services.mark_synced(*PLACE, version, "batch-1")
    assert not services.release(*PLACE, version, "batch-1")


def test_a_newer_grade_is_a_candidate_of_its_own() -> None:
    version = closed().version
    services.claim(*PLACE, version, "batch-1")
    late_result(ADA)
    services.consolidate()
    assert grade_of().version == version + 1
    assert ADA in waiting()
    assert not services.mark_synced(*PLACE, version, "batch-1")
    assert grade_of().sync_state is SyncState.PENDING


def test_a_grade_of_an_open_period_is_no_candidate() -> None:
    given(ADA, 90)
    services.consolidate()
    assert waiting() == set()
    assert not services.claim(*PLACE, 1, "batch-1")


def test_candidates_are_the_school_s_own(south: str) -> None:
    with context.entered(school=south):
        services.consolidate(AUTUMN, close=True)
    assert waiting() == set()


def test_many_are_claimed_and_marked_at_once_and_one_that_refuses_stops_no_other() -> None:
    version = closed().version
    services.claim(*PLACE, version, "batch-1")
    rows = [(student, COURSE, version) for student in (ADA, BLAS)]

    assert services.claim_all(rows, "batch-2") == [False, True]
    assert services.claim_all(rows[1:], "batch-2") == [True], "again is true again"
    marked = [(row, "ACCEPTED") for row in rows]
    assert services.mark_all_synced(marked, "batch-2") == [False, True]
    assert services.mark_all_synced(marked[:1], "batch-1") == [True]
    assert {grade_of(one).sync_state for one in (ADA, BLAS)} == {SyncState.SYNCED}
