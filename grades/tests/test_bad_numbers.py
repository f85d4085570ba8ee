"""Numbers that no school writes, in every place where a number is read."""

import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grades import rules
from luca.kernel.errors import Invalid

BAD: Mapping[str, Any] = {
    "NaN": float("nan"),
    "the word NaN": "NaN",
    "Infinity": float("inf"),
    "-Infinity": "-Infinity",
    "1e400": "1e400",
    "1e-400": "1e-400",
    "1E+9999999999": "1E+9999999999",
    "a number of 40 digits": 10**39 + 1,
    "40 decimals": "0." + "3" * 40,
    "7 decimals": "0.0000001",
    "13 digits": 10**12,
    "an Arabic digit": "٣",
    "underlined": "1_0",
    "hexadecimal": "0x10",
    "a comma": "7,5",
    "nothing": "",
    "true": True,
    "false": False,
    "a list": [1],
    "an object": {"n": 1},
    "negative": -1,
    "negative zero point": "-0.5",
}
WEIGHTED = {"weights": {"exam": 60, "quiz": 40}, "min_passing": 6}


def _rules(field: str, value: Any) -> Callable[[], object]:
    return lambda: rules.parse({**WEIGHTED, field: value})


def _score(field: str, value: Any) -> Callable[[], object]:
    return lambda: rules.parse_scores([{"assessment": "a", "score": 1, field: value}])


def _curve(field: str, value: Any) -> Callable[[], object]:
    usual = {"kind": "mean_sd", "amount": 70, "deviation": 10, "population": [50, 60]}
    return lambda: rules.parse_curve({**usual, field: value})


PLACES: Mapping[str, Callable[[Any], Callable[[], object]]] = {
    "weights.exam": lambda bad: _rules("weights", {"exam": bad, "quiz": 40}),
    "min_passing": lambda bad: _rules("min_passing", bad),
    "places": lambda bad: _rules("places", bad),
    "missing": lambda bad: _rules("missing", bad),
    "cap": lambda bad: _rules("cap", bad),
    "floor": lambda bad: _rules("floor", bad),
    "drop_lowest": lambda bad: _rules("drop_lowest", bad),
    "drop_lowest.exam": lambda bad: _rules("drop_lowest", {"exam": bad}),
    "late.percent": lambda bad: _rules("late", {"percent": bad}),
    "late.every": lambda bad: _rules("late", {"percent": 10, "every": bad}),
    "late.floor": lambda bad: _rules("late", {"percent": 10, "floor": bad}),
    "scale.lowest": lambda bad: _rules("scale", {"lowest": bad}),
    "scale.highest": lambda bad: _rules("scale", {"highest": bad}),
    "minimums.exam": lambda bad: _rules("minimums", {"exam": bad}),
    "letters.A": lambda bad: _rules("letters", {"A": bad, "F": 0}),
    "version": lambda bad: _rules("version", bad),
    "sep.grade": lambda bad: (
        lambda: rules.parse({"sep": {"level": "primaria", "grade": bad, "year": "2026-2027"}})
    ),
    "scores.0.score": lambda bad: _score("score", bad),
    "scores.0.max": lambda bad: _score("max", bad),
    "scores.0.weight": lambda bad: _score("weight", bad),
    "scores.0.late_hours": lambda bad: _score("late_hours", bad),
    "scores.0.version": lambda bad: _score("version", bad),
    "scores.0.curve.amount": lambda bad: _score("curve", {"kind": "flat", "amount": bad}),
    "amount": lambda bad: _curve("amount", bad),
    "deviation": lambda bad: _curve("deviation", bad),
    "population": lambda bad: _curve("population", [50, bad]),
    "population.count": lambda bad: _curve(
        "population", {"count": bad, "total": "1", "squares": "1", "highest": "1"}
    ),
    "population.total": lambda bad: _curve(
        "population", {"count": 1, "total": bad, "squares": "1", "highest": "1"}
    ),
}


@pytest.mark.parametrize("bad", BAD.values(), ids=BAD)
@pytest.mark.parametrize("field", PLACES)
def test_a_number_that_no_school_writes_is_refused_by_name(field: str, bad: Any) -> None:
    with pytest.raises(Invalid) as refused:
        PLACES[field](bad)()
    named = [fault.field for fault in refused.value.errors]
    assert any(f"{name}.".startswith(f"{field}.") for name in named), named


@pytest.mark.parametrize("field", PLACES)
def test_a_number_that_schools_write_is_read_there(field: str) -> None:
    """Or the table above would prove nothing."""
    good = {
        "weights.exam": 60,
        "cap": 105,
        "scale.lowest": 5,
        "scale.highest": 10,
        "population": 60,
        "population.total": "1",
        "late.every": "day",
        "min_passing": "6.5",
        "minimums.exam": "6.5",
    }
    assert PLACES[field](good.get(field, 1))()


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e400"])
def test_what_pythons_json_lets_through_is_refused(number: str) -> None:
    for written in (f'{{"min_passing": {number}}}', f'{{"late": {{"percent": {number}}}}}'):
        with pytest.raises(Invalid):
            rules.parse(json.loads(written))


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=5,
)


@given(st.sampled_from(sorted(PLACES)), anything)
def test_anything_is_read_or_refused_and_nothing_breaks(field: str, value: Any) -> None:
    with suppress(Invalid):
        assert PLACES[field](value)()
