"""What other rules would change, counted exactly: by tables, and by laws."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grades import rules
from grades.domain import (
    Comparison,
    Crossing,
    GradingRules,
    Item,
    Scale,
    Shown,
    Verdict,
)
from grades.rules import Summary
from grades.tests.cast import ADA, item
from grades.tests.test_rules_laws import some_items, some_rules

PASSED, FAILED, UNDEFINED = Verdict.PASSED, Verdict.FAILED, Verdict.UNDEFINED


def shown(number: str | None, verdict: Verdict = UNDEFINED, letter: str | None = None) -> Shown:
    return Shown(None if number is None else Decimal(number), verdict, letter)


@pytest.mark.parametrize(
    ("before", "after", "changed", "difference", "crossing"),
    [
        (shown("59.9", FAILED), shown("60.0", PASSED), True, "0.1", Crossing.UP),
        (shown("60", PASSED), shown("60", FAILED), True, "0", Crossing.DOWN),
        (shown("53"), shown("53.0"), False, "0", None),
        (shown("80", PASSED, "B"), shown("80", PASSED, "A"), True, "0", None),
        (shown(None), shown("0"), True, None, None),
        (shown(None), shown(None), False, None, None),
        (shown("70"), shown("70", FAILED), True, "0", None),
    ],
)
def test_one_student(
    *, before: Shown, after: Shown, changed: bool, difference: str | None, crossing: Crossing | None
) -> None:
    found = Comparison(ADA, before, after)
    assert found.changed is changed
    assert found.difference == (None if difference is None else Decimal(difference))
    assert found.crossing is crossing


def test_all_together_are_counted_exactly() -> None:
    summary = Summary(Scale())
    for before, after in [
        (shown("59.9", FAILED, "F"), shown("60", PASSED, "D")),
        (shown("70", PASSED), shown("59", FAILED)),
        (shown("80", PASSED), shown("80", PASSED)),
        (shown("50", FAILED), shown("52", FAILED)),
        (shown(None), shown("0", FAILED)),
    ]:
        summary.add(Comparison(ADA, before, after))
    assert summary.as_mapping() == {
        "students": 5,
        "changed": 4,
        "letters_changed": 1,
        "crossed": {"up": 1, "down": 1},
        "verdicts": [
            {"before": "failed", "after": "failed", "students": 1},
            {"before": "failed", "after": "passed", "students": 1},
            {"before": "passed", "after": "failed", "students": 1},
            {"before": "passed", "after": "passed", "students": 1},
            {"before": "undefined", "after": "failed", "students": 1},
        ],
        "comparable": True,
        "without_difference": 1,
        "difference": {"mean": "-2.225", "mean_exact": "-89/40", "min": "-11", "max": "2"},
        "histogram": [
            {"from": "-11", "to": "-10", "students": 1},
            {"from": "0", "to": "0", "students": 1},
            {"from": "0", "to": "1", "students": 1},
            {"from": "1", "to": "2", "students": 1},
        ],
    }


def test_of_nobody_there_is_no_mean() -> None:
    found = Summary(Scale()).as_mapping()
    assert (found["students"], found["difference"]["mean"], found["histogram"]) == (0, None, [])


def test_on_another_scale_numbers_are_not_compared_as_if_they_were_one() -> None:
    ten = GradingRules(scale=Scale(Decimal(0), Decimal(10)))
    summary = Summary.of(GradingRules(), ten)
    graded = [item("85")]
    summary.add(rules.compare(ADA, rules.grade(GradingRules(), graded), rules.grade(ten, graded)))
    assert summary.as_mapping()["comparable"] is False
    assert summary.as_mapping()["histogram"] == [{"from": "-76.5", "to": "-76.4", "students": 1}]


@given(some_rules(), some_items())
def test_the_same_rules_change_nobody(by: GradingRules, items: list[Item]) -> None:
    found = rules.compare(ADA, rules.grade(by, items), rules.grade(replace(by, version=9), items))
    assert not found.changed
    assert found.difference in {None, Decimal(0)}
    assert found.crossing is None


NUMBERS = st.none() | st.decimals(0, 100, places=1)
VERDICTS = st.sampled_from(Verdict)
ROWS = st.lists(st.tuples(NUMBERS, VERDICTS, NUMBERS, VERDICTS), max_size=20)


@given(ROWS, st.randoms())
def test_every_student_is_counted_once_in_whatever_order(
    rows: list[tuple[Any, ...]], random: Random
) -> None:
    every = [
        Comparison(ADA, Shown(before, was, None), Shown(after, becomes, None))
        for before, was, after, becomes in rows
    ]
    found = _counted(every)
    assert sum(bar["students"] for bar in found["histogram"]) + found["without_difference"] == len(
        rows
    )
    assert sum(one["students"] for one in found["verdicts"]) == len(rows)
    known = [Fraction(one.difference) for one in every if one.difference is not None]
    mean = found["difference"]["mean_exact"]
    assert (mean and Fraction(mean)) == (sum(known) / len(known) if known else None)
    for bar in found["histogram"]:
        low, high = Fraction(bar["from"]), Fraction(bar["to"])
        inside = [
            one
            for one in known
            if one == low == high
            or (low < one <= high and one > 0 and low >= 0)
            or (low <= one < high and one < 0 and high <= 0)
        ]
        assert len(inside) == bar["students"]
    random.shuffle(every)
    assert _counted(every) == found


def _counted(every: list[Comparison]) -> dict[str, Any]:
    summary = Summary(Scale())
    for one in every:
        summary.add(one)
    return summary.as_mapping()
