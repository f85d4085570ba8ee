"""Report cards: what a family is told, and that nothing provisional passes for official."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from grades import services
from grades.domain import Change, Rounding, Verdict
from grades.domain.reports import ReportCard, ReportLine, Standing
from grades.serializers import report_cards
from grades.tests.cast import (
    ADA,
    AUTUMN,
    BLAS,
    COURSE,
    ESSAY,
    EXAM,
    FIRST_A,
    MATHS,
    given,
)
from luca.aws import audit, store
from luca.aws.audit import Action, AuditItem
from luca.kernel import clock
from luca.kernel.errors import NotFound
from luca.kernel.ids import GroupId, PeriodId, PersonId, StudentId, SubjectId
from tenants import services as tenants
from tenants.domain import Enrolment, PeriodState, School, Student, Subject

if TYPE_CHECKING:
    from collections.abc import Callable


SEP = {"scale": {"lowest": 0, "highest": 10}, "rounding": "truncate", "places": 1, "min_passing": 6}
ART = SubjectId("art")
CURP = "NUXA100101MDFXXD09"
BOSS = PersonId("principal")
ADMIN = "principal/school_admin"


@pytest.fixture
def graded(north: str) -> str:
    """Ada has 8.7 of 8.75 in maths, Blas fails; nobody has a grade in art."""
    tenants.add_students([Student(ADA, "Ada", "Núñez", curp=CURP)])
    tenants.enrol(ART, AUTUMN, [Enrolment(ADA, FIRST_A)])
    services.publish_rules(MATHS, {**SEP, "letters": {"A": 9, "B": 8, "C": 0}})
    given(ADA, "87.5")
    given(BLAS, 40)
    services.consolidate(AUTUMN)
    return north


def close() -> None:
    services.consolidate(AUTUMN, close=True)
    assert tenants.period(AUTUMN).state is PeriodState.CLOSED


def card(student: StudentId = ADA) -> ReportCard:
    (found,) = services.report_cards(AUTUMN, student=student)
    return found


def line(subject: SubjectId = MATHS, student: StudentId = ADA) -> ReportLine:
    (found,) = (one for one in card(student).lines if one.subject == subject)
    return found


def entries(action: Action) -> list[AuditItem]:
    found = store.every(AuditItem, audit.day(clock.now().date()), consistent=True)
    return [one for one in found if one.action == action.value]


@pytest.mark.usefixtures("graded")
def test_a_grade_of_an_open_period_is_provisional() -> None:
    found = line()

    assert (found.score, found.letter, found.verdict) == (Decimal("8.7"), "B", Verdict.PASSED)
    assert (found.rounding, found.places) == (Rounding.TRUNCATE, 1)
    assert found.standing is Standing.PROVISIONAL
    assert not card().is_official


@pytest.mark.usefixtures("graded")
def test_a_grade_of_a_closed_period_is_official_and_none_is_no_zero() -> None:
    close()

    assert line().standing is Standing.OFFICIAL
    assert line(ART) == ReportLine(ART)
    assert line(ART).standing is Standing.MISSING
    assert line(ART).score is None
    assert card().is_official


@pytest.mark.usefixtures("graded")
def test_a_card_calls_its_subjects_by_their_names_and_in_their_order() -> None:
    tenants.add_subject(Subject(MATHS, "Álgebra"))
    told = report_cards.shown(card(), report_cards.ES)["subjects"]
    assert [(one["subject"], one["name"]) for one in told] == [(MATHS, "Álgebra"), (ART, ART)]
    printed = report_cards.printed(card(), report_cards.ES)["rows"]
    assert [row[0] for row in printed] == ["Álgebra", ART]
    tenants.name_subject(Subject(MATHS, "Matemáticas", 1))
    assert [one.title for one in card().lines] == [ART, "Matemáticas"]


@pytest.mark.usefixtures("graded")
def test_a_provisional_result_is_never_the_number() -> None:
    """Another result changes the provisional one at once; the card waits for consolidation."""
    given(ADA, 10, ESSAY)

    assert services.profile(ADA, AUTUMN).courses[0].provisional.published != Decimal("8.7")
    assert line().score == Decimal("8.7")


@pytest.mark.usefixtures("graded")
def test_a_correction_after_the_close_takes_the_seal_away_until_it_is_computed(
    as_: Callable[..., Any],
) -> None:
    close()
    with as_("principal", "school_admin"):
        services.correct(BOSS, ADA, COURSE, EXAM, Change(Decimal(95)), reason="Suma", version=1)
    assert (line().score, line().standing) == (Decimal("8.7"), Standing.PROVISIONAL)
    assert not card().is_official
    assert card(BLAS).is_official

    services.consolidate(AUTUMN)

    assert (line().score, line().standing) == (Decimal("9.5"), Standing.OFFICIAL)


@pytest.mark.usefixtures("graded")
def test_rounding_is_told_of_the_rules_that_made_the_number() -> None:
    services.publish_rules(MATHS, {**SEP, "rounding": "half_up"})
    assert (line().score, line().rounding) == (Decimal("8.7"), Rounding.TRUNCATE)

    services.consolidate(AUTUMN)

    assert (line().score, line().rounding) == (Decimal("8.8"), Rounding.HALF_UP)


@pytest.mark.usefixtures("graded")
def test_a_group_s_cards_come_by_name_and_hold_nobody_else() -> None:
    tenants.add_students([Student(StudentId("zoe"), "Zoë", "Álvarez")])
    tenants.enrol(MATHS, AUTUMN, [Enrolment(StudentId("zoe"), FIRST_A)])
    told: list[tuple[int, int]] = []

    found = services.report_cards(AUTUMN, group=FIRST_A, tell=lambda *of: told.append(of))

    assert [one.student.id for one in found] == ["zoe", ADA, BLAS]
    assert {one.groups for one in found} == {("1A",)}
    assert told[-1] == (3, 3)


@pytest.mark.usefixtures("graded")
def test_nobody_to_print_is_said() -> None:
    tenants.add_group(tenants.group(FIRST_A).__class__(GroupId("empty"), "Empty"))
    for group, code in (("empty", "nobody_attends"), ("none", "group_not_found")):
        with pytest.raises(NotFound) as error:
            services.report_cards(AUTUMN, group=group)
        assert error.value.code == code
    with pytest.raises(NotFound):
        services.report_cards(PeriodId("1999-1"), student=ADA)


@pytest.mark.usefixtures("graded")
def test_a_cct_that_looks_like_none_is_marked() -> None:
    school = tenants.school_profile()
    assert not card().cct_doubtful
    tenants.save_school_profile(School(school.id, school.name, cct="09DPR0001A"))

    assert card().cct_doubtful
