"""Publishing rules: tried, refused, warned about, recorded; two at once."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError

from grades import services
from grades.domain import (
    Assessment,
    Misfit,
    Standing,
)
from grades.tests.cast import (
    AUTUMN,
    BLAS,
    COURSE,
    ESSAY,
    EXAM,
    FIRST_A,
    MATHS,
    TERESA,
    waiting,
)
from grades.tests.test_commands import run
from luca.aws import audit
from luca.kernel import clock, context
from luca.kernel.errors import Conflict, Forbidden, Invalid, LucaError, NotFound
from luca.kernel.ids import AssessmentId, SubjectId
from tenants import services as tenants
from tenants.domain import Enrolment

Act = Callable[[str, str], AbstractContextManager[None]]
WHOLE, TENTHS = {"places": 0}, {"places": 1}
NOON = datetime(2026, 10, 5, 18, tzinfo=UTC)  # noon in Mexico City
NEXT_WEEK = date(2026, 10, 12)
TWO_AT_NIGHT = datetime(2026, 10, 12, 8, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _noon(north: str) -> Iterator[None]:
    del north
    with clock.stopped(NOON):
        yield


def publish(given: Any, day: date | None = None, *, dry_run: bool = False) -> Any:
    return services.publish_rules(MATHS, given, valid_from=day, dry_run=dry_run)


def listed() -> list[tuple[int, Standing]]:
    found, following = services.rules_page(MATHS, 50, None)
    assert following is None
    return [(one.number, standing) for one, standing in found]


def test_of_two_who_publish_at_once_one_is_refused(north: str) -> None:
    def one(places: int) -> int | None:
        with context.entered(school=north), clock.stopped(NOON):
            try:
                number: int = publish({"places": places}).version.number
            except Conflict:
                return None
            return number

    with ThreadPoolExecutor(6) as pool:
        numbers = list(pool.map(one, range(6)))
    stored = [number for number in numbers if number is not None]
    assert sorted(stored) == list(range(1, len(stored) + 1))
    assert len(stored) >= 1
    assert [number for number, _ in listed()] == sorted(stored, reverse=True)
    assert services.rules_for(MATHS).places == numbers.index(len(stored))


def test_trying_stores_nothing() -> None:
    done = publish(WHOLE, NEXT_WEEK, dry_run=True)
    assert (done.fresh, done.stored, done.version.number) == (True, False, 1)
    assert listed() == []
    assert waiting() == 0


def test_the_same_rules_again_are_no_version() -> None:
    publish(WHOLE)
    again = publish(WHOLE, NEXT_WEEK)
    assert (again.fresh, again.stored, again.version.number) == (False, False, 1)
    assert listed() == [(1, Standing.IN_FORCE)]


def test_what_does_not_fit_the_open_courses_is_a_warning() -> None:
    services.save_assessments(
        MATHS,
        AUTUMN,
        [Assessment(EXAM, type="exam"), Assessment(ESSAY, type="essay"), Assessment(_id("n-2"))],
    )
    done = publish({"weights": {"exam": 0.5, "project": 0.5}})
    told = [(one.what, one.name, one.period, one.assessments) for one in done.concerns]
    assert told == [
        (Misfit.UNUSED, "project", "", ()),
        (Misfit.UNWEIGHED, "essay", AUTUMN, (ESSAY,)),
        (Misfit.UNWEIGHED, "general", AUTUMN, ("n-2",)),
    ]
    assert done.stored
    assert publish({"weighting": "items"}).concerns == ()


def test_of_a_closed_period_no_assessment_is_a_warning() -> None:
    services.save_assessments(MATHS, AUTUMN, [Assessment(ESSAY, type="essay")])
    services.consolidate(AUTUMN, close=True)
    assert publish({"weights": {"exam": 1}}).concerns == ()


def test_an_assessment_may_be_in_a_category_of_rules_to_come() -> None:
    publish({"weights": {"exam": 1}})
    publish({"weights": {"exam": 0.5, "project": 0.5}}, NEXT_WEEK)
    services.add_assessment(COURSE, Assessment(_id("p-1"), type="project"))
    with pytest.raises(Invalid) as refusal:
        services.add_assessment(COURSE, Assessment(_id("q-1"), type="quiz"))
    assert refusal.value.code == "category_unknown"


def _id(text: str) -> AssessmentId:
    return AssessmentId(text)


def test_rules_are_of_one_subject_and_one_school(south: str) -> None:
    publish(WHOLE)
    publish({"places": 2}, NEXT_WEEK)
    history = SubjectId("history")
    tenants.enrol(history, AUTUMN, [Enrolment(BLAS, FIRST_A)])
    assert services.rules_for(history).version == 0
    assert services.rules_page(history, 50, None) == ([], None)
    with pytest.raises(NotFound):
        services.rules_page(SubjectId("hystory"), 50, None)
    with context.entered(school=south), clock.stopped(TWO_AT_NIGHT):
        assert services.rules_for(MATHS).version == 0
        assert services.consolidate().computed == 0


def test_only_an_admin_publishes_and_withdraws(as_: Act) -> None:
    publish(WHOLE, NEXT_WEEK)
    with as_(TERESA, "teacher"):
        for forbidden in (lambda: publish(TENTHS), lambda: services.withdraw_rules(MATHS, 1)):
            with pytest.raises(Forbidden):
                forbidden()
    assert listed() == [(1, Standing.FUTURE)]


def test_publishing_and_withdrawing_are_in_the_audit_log(as_: Act) -> None:
    with as_("boss", "school_admin"):
        publish(WHOLE, NEXT_WEEK)
        services.withdraw_rules(MATHS, 1)
        found = list(tenants.every_audit_entry(tenants.audit_search()))
    told = [(one.action, one.actor, one.about, dict(one.details)) for one in found]
    details = {"version": "1", "valid_from": "2026-10-12"}
    for action in (audit.Action.RULES_PUBLISHED, audit.Action.RULES_WITHDRAWN):
        assert (action.value, "boss", "subject:maths", details) in told


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"weights": {"exam": 0.5}}, "weights"),
        ({"weights": {"exam": 1}, "minimums": {"quiz": 50}, "min_passing": 60}, "minimums.quiz"),
        ({"weights": {"exam": 1}, "drop_lowest": {"quiz": 1}}, "drop_lowest.quiz"),
        ({"weights": {"exam": "NaN"}}, "weights.exam"),
        ({"min_passing": Decimal("1e400")}, "min_passing"),
        ({"min_passing": int("9" * 40)}, "min_passing"),
    ],
)
def test_what_cannot_be_is_refused_by_its_field(given: Any, field: str) -> None:
    with pytest.raises(LucaError) as refusal:
        publish(given)
    assert [fault.field for fault in refusal.value.errors] == [field]
    assert listed() == []


def test_an_operator_publishes_for_a_day_tries_and_withdraws(north: str, tmp_path: Path) -> None:
    services.save_assessments(MATHS, AUTUMN, [Assessment(ESSAY, type="essay")])
    file = tmp_path / "rules.json"
    file.write_text('{"weights": {"exam": 1.0}}')
    asked = ["grading_rules", "--school", north, "--subject", MATHS]
    coming = [*asked, "--set", str(file), "--from", "2026-10-12"]
    assert "Version 1 would be in force from 2026-10-12" in run(*coming, "--dry-run")
    assert listed() == []
    told = run(*coming)
    assert "Version 1 is in force from 2026-10-12" in told
    assert "Look at rules.weights: 1 of the assessments of 2026-1 are in the category essay" in told
    assert listed() == [(1, Standing.FUTURE)]
    assert "nothing is changed" in run(*coming)
    with pytest.raises(CommandError, match="valid_from: valid_from is before 2026-10-12"):
        file.write_text("{}")
        run(*asked, "--set", str(file), "--from", "2026-10-11")
    assert "would be withdrawn" in run(*asked, "--withdraw", "1", "--dry-run")
    assert "Version 1 is withdrawn" in run(*asked, "--withdraw", "1")
    assert listed() == [(1, Standing.WITHDRAWN)]
    with pytest.raises(CommandError, match="can no longer be withdrawn"):
        run(*asked, "--withdraw", "1")
