"""Assessments over HTTP: defined, changed over the version that was seen, published, due."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from grades import services
from grades.domain import Assessment, NewEvaluation, Status
from grades.tests.cast import (
    ADA,
    AUTUMN,
    BLAS,
    CARLA,
    COURSE,
    ESSAY,
    EXAM,
    MATHS,
    given,
    grade_of,
    waiting,
)
from luca.api.tests.asking import Ask
from luca.aws import audit, store
from luca.aws.audit import Action, AuditItem
from luca.kernel import clock, context
from luca.kernel.errors import Conflict, PreconditionFailed
from luca.kernel.ids import AssessmentId

Act = Callable[[str, str], AbstractContextManager[None]]
ALL = f"/courses/{MATHS}/{AUTUMN}/assessments"
pytestmark = pytest.mark.usefixtures("north")


def defined(identity: AssessmentId = EXAM, **fields: Any) -> Assessment:
    return services.add_assessment(COURSE, Assessment(identity, type="exam", **fields))


def test_a_teacher_defines_changes_and_removes_an_assessment(send: Ask) -> None:
    made = send("POST", ALL, {"id": "exam-1", "name": "Examen 1", "type": "exam", "max": 10})
    assert (made.status_code, made["ETag"], made["Location"]) == (201, '"1"', f"{ALL}/exam-1")
    told = made.json()
    assert (told["name"], told["max"], told["published"], told["due"]) == (
        "Examen 1",
        "10",
        True,
        None,
    )
    due = {"due": "2026-10-01T12:00:00-06:00", "weight": 2}
    changed = send("PATCH", f"{ALL}/exam-1", due, headers={"If-Match": '"1"'})
    assert (changed.status_code, changed["ETag"]) == (200, '"2"')
    assert changed.json()["due"] == "2026-10-01T18:00:00.000Z"
    assert send("GET", ALL).json()["items"] == [changed.json()]
    late = send("PATCH", f"{ALL}/exam-1", {"weight": 3}, headers={"If-Match": '"1"'})
    assert late.status_code == 412
    gone = send("DELETE", f"{ALL}/exam-1", headers={"If-Match": '"2"'})
    assert gone.status_code == 204
    assert send("GET", f"{ALL}/exam-1").status_code == 404


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        ({"max": 0}, 422, "max"),
        ({"max": "1e400"}, 422, "max"),
        ({"max": "NaN"}, 422, "max"),
        ({"weight": -1}, 422, "weight"),
        ({"due": "2026-10-01T12:00:00"}, 422, "due"),
        ({"due": "mañana"}, 422, "due"),
        ({"group": "9z"}, 422, "group"),
        ({"name": "a\nb"}, 422, "name"),
        ({"name": "x" * 121}, 422, "name"),
        ({"id": "a#b"}, 422, "assessment"),
        ({"id": "PERJ900101HDFRRN09"}, 422, "assessment"),
        ({"type": "perj900101hdfrrn09"}, 422, "type"),
        ({"points": 7}, 422, "points"),
    ],
)
def test_what_cannot_be_an_assessment_is_refused(
    send: Ask, body: dict[str, Any], status: int, field: str
) -> None:
    answer = send("POST", ALL, body)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (status, field)
    assert services.assessments_of(MATHS, AUTUMN) == []


def test_the_same_id_again_is_a_conflict(send: Ask) -> None:
    defined()
    answer = send("POST", ALL, {"id": EXAM})
    assert (answer.status_code, answer.json()["code"]) == (409, "assessment_exists")


def test_a_teacher_does_not_define_for_another_group(send: Ask) -> None:
    answer = send("POST", ALL, {"id": EXAM, "group": "1b"})
    assert (answer.status_code, answer.json()["code"]) == (403, "foreign_group")
    defined(ESSAY, group="1b")
    refused = send("PATCH", f"{ALL}/{ESSAY}", {"group": "1a"}, headers={"If-Match": '"1"'})
    assert refused.status_code == 403


def test_what_is_not_published_is_hidden_from_families_and_counts_nowhere(as_: Act) -> None:
    defined()
    defined(ESSAY, published=False)
    given(ADA, 80)
    given(ADA, 20, ESSAY)
    services.consolidate()
    assert grade_of().final == 80
    for person, group in ((ADA, "student"), ("gloria", "guardian")):
        with as_(person, group):
            assert [one.id for one in services.assessments_page(COURSE, 50, None)[0]] == [EXAM]
            page, _ = services.evaluations_page(ADA, 50, None)
            assert [one.assessment for one in page] == [EXAM]
            with pytest.raises(Exception, match="no such assessment"):
                services.assessment(COURSE, ESSAY)
            with pytest.raises(Exception, match="no such evaluation"):
                services.evaluation(ADA, COURSE, ESSAY)
            (course,) = services.profile(ADA, AUTUMN).courses
            assert course.provisional.final == 80
            assert course.pending == 0
            told = services.explanation(ADA, COURSE, language="es")
            assert ESSAY not in str(told.of.trace)
    assert len(services.evaluations_page(ADA, 50, None)[0]) == 2


def test_publishing_brings_it_to_everybody_s_grade_and_it_stays() -> None:
    defined(ESSAY, published=False)
    given(ADA, 20, ESSAY)
    services.consolidate()
    assert grade_of().final is None
    services.change_assessment(COURSE, ESSAY, {"published": True}, version=1)
    services.consolidate()
    assert [grade_of(ADA).final, grade_of(BLAS).final] == [20, 0]
    with pytest.raises(Conflict) as refusal:
        services.change_assessment(COURSE, ESSAY, {"published": False}, version=2)
    assert refusal.value.code == "assessment_has_results"


def test_a_group_s_assessment_is_not_missing_elsewhere() -> None:
    defined()
    defined(ESSAY, group="1b")
    for student in (ADA, CARLA):
        given(student, 80)
    services.consolidate()
    assert [grade_of(ADA).final, grade_of(CARLA).final] == [80, 40]
    assert services.profile(ADA, AUTUMN).courses[0].provisional.final == 80
    assert services.profile(CARLA, AUTUMN).courses[0].provisional.final == 40


def test_a_due_date_that_passes_recomputes_everybody_once() -> None:
    now = clock.now()
    defined(due=now + timedelta(hours=1))
    services.consolidate()
    before = grade_of(BLAS)
    assert waiting() == 1, "the due date waits"
    services.consolidate()
    assert grade_of(BLAS).version == before.version

    with clock.stopped(now + timedelta(hours=2)):
        services.consolidate(dry_run=True)
        assert waiting() == 1
        report = services.consolidate()
        assert report.written == 3
        assert waiting() == 0
        assert services.consolidate().computed == 0
    told = services.explanation(BLAS, COURSE, language="en").sentences
    assert "exam-1 (exam) has no result." in told


def test_a_due_date_that_is_put_off_waits_anew() -> None:
    now = clock.now()
    defined(due=now + timedelta(hours=1))
    services.change_assessment(COURSE, EXAM, {"due": now + timedelta(hours=5)}, version=1)
    services.consolidate()
    with clock.stopped(now + timedelta(hours=2)):
        assert services.consolidate().computed == 0
    with clock.stopped(now + timedelta(hours=6)):
        assert services.consolidate().computed == 3


def test_handing_in_late_costs_what_the_rules_say() -> None:
    services.publish_rules(MATHS, {"late": {"percent": 10, "every": "day"}})
    due = clock.now() - timedelta(days=3)
    defined(due=due)
    row = NewEvaluation(
        ADA, MATHS, AUTUMN, EXAM, Decimal(90), submitted_at=due + timedelta(hours=25)
    )
    (outcome,) = services.record(None, [row])
    assert outcome.error is None
    services.consolidate()
    assert grade_of().final == 70
    assert services.record(None, [row])[0].done == "unchanged"


def test_extra_credit_is_stored_and_counts_above_the_line_only() -> None:
    defined()
    defined(ESSAY, extra_credit=True)
    given(ADA, 80)
    given(ADA, 10, ESSAY)
    services.consolidate()
    assert grade_of().final == 90
    assert grade_of(BLAS).final == 0


def test_a_maximum_does_not_fall_below_what_somebody_has() -> None:
    defined()
    given(ADA, 80)
    with pytest.raises(Conflict) as refusal:
        services.change_assessment(COURSE, EXAM, {"max": Decimal(50)}, version=1)
    assert refusal.value.code == "max_below_scores"
    with pytest.raises(Conflict):
        services.remove_assessment(COURSE, EXAM, version=1)


def test_a_closed_period_s_assessments_stay(as_: Act) -> None:
    defined()
    services.consolidate(AUTUMN, close=True)
    with as_("principal", "school_admin"):
        for change in (
            lambda: defined(ESSAY),
            lambda: services.change_assessment(COURSE, EXAM, {"weight": Decimal(2)}, version=1),
            lambda: services.remove_assessment(COURSE, EXAM, version=1),
        ):
            with pytest.raises(Conflict) as refusal:
                change()
            assert refusal.value.code == "period_closed"


def test_two_changes_at_once_do_not_lose_one() -> None:
    defined()
    services.change_assessment(COURSE, EXAM, {"weight": Decimal(2)}, version=1)
    with pytest.raises(PreconditionFailed):
        services.change_assessment(COURSE, EXAM, {"weight": Decimal(3)}, version=1)


def test_an_import_leaves_versions_and_is_quiet_when_nothing_differs() -> None:
    defined(name="Examen")
    again = Assessment(EXAM, type="exam", name="Examen")
    assert services.save_assessments(MATHS, AUTUMN, [again]) == 0
    assert services.save_assessments(MATHS, AUTUMN, [Assessment(EXAM, type="exam")]) == 1
    assert services.assessment(COURSE, EXAM).version == 2


def test_removing_is_remembered(as_: Act) -> None:
    defined()
    with as_("principal", "school_admin"):
        services.remove_assessment(COURSE, EXAM, version=1)
    found = store.every(AuditItem, audit.day(clock.now().date()))
    assert [one.actor for one in found if one.action == Action.ASSESSMENT_REMOVED] == ["principal"]


def test_statuses_without_a_score_can_be_recorded() -> None:
    defined()
    for student, status in ((ADA, Status.EXEMPT), (BLAS, Status.PENDING), (CARLA, Status.MISSING)):
        row = NewEvaluation(student, MATHS, AUTUMN, EXAM, None, status=status)
        assert services.record(context.actor(), [row])[0].error is None
    services.consolidate()
    assert [grade_of(one).final for one in (ADA, BLAS, CARLA)] == [None, 0, 0]


def test_an_explanation_calls_assessments_as_people_do() -> None:
    services.publish_rules(MATHS, {"drop_lowest": 1})
    defined(name="Examen de {fracciones}")
    defined(ESSAY)
    given(ADA, 80)
    given(ADA, 20, ESSAY)
    services.consolidate()
    told = services.explanation(ADA, COURSE, language="es")
    assert "Examen de {fracciones} (exam): 80 de 100 puntos." in told.sentences
    assert any(one.endswith(f": {ESSAY}.") for one in told.sentences)
    assert told.of.trace["inputs"][1]["assessment"] == EXAM
