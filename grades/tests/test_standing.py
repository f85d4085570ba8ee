"""No old number passes for the present one: wherever a grade is read, it says what it knows."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from grades import services
from grades.domain import Assessment, Change
from grades.services import assessments, courses, standing
from grades.tests.cast import ADA, AUTUMN, COURSE, ESSAY, EXAM, MATHS, given, grade_of
from luca.api.tests.asking import Ask
from luca.kernel import clock

ONE = f"/students/{ADA}/grades/{MATHS}/{AUTUMN}/explanation"


@pytest.fixture(autouse=True)
def _forgetful(monkeypatch: pytest.MonkeyPatch) -> None:
    """As half a minute later: nothing is remembered that another process has changed."""
    for module in (assessments, courses, standing):
        for value in vars(module).values():
            if type(value).__name__ == "Remembered":
                monkeypatch.setattr(value, "_seconds", -1.0)


@pytest.fixture
def read(ask: Ask, north: str) -> Any:
    """What the profile, the list and the explanation say of Ada's grade, as she reads it."""
    ask.school, ask.who = north, "ada/student"

    def look() -> list[dict[str, Any]]:
        profile = ask("GET", f"/profile/{ADA}?period={AUTUMN}").json()
        (course,) = profile["courses"]
        (listed,) = ask("GET", f"/students/{ADA}/grades").json()["items"]
        told = ask("GET", ONE, headers={"Accept-Language": "en"}).json()
        assert all(one["as_of"] for one in (profile, listed, told))
        assert listed["pending_evaluations"] == course["pending_evaluations"]
        return [{**course, "score": course["official"]["score"]}, listed, told]

    return look


def says(read: Any, score: str, now: str | None) -> None:
    """All three show the official score, and another beside it unless it is the present one."""
    for one in read():
        assert (one["score"], one["up_to_date"]) == (score, now is None)
        beside = one["provisional"]
        if now is None:
            assert beside is None or beside["score"] == score
        else:
            assert beside["score"] == now


def test_a_new_result_shows_beside_the_official_grade(read: Any) -> None:
    given(ADA, 80)
    services.consolidate()
    says(read, "80.0", None)
    given(ADA, 40, ESSAY)
    says(read, "80.0", "60.0")
    services.consolidate()
    says(read, "60.0", None)


def test_a_correction_shows_beside_the_official_grade(read: Any) -> None:
    given(ADA, 80)
    services.consolidate()
    change = Change(Decimal(90))
    services.correct(None, ADA, COURSE, EXAM, change, reason="added wrongly", version=1)
    says(read, "80.0", "90.0")


def test_new_rules_show_beside_the_official_grade_although_no_result_is_pending(read: Any) -> None:
    given(ADA, "80.25")
    services.consolidate()
    services.publish_rules(MATHS, {"places": 2, "rounding": "truncate"})
    says(read, "80.3", "80.25")
    assert [one.get("pending_evaluations", 0) for one in read()] == [0, 0, 0]
    services.consolidate()
    says(read, "80.25", None)


def test_a_changed_assessment_shows_beside_the_official_grade(read: Any) -> None:
    given(ADA, 80)
    given(ADA, 40, ESSAY)
    services.consolidate()
    services.save_assessments(MATHS, AUTUMN, [Assessment(EXAM, "exam", weight=Decimal(3))])
    says(read, "60.0", "70.0")


@pytest.mark.usefixtures("north")
def test_a_due_date_that_has_passed_makes_the_grade_old() -> None:
    now = clock.now()
    essay = Assessment(ESSAY, "exam", due=now + timedelta(hours=1))
    services.save_assessments(MATHS, AUTUMN, [essay])
    given(ADA, 80)
    services.consolidate()
    results = services.evaluations_page(ADA, 9, None)[0]
    assert standing.of(ADA, COURSE, grade_of(), results).up_to_date
    with clock.stopped(now + timedelta(hours=2)):
        assert not standing.of(ADA, COURSE, grade_of(), results).up_to_date


def test_the_explanation_says_so_in_a_sentence(ask: Ask, north: str) -> None:
    ask.school, ask.who = north, "ada/student"
    given(ADA, 80)
    services.consolidate()
    given(ADA, 40, ESSAY)
    for language, sentence in (
        ("en", "This grade does not include the latest changes yet: with them it would be 60.0."),
        ("es", "Esta calificación todavía no incluye los últimos cambios: con ellos sería 60.0."),
    ):
        headers = {"Accept-Language": language}
        assert ask("GET", ONE, headers=headers).json()["sentences"][-1] == sentence
        first = ask("GET", f"{ONE}?version=1", headers=headers).json()
        assert sentence not in first["sentences"]


def test_rules_of_after_the_close_make_no_closed_grade_old(read: Any) -> None:
    services.publish_rules(MATHS, {"min_passing": 60})
    given(ADA, 80)
    services.consolidate(AUTUMN, close=True)
    services.publish_rules(MATHS, {"places": 3})
    says(read, "80.0", None)
