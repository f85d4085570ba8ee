"""Curves over HTTP: looked at, applied, undone, remembered."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from grades import services
from grades.domain import Assessment, CurveAct, CurveKind, CurveWish, NewEvaluation, Status
from grades.repository import grades
from grades.tests.cast import (
    ADA,
    AUTUMN,
    BLAS,
    CARLA,
    COURSE,
    EXAM,
    MATHS,
    given,
    waiting,
)
from grades.tests.curving import (
    BOSS,
    CURVE,
    FLAT,
    applied,
    consolidated,
    entries,
    results,
    undone,
    version,
)
from luca.api.tests.asking import Ask
from luca.aws.audit import Action
from luca.kernel import clock
from luca.kernel.errors import Conflict
from luca.kernel.ids import StudentId
from tenants import services as tenants
from tenants.domain import Enrolment, Student

Act = Callable[[str, str], AbstractContextManager[None]]
pytestmark = pytest.mark.usefixtures("north")


def test_a_curve_is_looked_at_applied_and_undone(send: Ask) -> None:
    results(50, 60, 70)
    before = consolidated()
    wish = {"kind": "mean", "amount": 75}
    looked = send("POST", f"{CURVE}/preview", wish, who=BOSS)
    assert (looked.status_code, looked["ETag"]) == (200, '"1"')
    assert looked.json()["results"]["mean"] == "15.00"
    assert (consolidated(), waiting()) == (before, 0), "a look changes nothing"

    tag = {"If-Match": looked["ETag"]}
    asked = {**wish, "reason": "Examen muy difícil"}
    made = send("POST", CURVE, asked, who=BOSS, headers=tag)
    assert (made.status_code, made["ETag"]) == (201, '"2"')
    assert made.json()["curve"] == {
        "kind": "mean",
        "amount": "75",
        "deviation": None,
        "above_max": False,
        "version": 1,
        "population": {"count": 3, "mean": "60.00", "deviation": "8.16", "highest": "70.00"},
    }
    assert consolidated() == [65, 75, 85]
    assert send("POST", CURVE, asked, who=BOSS, headers=tag).status_code == 412

    back = send(
        "POST", f"{CURVE}/undo", {"reason": "Era otro"}, who=BOSS, headers={"If-Match": '"2"'}
    )
    assert (back.status_code, back.json()["curve"], back.json()["before"]) == (201, None, 1)
    assert consolidated() == before
    first = send("GET", f"{CURVE}/events?limit=1", who=BOSS).json()
    assert first["items"] == [back.json()]
    rest = send("GET", f"{CURVE}/events?limit=1&cursor={first['next_cursor']}", who=BOSS).json()
    assert rest["items"] == [made.json()]


def test_a_preview_tells_each_group_and_names_nobody(send: Ask) -> None:
    services.publish_rules(MATHS, {"min_passing": 60})
    results(55, 80, 100)
    told = send("POST", f"{CURVE}/preview", {"kind": "flat", "amount": 10}, who=BOSS)
    found = told.json()
    assert found["grades"] == {
        "students": 2,
        "raised": 2,
        "lowered": 0,
        "smallest": "10.00",
        "largest": "10.00",
        "mean": "10.00",
        "to_passed": 1,
        "to_failed": 0,
    }
    first, second = found["groups"]
    assert (first["group"], first["results"]["before"]["mean"]) == ("1a", "67.50")
    assert first["results"]["after"]["tenths"] == [0, 0, 0, 0, 0, 0, 1, 0, 0, 1]
    assert second["grades"]["before"] == second["grades"]["after"]
    for word in ("ada", "blas", "carla", "Núñez", "Ortiz"):
        assert word not in told.content.decode()


def test_undoing_puts_the_curve_before_it_back_as_it_was() -> None:
    results(50, 60, 70)
    first = applied(CurveWish("mean", Decimal(75)))
    under_first = consolidated()
    given_later = NewEvaluation(ADA, MATHS, AUTUMN, EXAM, Decimal(50))
    assert services.record(None, [given_later])[0].done == "unchanged"
    second = applied(CurveWish("flat", Decimal(1)))
    assert (second.number, second.before, second.curve.version) == (2, 1, 2)
    back = undone()
    assert (back.act, back.curve, back.before) == (CurveAct.UNDONE, first.curve, 2)
    assert consolidated() == under_first
    third = applied(CurveWish("sqrt"))
    assert (third.number, third.before) == (4, 1)
    assert undone().curve == first.curve
    assert undone().curve is None
    with pytest.raises(Conflict) as refusal:
        undone()
    assert refusal.value.code == "curve_missing"
    events, _ = services.curve_events(COURSE, EXAM, 50, None)
    assert [one.number for one in events] == [6, 5, 4, 3, 2, 1]


def test_a_result_that_comes_later_is_lifted_by_the_frozen_curve() -> None:
    results(50, 60)
    applied(CurveWish("mean", Decimal(75)))
    assert consolidated()[:2] == [70, 80]
    given(CARLA, 10)
    assert consolidated() == [70, 80, 30], "the others do not move"
    fresh = applied(CurveWish("mean", Decimal(75)))
    assert (fresh.curve.version, fresh.curve.population.count) == (2, 3)
    assert consolidated() == [85, 95, 45]


def test_the_population_is_what_is_graded_of_whom_is_enrolled_after_lateness() -> None:
    services.publish_rules(MATHS, {"late": {"percent": 20}})
    due = clock.now() - timedelta(days=2)
    services.add_assessment(COURSE, Assessment(EXAM, type="exam", due=due))
    tenants.add_students([Student(StudentId("eva"), "Eva"), Student(StudentId("fito"), "Fito")])
    tenants.enrol(MATHS, AUTUMN, [Enrolment(StudentId(one), "1a") for one in ("eva", "fito")])  # type: ignore[arg-type]
    late = due + timedelta(hours=1)
    rows = [
        NewEvaluation(ADA, MATHS, AUTUMN, EXAM, Decimal(90), submitted_at=late),
        NewEvaluation(BLAS, MATHS, AUTUMN, EXAM, Decimal(50)),
        NewEvaluation(CARLA, MATHS, AUTUMN, EXAM, Decimal(99), status=Status.PENDING),
        NewEvaluation(StudentId("eva"), MATHS, AUTUMN, EXAM, Decimal(100)),
        NewEvaluation(StudentId("fito"), MATHS, AUTUMN, EXAM, None, status=Status.EXEMPT),
    ]
    assert [one.error for one in services.record(None, rows)] == [None] * 5
    tenants.withdraw(MATHS, AUTUMN, [StudentId("eva")])
    found = applied(CurveWish("maximum", Decimal(100))).curve.population
    assert (found.count, found.highest, found.total * 10) == (2, Decimal("0.7"), 12)


def test_who_decided_and_why_is_in_the_audit_log(as_: Act) -> None:
    results(50, 60)
    with as_("principal", "school_admin"):
        applied()
        undone()
    (first,), (second,) = entries(Action.CURVE_APPLIED), entries(Action.CURVE_UNDONE)
    assert (first.actor, first.about, first.reason) == (
        "principal",
        "course:maths/2026-1",
        "Muy difícil",
    )
    assert first.details == {"assessment": EXAM, "event": "1", "curve": "flat,1"}
    assert second.details == {"assessment": EXAM, "event": "2", "curve": "none"}


def test_families_learn_that_results_were_adjusted_and_not_by_what(send: Ask) -> None:
    """Of two results and a target mean, whoever has the one could compute the other."""
    results(50, 83)
    applied(CurveWish("mean", Decimal(75)))
    services.consolidate()
    grade = f"/students/{ADA}/grades/{MATHS}/{AUTUMN}"
    for who in ("ada/student", "gloria/guardian"):
        told = send("GET", f"{grade}/explanation", who=who, headers={"Accept-Language": "es"})
        assert any("se ajustaron para todo" in one for one in told.json()["sentences"])
        (given_,) = told.json()["trace"]["inputs"]
        assert given_["curve"] == {"version": 1}
        standing = send("GET", f"{grade}/explanation?version=0", who=who)
        versions = send("GET", f"{grade}/versions", who=who)
        for answer in (told, standing, versions):
            for word in ("population", "squares", "mean"):
                assert word not in answer.content.decode(), answer.content
    staff = send("GET", f"{grade}/explanation").json()["trace"]["inputs"][0]
    assert staff["curve"]["population"]["count"] == 2


def test_a_curve_that_is_applied_while_the_night_works_reaches_everybody(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Whoever was computed with the assessment of before is computed again."""
    results(50, 60, 70)
    real, once = grades.commit, [True]

    def interrupted(*call: Any) -> None:
        if once:
            once.clear()
            applied()
        real(*call)

    with monkeypatch.context() as patched:
        patched.setattr(grades, "commit", interrupted)
        services.consolidate()
    assert consolidated() == [60, 70, 80]
    assert waiting() == 0


def test_an_unpublished_assessment_may_be_curved_before_anybody_sees_it() -> None:
    services.add_assessment(COURSE, Assessment(EXAM, type="exam", published=False))
    results(50, 60)
    found = services.preview_curve(COURSE, EXAM, FLAT)
    assert (found.results.raised, found.grades.students) == (2, 0)
    applied()
    services.change_assessment(COURSE, EXAM, {"published": True}, version=2)
    assert consolidated()[:2] == [60, 70]


def test_other_changes_of_the_assessment_keep_its_curve() -> None:
    results(50, 60)
    event = applied()
    services.change_assessment(COURSE, EXAM, {"name": "Examen"}, version=2)
    services.save_assessments(MATHS, AUTUMN, [Assessment(EXAM, type="exam", name="Parcial")])
    (now,) = services.assessments_of(MATHS, AUTUMN)
    assert (now.curve, now.version) == (event.curve, 4)


def test_a_repeated_request_is_answered_again_and_applied_once(send: Ask) -> None:
    results(50, 60)
    body = {"kind": "flat", "amount": 5, "reason": "Difícil"}
    headers = {"If-Match": '"1"', "Idempotency-Key": "once"}
    first = send("POST", CURVE, body, who=BOSS, headers=headers)
    again = send("POST", CURVE, body, who=BOSS, headers=headers)
    assert (first.status_code, again.json()) == (201, first.json())
    assert version() == 2


def test_a_hash_is_no_way_to_guess_how_classmates_did() -> None:
    """The same class, the same curve, and another hash each time it is applied."""
    given(ADA, 73)
    given(BLAS, 87)
    seen = set()
    for at in (1, 2):
        wish = CurveWish(CurveKind.MEAN, amount=Decimal(80))
        event = services.apply_curve(COURSE, EXAM, wish, reason="Difícil", version=at)
        assert event.curve is not None
        assert len(event.curve.salt) == 32
        services.consolidate()
        told = services.explanation(ADA, COURSE, language="es").of
        seen.add((told.trace["inputs"][0]["curve"]["salt"], told.trace_hash))
    assert len(seen) == 2
