"""The whole engine once more, as its definitions say it: slowly, in fractions, without a trace.

What the engine does cleverly is done plainly here: every choice of what to drop is tried, the
deviation is computed from everybody's results, roots come from another algorithm.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from decimal import ROUND_DOWN, Context, Decimal
from fractions import Fraction
from itertools import combinations, product
from math import ceil, floor, prod

from hypothesis import given, settings
from hypothesis import strategies as st

from grades import rules
from grades.domain import (
    Aggregation,
    Curve,
    CurveKind,
    GradingRules,
    Item,
    Publish,
    Rounding,
    Status,
    Verdict,
    Weighting,
)
from grades.tests.test_rules_laws import PERCENTS, some_items, some_rules

POPULATION = [Fraction(percent, 100) for percent in PERCENTS]
PLENTY = Context(prec=80)
SCALES = ({"highest": 10}, {"lowest": 5, "highest": 10}, {"lowest": 1, "highest": 100})
DROPS = ({"exam": 1}, {"exam": 2, "homework": 1}, 3)
Part = tuple[Item, Fraction]
Divided = Callable[[Sequence[Part]], Fraction | None]


@st.composite
def any_rules(draw: st.DrawFn) -> GradingRules:
    """Rules with what the laws' rules leave out: scales, gates, drops of one category."""
    written = rules.as_mapping(draw(some_rules()))
    for name in ("floor", "letters", "min_passing"):
        written.pop(name, None)
    if draw(st.booleans()):
        written["scale"] = draw(st.sampled_from(SCALES))
    lowest = written.get("scale", {}).get("lowest", 0)
    written["floor"] = draw(st.none() | st.just(6))
    written["letters"] = draw(st.none() | st.just({"A": 9, "B": 7, "F": lowest}))
    written["min_passing"] = draw(st.none() | st.integers(6, 10))
    if "weights" in written and written["min_passing"]:
        names = st.sampled_from(sorted(written["weights"]))
        written["minimums"] = draw(st.dictionaries(names, st.integers(5, 10)))
    known = {*written.get("weights", ("exam", "homework"))}
    drops = [one for one in DROPS if not isinstance(one, dict) or one.keys() <= known]
    written["drop_lowest"] = draw(st.sampled_from([written.get("drop_lowest", 0), *drops]))
    return rules.parse(written)


@st.composite
def any_items(draw: st.DrawFn) -> list[Item]:
    """Results of which some are marked by machine and wait for a teacher.

    Half of the time all are round, so that they meet thresholds exactly.
    """
    items, coarse = draw(some_items()), draw(st.booleans())
    tenths = st.sampled_from([0, 5, 6, 7, 8, 9, 10, 10]).map(Decimal)
    scored = {
        n: one.max * draw(tenths) / 10
        for n, one in enumerate(items)
        if (coarse and one.status is Status.GRADED)
        or (one.status is Status.PENDING and draw(st.booleans()))
    }
    return [replace(one, score=scored.get(n, one.score)) for n, one in enumerate(items)]


def square_root(value: Fraction) -> Fraction:
    exactly = PLENTY.divide(Decimal(value.numerator), Decimal(value.denominator))
    return Fraction(PLENTY.sqrt(exactly).quantize(Decimal("1e-12"), ROUND_DOWN))


def stretched(curve: Curve, ratio: Fraction) -> Fraction:
    amount = Fraction(curve.amount or 0) / 100
    mean = sum(POPULATION, Fraction()) / len(POPULATION)
    squares = [(one - mean) ** 2 for one in POPULATION]
    variance = sum(squares, Fraction()) / len(POPULATION)
    wanted = Fraction(curve.deviation or 0) / 100
    return {
        CurveKind.FLAT: lambda: ratio + amount,
        CurveKind.SQRT: lambda: square_root(ratio),
        CurveKind.MEAN: lambda: ratio - mean + amount,
        CurveKind.MAXIMUM: lambda: ratio / max(POPULATION) * amount,
        CurveKind.MEAN_SD: lambda: amount + (ratio - mean) * square_root(wanted**2 / variance),
    }[curve.kind]()


def ratio_of(by: GradingRules, item: Item) -> Fraction:
    """What a result is worth: status, then lateness, then curve."""
    if item.score is None:
        return Fraction() if item.extra_credit else Fraction(by.missing) / 100
    ratio = Fraction(item.score) / Fraction(item.max)
    if by.late and item.late_hours:
        times = ceil(Fraction(item.late_hours) / Fraction(by.late.every))
        left = ratio - times * Fraction(by.late.percent) / 100
        ratio = min(ratio, max(left, Fraction(by.late.floor) / 100))
    if item.curve is None:
        return ratio
    return min(max(stretched(item.curve, ratio), Fraction()), max(ratio, Fraction(1)))


def quotient(above: Sequence[Fraction], below: Sequence[Fraction]) -> Fraction | None:
    return sum(above, Fraction()) / sum(below, Fraction()) if any(below) else None


def by_weight(parts: Sequence[Part]) -> Fraction | None:
    return quotient(
        [Fraction(one.weight) * ratio for one, ratio in parts],
        [Fraction(one.weight) for one, _ in parts if not one.extra_credit],
    )


def by_points(parts: Sequence[Part]) -> Fraction | None:
    return quotient(
        [Fraction(one.max) * ratio for one, ratio in parts],
        [Fraction(one.max) for one, _ in parts if not one.extra_credit],
    )


def by_ratio(parts: Sequence[Part]) -> Fraction | None:
    usual = [Fraction(1) for one, _ in parts if not one.extra_credit]
    return quotient([ratio for _, ratio in parts], usual)


def kept(pool: Sequence[Part], drop: int) -> Iterator[tuple[Part, ...]]:
    return combinations(pool, min(len(pool), max(1, len(pool) - drop)))


def best(by: GradingRules, divided: Divided, parts: Sequence[Part]) -> Fraction | None:
    """The greatest quotient of all choices of what to drop."""
    drops = dict(by.drop_lowest)
    weighing = [part for part in parts if part[0].weight and not part[0].extra_credit]
    rest = [part for part in parts if part not in weighing]
    names = [""] if "" in drops else sorted({one.category for one, _ in weighing})
    pools = [[part for part in weighing if name in {"", part[0].category}] for name in names]
    choices = [[*kept(pool, drops.get(name, 0))] for name, pool in zip(names, pools, strict=True)]
    assert prod(map(len, choices)) < 10_000, "too many to try"
    every = [divided([*rest, *sum(choice, ())]) for choice in product(*choices)]
    return max((value for value in every if value is not None), default=None)


def categories(by: GradingRules, parts: Sequence[Part]) -> dict[str, Fraction]:
    divided = by_points if by.aggregation is Aggregation.POINTS else by_ratio
    inside = {
        name: [(one, ratio) for one, ratio in parts if one.category == name and one.weight]
        for name, _ in by.weights
    }
    own = dict(by.drop_lowest)
    worth = {}
    for name, found in inside.items():
        drop = own.get("", own.get(name, 0))
        worth[name] = best(replace(by, drop_lowest=(("", drop),)), divided, found)
    return {name: value for name, value in worth.items() if value is not None}


def total(by: GradingRules, parts: Sequence[Part]) -> Fraction | None:
    if by.weighting is Weighting.ITEMS:
        value = best(by, by_weight, parts)
    else:
        worth = categories(by, parts)
        shares = [(weight, worth[name]) for name, weight in by.weights if name in worth]
        value = quotient([weight * one for weight, one in shares], [w for w, _ in shares])
    if value is None or by.cap is None:
        return value
    return min(value, Fraction(by.cap) / 100)


def shown(by: GradingRules, value: Fraction) -> Fraction:
    lowest, highest = Fraction(by.scale.lowest), Fraction(by.scale.highest)
    tens = (lowest + (highest - lowest) * value) * 10**by.places
    half = Fraction(1, 2) if by.rounding is Rounding.HALF_UP else 0
    return Fraction(floor(tens + half), 10**by.places)


def published(by: GradingRules, parts: Sequence[Part]) -> Fraction | None:
    value = total(by, parts)
    return None if value is None else max(shown(by, value), Fraction(by.floor or 0))


def verdict(by: GradingRules, number: Fraction | None, worth: dict[str, Fraction]) -> Verdict:
    if number is None or by.min_passing is None:
        return Verdict.UNDEFINED
    held = any(shown(by, worth[name]) < least for name, least in by.minimums if name in worth)
    return Verdict.FAILED if held or number < by.min_passing else Verdict.PASSED


@settings(max_examples=500)
@given(any_rules(), any_items())
def test_the_engine_gives_what_its_definitions_give(by: GradingRules, items: list[Item]) -> None:
    asked = [
        (one, ratio_of(by, one))
        for one in items
        if one.status not in {Status.EXCUSED, Status.EXEMPT}
    ]
    graded = [(one, ratio) for one, ratio in asked if one.status is Status.GRADED]
    counted = graded if by.publish is Publish.CURRENT else asked
    number = published(by, counted)
    letter = next((name for name, low in by.letters if number is not None and number >= low), None)

    found = rules.grade(by, items)

    assert found.current == published(by, graded)
    assert found.final == published(by, asked)
    assert found.published == number
    assert found.verdict is verdict(by, number, categories(by, counted))
    assert found.letter == letter
    assert found.graded == len(graded)


@given(any_rules(), any_items())
def test_every_quotient_in_an_explanation_divides(by: GradingRules, items: list[Item]) -> None:
    for step in rules.grade(by, items).trace["steps"]:
        if step["step"] in {"category", "total"}:
            above, below = Fraction(step["sum"]), Fraction(step["over"])
            assert step["value"] == (str(above / below) if below else None)
