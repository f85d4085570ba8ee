"""The decisions of grading, case by case."""

from decimal import Decimal
from typing import Any

import pytest

from grades import rules
from grades.domain import Assessment, Item, Publish, Status, Verdict
from grades.tests.cast import item
from luca.kernel.ids import AssessmentId

USUAL = {"weights": {"exam": 0.7, "homework": 0.2, "quiz": 0.1}, "min_passing": 60}
BY_ITEMS: dict[str, Any] = {"weighting": "items"}
PENDING, EXCUSED = Status.PENDING, Status.EXCUSED


@pytest.mark.parametrize(
    ("what", "written", "items", "current", "final"),
    [
        ("nothing at all", USUAL, [], None, None),
        ("a zero is a score", USUAL, [item(0)], "0.0", "0.0"),
        ("a category without items is spread", USUAL, [item(80)], "80.0", "80.0"),
        (
            "a missing exam is ignored now and zero in the end",
            USUAL,
            [item(None), item(90, category="homework")],
            "90.0",
            "20.0",
        ),
        (
            "all three",
            USUAL,
            [item(60), item(90, category="homework"), item(100, category="quiz")],
            "70.0",
            "70.0",
        ),
        ("points are summed", USUAL, [item(10, 10), item(0, 90)], "10.0", "10.0"),
        (
            "or ratios are averaged",
            {**USUAL, "aggregation": "mean_of_ratios"},
            [item(10, 10), item(0, 90)],
            "50.0",
            "50.0",
        ),
        ("excused does not exist", USUAL, [item(80), item(None, status=EXCUSED)], "80.0", "80.0"),
        ("only excused is undefined", USUAL, [item(None, status=EXCUSED)], None, None),
        ("pending counts as missing", BY_ITEMS, [item(None, status=PENDING)], None, "0.0"),
        (
            "pending with a score counts in the end",
            BY_ITEMS,
            [item(80, status=PENDING)],
            None,
            "80.0",
        ),
        ("items weigh", BY_ITEMS, [item(100, weight=1), item(0, weight=3)], "25.0", "25.0"),
        ("any sum will do", BY_ITEMS, [item(50, weight=300), item(100, weight=0)], "50.0", "50.0"),
        ("no weight is undefined", BY_ITEMS, [item(50, weight=0)], None, None),
        (
            "nothing weighted is graded yet",
            BY_ITEMS,
            [item(50, weight=0), item(None, weight=2)],
            None,
            "0.0",
        ),
        (
            "a practice item stays outside its category",
            USUAL,
            [item(80), item(0, weight=0)],
            "80.0",
            "80.0",
        ),
        ("half goes up", BY_ITEMS, [item("70.25")], "70.3", "70.3"),
        ("truncated", {"rounding": "truncate"}, [item("70.29")], "70.2", "70.2"),
        ("no places", {"places": 0}, [item("69.5")], "70", "70"),
        (
            "rounded once, from the exact value",
            {"places": 1},
            [item(2, 3), item(2, 3, name="again")],
            "66.7",
            "66.7",
        ),
    ],
)
def test_results(
    what: str, written: dict[str, Any], items: list[Item], current: str | None, final: str | None
) -> None:
    found = rules.grade(rules.parse(written), items)
    assert (_spelled(found.current), _spelled(found.final)) == (current, final), what


def _spelled(number: Decimal | None) -> str | None:
    return None if number is None else str(number)


@pytest.mark.parametrize(
    ("score", "verdict"),
    [
        ("59.94", Verdict.FAILED),
        ("59.95", Verdict.PASSED),  # people see 60.0, and 60 passes
        ("60", Verdict.PASSED),
    ],
)
def test_the_threshold_sees_the_published_number(score: str, verdict: Verdict) -> None:
    assert rules.grade(rules.parse({"min_passing": 60}), [item(score)]).verdict is verdict


def test_an_undefined_grade_has_not_failed() -> None:
    assert rules.grade(rules.parse(USUAL), []).verdict is Verdict.UNDEFINED


def test_the_school_decides_which_result_it_publishes() -> None:
    items = [item(90), item(None, name="second")]
    by_default = rules.grade(rules.parse({}), items)
    at_the_end = rules.grade(rules.parse({}), items, Publish.FINAL)

    assert by_default.published == Decimal("90.0")
    assert at_the_end.published == Decimal("45.0")
    assert rules.grade(rules.parse({"publish": "final"}), items).published == Decimal("45.0")


def test_what_a_reader_should_know_is_flagged() -> None:
    found = rules.grade(rules.parse(USUAL), [item(80), item(70, category="laboratory")])
    assert found.flags == (
        "empty_category:homework",
        "empty_category:quiz",
        "unweighted_category:laboratory",
    )


def test_an_undefined_grade_is_flagged() -> None:
    assert rules.grade(rules.parse({}), []).flags == ("undefined",)


def test_the_trace_shows_every_step_as_an_exact_fraction() -> None:
    found = rules.grade(rules.parse({"weights": {"exam": "2/3", "quiz": "1/3"}}), [item(1, 3)])
    assert found.trace["steps"][:3] == [
        {"of": "current", "step": "category", "category": "exam"}
        | {"sum": "1", "over": "3", "value": "1/3"},
        {"of": "current", "step": "category", "category": "quiz"}
        | {"sum": "0", "over": "0", "value": None},
        {"of": "current", "step": "total", "sum": "2/9", "over": "2/3", "value": "1/3"},
    ]


def test_a_forged_trace_does_not_re_derive() -> None:
    found = rules.grade(rules.parse({}), [item(40)])
    forged = {**found.trace, "result": {"current": "99.0", "final": "99.0", "verdict": "passed"}}
    assert rules.verify(found.trace).hash == found.hash
    assert rules.verify(forged).hash != rules.digest(forged)


def test_an_assessment_nobody_answered_is_missing() -> None:
    asked = [Assessment(AssessmentId("essay"), type="homework")]
    assert [found.status for found in rules.items_of(asked, [])] == [Status.MISSING]
