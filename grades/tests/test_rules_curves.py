"""Curves: what they do to a class, and what they refuse."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grades import rules
from grades.domain import Curve, CurveKind, Status
from grades.tests.cast import item
from luca.kernel.errors import Invalid

CLASS = [50, 60, 70, 80]
KINDS: list[dict[str, Any]] = [
    {"kind": "flat", "amount": 10},
    {"kind": "sqrt"},
    {"kind": "mean", "amount": 75},
    {"kind": "maximum", "amount": 100},
    {"kind": "mean_sd", "amount": 75, "deviation": 10},
]


def curve(written: dict[str, Any], everybody: list[int] = CLASS) -> Curve:
    return rules.parse_curve({**written, "population": everybody})


def lifted(written: dict[str, Any], everybody: list[int] = CLASS) -> list[Fraction]:
    by = curve(written, everybody)
    return [100 * rules.curved(by, Fraction(percent, 100)) for percent in everybody]


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ({"kind": "flat", "amount": 10}, [60, 70, 80, 90]),
        ({"kind": "flat", "amount": 30}, [80, 90, 100, 100]),
        ({"kind": "flat", "amount": 30, "above_max": True}, [80, 90, 100, 110]),
        ({"kind": "mean", "amount": 75}, [60, 70, 80, 90]),
        ({"kind": "mean", "amount": 55}, [40, 50, 60, 70]),
        ({"kind": "maximum", "amount": 100}, ["62.5", 75, "87.5", 100]),
    ],
)
def test_a_class_is_lifted(written: dict[str, Any], expected: list[str | int]) -> None:
    assert lifted(written) == [Fraction(percent) for percent in expected]


def test_mean_and_deviation_become_the_targets() -> None:
    """The deviation is the population's: these are all there are, and no sample."""
    found = lifted({"kind": "mean_sd", "amount": 70, "deviation": 10}, [40, 60])
    assert found == [60, 80]


def test_a_class_of_equals_gets_the_target_mean() -> None:
    assert lifted({"kind": "mean_sd", "amount": 70, "deviation": 10}, [40, 40]) == [70, 70]


def test_a_root_is_exact_where_there_is_one_and_close_below_elsewhere() -> None:
    sqrt = curve({"kind": "sqrt"})
    assert rules.curved(sqrt, Fraction(9, 25)) == Fraction(3, 5)
    found = rules.curved(sqrt, Fraction(1, 2))
    assert found**2 < Fraction(1, 2) < (found + Fraction(1, 10**12)) ** 2


def test_lateness_comes_before_the_curve() -> None:
    by = rules.parse({"late": {"percent": 20}})
    flat = curve({"kind": "flat", "amount": 10})
    handed_in = replace(item(90, name="essay"), late_hours=Decimal(1), curve=flat)
    found = rules.grade(by, [handed_in])
    assert found.published == 80
    assert [step["step"] for step in found.trace["steps"][:2]] == ["late", "curve"]
    best = replace(handed_in, score=Decimal(100))
    assert rules.grade(by, [best]).published == 90  # lifted first, it would end at 80


def test_what_is_missing_is_not_lifted() -> None:
    flat = curve({"kind": "flat", "amount": 10})
    assert rules.grade(rules.parse({}), [replace(item(None), curve=flat)]).final == 0


def test_a_population_is_everybody_with_a_grade_after_lateness() -> None:
    by = rules.parse({"late": {"percent": 20}})
    everybody = [
        item(40, 80),
        replace(item(90), late_hours=Decimal(1)),
        item(None),
        item(10, status=Status.PENDING),
        item(None, status=Status.EXCUSED),
    ]
    expected = rules.population([Fraction(1, 2), Fraction(7, 10)])
    assert rules.population_of(by, everybody) == expected


def test_an_explanation_does_not_hold_the_classmates_results() -> None:
    by = curve({"kind": "mean", "amount": 75}, [50, 61, 70, 83])
    found = rules.grade(rules.parse({}), [replace(item(50), curve=by)])
    (stored,) = (given["curve"] for given in found.trace["inputs"])
    assert stored["population"].keys() == {"count", "total", "squares", "highest"}
    assert rules.parse_curve(stored) == by
    assert rules.verify(found.trace) == found


@pytest.mark.parametrize(
    ("written", "field", "message"),
    [
        ({}, "kind", "must be one of: flat, sqrt, mean, maximum, mean_sd"),
        ({"kind": "bell"}, "kind", "must be one of"),
        ({"kind": "flat"}, "amount", "is missing"),
        ({"kind": "flat", "amount": "NaN"}, "amount", "must be a number"),
        ({"kind": "mean", "amount": 75}, "population", "is missing"),
        ({"kind": "mean", "amount": 75, "population": []}, "population", "is missing"),
        ({"kind": "maximum", "amount": 90, "population": [0, 0]}, "population", "only zeros"),
        ({"kind": "sqrt", "population": [-1]}, "population", "none of them negative"),
        ({"kind": "sqrt", "population": "all"}, "population", "must be an object"),
        (
            {"kind": "mean_sd", "amount": 75, "population": [1]},
            "deviation",
            "is missing",
        ),
        (
            {"kind": "sqrt", "population": {"count": 1, "total": "1e999999999"}},
            "population.total",
            "must be a fraction",
        ),
        (
            {"kind": "sqrt", "population": {"count": 1, "total": "1/0"}},
            "population.total",
            "divides by zero",
        ),
        (
            {"kind": "mean", "amount": 5, "population": {"count": 1, "total": "2", "squares": "1"}},
            "population",
            "contradicts itself",
        ),
        ({"kind": "sqrt", "colour": "red"}, "colour", "is not a field"),
    ],
)
def test_what_is_wrong_with_a_curve_is_said_by_name(
    written: dict[str, Any], field: str, message: str
) -> None:
    with pytest.raises(Invalid) as refused:
        rules.parse_curve(written)
    (fault,) = refused.value.errors
    assert (fault.field, fault.field in fault.message) == (field, True)
    assert message in fault.message


classes = st.lists(st.integers(0, 100), min_size=1, max_size=12).filter(any)
ratios = st.fractions(0, 1, max_denominator=500)


@given(st.sampled_from(KINDS), classes, ratios, ratios)
def test_a_curve_keeps_the_order(
    written: dict[str, Any], everybody: list[int], one: Fraction, other: Fraction
) -> None:
    by = curve(written, everybody)
    low, high = sorted((one, other))
    assert 0 <= rules.curved(by, low) <= rules.curved(by, high) <= 1


@given(st.sampled_from(KINDS), classes)
def test_a_curve_is_written_as_it_is_read(written: dict[str, Any], everybody: list[int]) -> None:
    by = curve(written, everybody)
    assert rules.parse_curve(rules.curve_as_mapping(by)) == by


@given(classes, st.integers(0, 100))
def test_the_mean_is_the_target_when_nobody_meets_a_bound(
    everybody: list[int], target: int
) -> None:
    by = replace(curve({"kind": "mean", "amount": target}, everybody), above_max=True)
    found = [rules.curved(by, Fraction(percent, 100)) for percent in everybody]
    if all(found):
        assert sum(found) / len(found) == Fraction(target, 100)


def test_every_kind_is_among_those_that_are_tested() -> None:
    assert {written["kind"] for written in KINDS} == {str(kind) for kind in CurveKind}
