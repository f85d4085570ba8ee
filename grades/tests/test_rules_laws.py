"""What must hold for every school, every rule and every student."""

import itertools
import json
import random
from dataclasses import replace
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from grades import rules
from grades.domain import (
    Aggregation,
    GradingRules,
    Item,
    Publish,
    Rounding,
    Status,
    Verdict,
    Weighting,
)

CATEGORIES = ["exam", "homework", "quiz"]
percentages = st.sampled_from(
    [{"exam": 70, "homework": 20, "quiz": 10}, {"exam": 100, "quiz": 0}, {"lab": 60, "exam": 40}]
)


POLICIES: dict[str, list[Any]] = {
    "drop_lowest": [1, 2],
    "missing": [40],
    "late": [{"percent": 10, "every": "day", "floor": 30}],
    "cap": [110, "none"],
    "floor": [20],
    "letters": [{"A": 90, "B": 60, "F": 0}],
}
policies = st.fixed_dictionaries(
    {}, optional={name: st.sampled_from(values) for name, values in POLICIES.items()}
)
PERCENTS = [30, 60, 85]
CURVES = [
    None,
    *(
        rules.parse_curve({**written, "population": PERCENTS})
        for written in (
            {"kind": "flat", "amount": 10},
            {"kind": "sqrt"},
            {"kind": "mean", "amount": 70},
            {"kind": "maximum", "amount": 95},
            {"kind": "mean_sd", "amount": 70, "deviation": 12},
        )
    ),
]

ASIDE = {Status.EXCUSED, Status.EXEMPT}
REASONS = st.sampled_from(["", "Estuvo enferma.", "Se cambió de grupo"])


@st.composite
def some_rules(draw: st.DrawFn) -> GradingRules:
    written = {
        "aggregation": draw(st.sampled_from([*Aggregation])),
        "rounding": draw(st.sampled_from([*Rounding])),
        "publish": draw(st.sampled_from([*Publish])),
        "places": draw(st.integers(0, 3)),
        "min_passing": draw(st.none() | st.integers(0, 100)),
    }
    if draw(st.booleans()):
        written["weights"] = draw(percentages)
    return rules.parse(written | draw(policies))


@st.composite
def some_items(draw: st.DrawFn, statuses: tuple[Status, ...] = tuple(Status)) -> list[Item]:
    found = []
    for n in range(draw(st.integers(0, 8))):
        most = draw(st.integers(1, 200))
        tenths = draw(st.integers(0, most * 10))
        status = draw(st.sampled_from(statuses))
        found.append(
            Item(
                assessment=f"a{n}",
                category=draw(st.sampled_from(CATEGORIES)),
                max=Decimal(most),
                weight=Decimal(draw(st.integers(0, 30))),
                status=status,
                score=Decimal(tenths) / 10 if status is Status.GRADED else None,
                version=1,
                extra_credit=draw(st.integers(0, 5)) == 0,
                late_hours=Decimal(draw(st.sampled_from([0, 0, 0, 5, 49]))),
                curve=draw(st.sampled_from(CURVES)),
                reason=draw(REASONS) if status in ASIDE else "",
            )
        )
    return found


def numbers(found: list[Item], by: GradingRules) -> tuple[Decimal | None, Decimal | None]:
    result = rules.grade(by, found)
    return result.current, result.final


@given(some_rules(), some_items(), st.data())
def test_raising_a_score_never_lowers_a_result(
    by: GradingRules, items: list[Item], data: st.DataObject
) -> None:
    graded = [n for n, found in enumerate(items) if found.score is not None]
    if not graded:
        return
    n = data.draw(st.sampled_from(graded))
    score = items[n].score
    assert score is not None
    better = data.draw(st.integers(int(score * 10), int(items[n].max * 10)))
    raised = [*items]
    raised[n] = replace(items[n], score=max(score, Decimal(better) / 10))
    for before, after in zip(numbers(items, by), numbers(raised, by), strict=True):
        assert before is None or (after is not None and after >= before)


@given(some_rules(), some_items(), st.randoms(use_true_random=False))
def test_the_order_of_results_never_matters(
    by: GradingRules, items: list[Item], chance: random.Random
) -> None:
    shuffled = chance.sample(items, len(items))
    assert rules.grade(by, shuffled) == rules.grade(by, items)


@given(some_rules(), some_items())
def test_excused_is_the_same_as_absent(by: GradingRules, items: list[Item]) -> None:
    without = [found for found in items if found.status not in ASIDE]
    assert numbers(without, by) == numbers(items, by)


@given(some_rules(), some_items((Status.GRADED, Status.EXCUSED, Status.EXEMPT)))
def test_current_is_final_when_nothing_is_missing(by: GradingRules, items: list[Item]) -> None:
    current, final = numbers(items, by)
    assert current == final


@given(some_rules(), some_items())
def test_final_is_never_better_than_current_by_items(by: GradingRules, items: list[Item]) -> None:
    plain = [replace(found, extra_credit=False) for found in items]
    alone = replace(by, weighting=rules.parse({}).weighting, weights=(), missing=Decimal(0))
    current, final = numbers(plain, replace(alone, drop_lowest=()))
    assert current is None or final is None or final <= current


@given(some_rules(), some_items(), st.integers(2, 50))
def test_the_scale_of_points_changes_nothing(
    by: GradingRules, items: list[Item], times: int
) -> None:
    scaled = [
        replace(
            found,
            max=found.max * times,
            score=None if found.score is None else found.score * times,
        )
        for found in items
    ]
    assert numbers(scaled, by) == numbers(items, by)


@given(some_rules(), some_items(), st.integers(2, 50))
def test_only_the_proportion_of_weights_matters(
    by: GradingRules, items: list[Item], times: int
) -> None:
    heavier = [replace(found, weight=found.weight * times) for found in items]
    assert numbers(heavier, by) == numbers(items, by)


@given(some_rules(), some_items())
def test_an_explanation_re_derives_the_result_after_storage(
    by: GradingRules, items: list[Item]
) -> None:
    result = rules.grade(by, items)
    stored = json.loads(json.dumps(result.trace))
    assert rules.verify(stored) == result
    assert rules.digest(stored) == result.hash


@given(some_rules(), some_items())
def test_a_result_is_between_nothing_and_the_cap(by: GradingRules, items: list[Item]) -> None:
    for number in numbers(items, by):
        assert number is None or 0 <= number <= (by.cap or 1000)


@given(some_rules(), some_items(), st.integers(1, 3))
def test_dropping_never_lowers_a_result(by: GradingRules, items: list[Item], drop: int) -> None:
    without = numbers(items, replace(by, drop_lowest=()))
    for before, after in zip(
        without, numbers(items, replace(by, drop_lowest=(("", drop),))), strict=True
    ):
        assert (before is None) == (after is None)
        assert before is None or after is None or after >= before


@given(some_rules(), some_items(), st.integers(1, 4))
def test_no_other_choice_of_drops_is_better(by: GradingRules, items: list[Item], drop: int) -> None:
    """Against every choice there is, tried one by one."""
    by = replace(by, drop_lowest=(), weighting=Weighting.ITEMS, weights=())
    usual = [found for found in items if found.weight and not found.extra_credit]
    usual = [found for found in usual if found.status is Status.GRADED]
    rest = [found for found in items if found not in usual]
    keep = max(1, len(usual) - drop)
    every = [
        numbers([*rest, *kept], by)[0] or Decimal(0)
        for kept in itertools.combinations(usual, min(keep, len(usual)))
    ]
    chosen = numbers(items, replace(by, drop_lowest=(("", drop),)))[0]
    assert (chosen or Decimal(0)) == max(every)


@given(some_rules(), some_items())
def test_extra_credit_never_lowers_a_result(by: GradingRules, items: list[Item]) -> None:
    without = [found for found in items if not found.extra_credit]
    for before, after in zip(numbers(without, by), numbers(items, by), strict=True):
        assert before is None or (after is not None and after >= before)


@given(some_rules(), some_items(), st.integers(0, 200))
def test_being_later_never_raises_a_result(by: GradingRules, items: list[Item], hours: int) -> None:
    later = [replace(found, late_hours=found.late_hours + hours) for found in items]
    for before, after in zip(numbers(items, by), numbers(later, by), strict=True):
        assert before is None or (after is not None and after <= before)


GATED = rules.parse(
    {
        "weights": {"exam": 60, "homework": 30, "quiz": 10},
        "minimums": {"exam": 5, "quiz": 3},
        "min_passing": 6,
        "scale": {"highest": 10},
        "floor": 5,
        "drop_lowest": {"homework": 1},
    }
)


@given(some_items((Status.GRADED,)), st.sampled_from([*Rounding]), st.data())
def test_raising_a_score_never_turns_a_pass_into_a_failure(
    items: list[Item], rounding: Rounding, data: st.DataObject
) -> None:
    by = replace(GATED, rounding=rounding)
    if not items:
        return
    n = data.draw(st.integers(0, len(items) - 1))
    raised = [*items]
    raised[n] = replace(items[n], score=items[n].max)
    if rules.grade(by, items).verdict is Verdict.PASSED:
        assert rules.grade(by, raised).verdict is Verdict.PASSED


@given(some_items())
def test_a_scaled_grade_is_on_its_scale_and_re_derives(items: list[Item]) -> None:
    result = rules.grade(GATED, items)
    assert rules.verify(json.loads(json.dumps(result.trace))) == result
    for number in (result.current, result.final):
        assert number is None or 5 <= number <= 10
