"""What a course asks of a student: what is due, published, of the own group, late or moved."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from math import ceil

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grades import rules
from grades.domain import Assessment, Correction, Evaluation, Item, Status
from grades.tests.cast import ADA, AUTUMN, ESSAY, EXAM, MATHS, TERESA
from luca.kernel.ids import PersonId

DUE = datetime(2026, 10, 1, 12, tzinfo=UTC)
BEFORE, AFTER = DUE - timedelta(seconds=1), DUE + timedelta(hours=1)


def result(
    status: Status = Status.GRADED,
    score: int | None = 80,
    *,
    group: str = "1a",
    submitted_at: datetime | None = None,
    moved_to: str = "",
) -> Evaluation:
    return Evaluation(
        ADA,
        MATHS,
        AUTUMN,
        EXAM,
        status,
        None if score is None else Decimal(score),
        Decimal(100),
        "exam",
        DUE,
        PersonId(TERESA),
        group=group,
        submitted_at=submitted_at,
        moved_to=moved_to,
    )


ILL, ERROR = "Estuvo enferma.", "Wrong column"


def past(status: Status, reason: str, moved_to: str = "") -> Correction:
    return Correction(1, status, None, DUE, TERESA, reason, moved_to=moved_to)


@pytest.mark.parametrize(
    ("status", "moved_to", "history", "told"),
    [
        (Status.EXCUSED, "", (), ERROR),
        (Status.EXEMPT, "", (), ERROR),
        (Status.MISSING, "", (past(Status.GRADED, ILL),), ERROR),
        (Status.GRADED, "", (past(Status.EXCUSED, ILL),), ""),
        (Status.PENDING, "", (), ""),
        (Status.EXCUSED, "quiz", (past(Status.EXCUSED, ILL),), ILL),  # moved afterwards
        (Status.EXCUSED, "quiz", (past(Status.GRADED, ""), past(Status.EXCUSED, ILL)), ILL),
        (Status.EXCUSED, "quiz", (past(Status.GRADED, ILL),), ERROR),
        (Status.EXCUSED, "quiz", (past(Status.EXCUSED, ILL, "quiz"),), ERROR),
    ],
)
def test_it_is_known_why_a_result_does_not_count(
    status: Status, moved_to: str, history: tuple[Correction, ...], told: str
) -> None:
    done = replace(result(status, None, moved_to=moved_to), reason=ERROR, history=history)
    (found,) = asked(Assessment(EXAM), done)
    assert found.reason == told
    trace = rules.grade(rules.parse({}), [found]).trace
    assert trace["inputs"][0].get("reason", "") == told
    assert rules.verify(trace).trace == trace


def asked(one: Assessment, *results: Evaluation, at: datetime | None = AFTER) -> list[Item]:
    return rules.items_of([one], results, at=at, group="1a")


@pytest.mark.parametrize(
    ("results", "at", "status", "still_open"),
    [
        ((), BEFORE, Status.PENDING, True),
        ((), DUE, Status.MISSING, False),
        ((), AFTER, Status.MISSING, False),
        ((), None, Status.MISSING, False),
        ((result(),), BEFORE, Status.GRADED, False),
        ((result(Status.EXCUSED, None),), BEFORE, Status.EXCUSED, False),
        ((result(Status.MISSING, None),), BEFORE, Status.PENDING, True),  # voided
        ((result(Status.MISSING, None),), AFTER, Status.MISSING, False),
        ((result(Status.PENDING, None),), AFTER, Status.PENDING, False),
    ],
)
def test_what_has_no_result_is_missing_once_it_was_due(
    results: tuple[Evaluation, ...],
    at: datetime | None,
    status: Status,
    still_open: bool,  # noqa: FBT001 -- a column of the table
) -> None:
    (item,) = asked(Assessment(EXAM, due=DUE), *results, at=at)
    assert (item.status, item.open) == (status, still_open)


def test_what_is_not_published_is_not_there_with_results_or_without() -> None:
    hidden = Assessment(EXAM, published=False)
    assert asked(hidden) == []
    assert asked(hidden, result()) == []


def test_another_group_s_assessment_is_asked_only_of_who_has_a_result_in_it() -> None:
    theirs = Assessment(EXAM, group="1b")
    assert asked(theirs) == []
    assert [item.assessment for item in asked(theirs, result())] == [EXAM]
    assert [item.assessment for item in asked(Assessment(EXAM, group="1a"))] == [EXAM]


def test_a_voided_result_of_another_group_is_not_asked_any_more() -> None:
    assert asked(Assessment(EXAM, group="1b"), result(Status.MISSING, None)) == []


def test_without_a_group_the_latest_result_tells_it() -> None:
    course = [Assessment(EXAM), Assessment(ESSAY, group="1b")]
    assert len(rules.items_of(course, [result(group="1b")])) == 2
    assert len(rules.items_of(course, [result(group="1a")])) == 1
    assert len(rules.items_of(course, [])) == 1


def test_a_moved_result_counts_in_its_new_category() -> None:
    (item,) = asked(Assessment(EXAM, "exam"), result(moved_to="homework"))
    assert item.category == "homework"


@pytest.mark.parametrize(
    ("late", "hours"),
    [
        (timedelta(), "0"),
        (timedelta(hours=-5), "0"),
        (timedelta(hours=24), "24"),
        (timedelta(milliseconds=1), "0.000001"),
        (timedelta(minutes=90), "1.5"),
        (timedelta(hours=24, milliseconds=1), "24.000001"),
    ],
)
def test_lateness_is_counted_in_hours_upwards(late: timedelta, hours: str) -> None:
    assert rules.late_hours(DUE, DUE + late) == Decimal(hours)


@given(st.integers(0, 10**10), st.integers(1, 10**9))
def test_rounding_lateness_never_starts_another_interval(milliseconds: int, every: int) -> None:
    interval = Fraction(every, 10**6)
    exactly = Fraction(milliseconds, 3_600_000)
    counted = Fraction(rules.late_hours(DUE, DUE + timedelta(milliseconds=milliseconds)))
    assert ceil(counted / interval) == ceil(exactly / interval)


def test_an_open_assessment_is_told_as_not_due_and_derived_again() -> None:
    found = rules.grade(rules.parse({}), asked(Assessment(EXAM, due=DUE), at=BEFORE))
    assert any("is not due yet" in one for one in rules.sentences(found.trace, rules.Language.EN))
    assert rules.verify(found.trace).hash == found.hash
