"""A school writes its rules; what is wrong with them is said by name."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from grades import rules
from grades.domain import Aggregation, GradingRules, Publish, Rounding, Weighting
from luca.kernel.errors import Invalid


def test_the_rules_of_the_usual_school() -> None:
    written = {"weights": {"exam": 0.7, "homework": 0.2, "quiz": 0.1}, "min_passing": 60}

    assert rules.parse(written) == GradingRules(
        weighting=Weighting.CATEGORIES,
        weights=(
            ("exam", Fraction(7, 10)),
            ("homework", Fraction(1, 5)),
            ("quiz", Fraction(1, 10)),
        ),
        min_passing=Decimal(60),
    )


def test_without_rules_every_assessment_carries_its_own_weight() -> None:
    assert rules.parse({}).weighting is Weighting.ITEMS


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        (0.7, Fraction(7, 10)),
        ("0.7", Fraction(7, 10)),
        ("70%", Fraction(7, 10)),
        ("7/10", Fraction(7, 10)),
        (Decimal("0.7"), Fraction(7, 10)),
    ],
)
def test_a_weight_is_read_as_it_is_written(written: Any, meant: Fraction) -> None:
    found = rules.parse({"weights": {"exam": written, "rest": "3/10"}})
    assert dict(found.weights)["exam"] == meant


@pytest.mark.parametrize(
    "weights",
    [{"exam": 70, "homework": 30}, {"exam": "70%", "homework": "30%"}, {"exam": 1}],
)
def test_weights_are_percentages_or_fractions(weights: dict[str, Any]) -> None:
    assert rules.parse({"weights": weights}).weights


def test_thirds_are_exact() -> None:
    assert rules.parse({"weights": {"a": "1/3", "b": "1/3", "c": "1/3"}})


def test_weights_of_any_sum_when_the_school_says_so() -> None:
    assert rules.parse({"weights": {"exam": 9.9, "quiz": 23.1}, "normalise": True})


def test_every_option() -> None:
    found = rules.parse(
        {
            "weights": {"exam": 1},
            "aggregation": "mean_of_ratios",
            "rounding": "truncate",
            "places": 2,
            "publish": "final",
        }
    )
    assert found.aggregation is Aggregation.MEAN_OF_RATIOS
    assert found.rounding is Rounding.TRUNCATE
    assert found.places == 2
    assert found.publish is Publish.FINAL


@pytest.mark.parametrize(
    ("written", "field", "says"),
    [
        ({"weights": {"exam": 0.7, "quiz": 0.2}}, "weights", "sum to 0.9"),
        ({"weights": {"exam": 0, "quiz": 0}}, "weights", "all zero"),
        ({"weights": {}}, "weights", "at least one"),
        ({"weights": [1]}, "weights", "an object"),
        ({"weights": {"exam": -1, "quiz": 2}}, "weights.exam", "negative"),
        ({"weights": {"exam": "much"}}, "weights.exam", "a number"),
        ({"weights": {"exam": True}}, "weights.exam", "a number"),
        ({"weights": {"exam": float("nan")}}, "weights.exam", "a number"),
        ({"weights": {"exam": "1/0"}}, "weights.exam", "zero"),
        ({"weights": {"exam": "1e400"}}, "weights.exam", "digits"),
        ({"weights": {"exam": "1" * 40}}, "weights.exam", "digits"),
        ({"weights": {"a#b": 1}}, "weights.a#b", "category"),
        ({"weights": {f"c{n}": 1 for n in range(51)}}, "weights", "50 categories"),
        ({"weighting": "items", "weights": {"exam": 1}}, "weights", "by categories"),
        ({"weighting": "categories"}, "weights", "at least one"),
        ({"weighting": "luck"}, "weighting", "categories, items"),
        ({"aggregation": "median"}, "aggregation", "points, mean_of_ratios"),
        ({"rounding": "bankers"}, "rounding", "half_up, truncate"),
        ({"publish": "never"}, "publish", "current, final"),
        ({"places": 7}, "places", "0 to 6"),
        ({"places": True}, "places", "0 to 6"),
        ({"min_passing": 101}, "min_passing", "0 to 100"),
        ({"min_passing": "sixty"}, "min_passing", "a number"),
        ({"normalise": "yes"}, "normalise", "true or false"),
        ({"wheights": {"exam": 1}}, "wheights", "not a field"),
    ],
)
def test_wrong_rules_are_refused_by_name(written: dict[str, Any], field: str, says: str) -> None:
    with pytest.raises(Invalid) as refusal:
        rules.parse(written)
    assert [error.field for error in refusal.value.errors] == [field]
    assert says in refusal.value.errors[0].message


def test_everything_that_is_wrong_is_said_at_once() -> None:
    with pytest.raises(Invalid) as refusal:
        rules.parse({"places": -1, "rounding": "up", "wheights": {}})
    assert {error.field for error in refusal.value.errors} == {"places", "rounding", "wheights"}


@pytest.mark.parametrize(
    "written",
    [
        {},
        {"weights": {"exam": "1/3", "quiz": "2/3"}, "min_passing": "59.5"},
        {"weights": {"exam": 3, "quiz": 1}, "normalise": True, "aggregation": "mean_of_ratios"},
        {"weighting": "items", "rounding": "truncate", "places": 0, "publish": "final"},
    ],
)
def test_rules_survive_being_written_down(written: dict[str, Any]) -> None:
    found = rules.parse(written, version=3)
    assert rules.parse(rules.as_mapping(found)) == found
