"""The engine adds whole numbers over one denominator; this adds fractions, one by one."""

from collections.abc import Iterable
from dataclasses import replace
from fractions import Fraction

from hypothesis import given

from grades import rules
from grades.domain import Aggregation, GradingRules, Item, Status, Weighting
from grades.tests.test_rules_laws import some_items, some_rules


def divided(above: Iterable[Fraction], below: Iterable[Fraction]) -> Fraction | None:
    under = sum(below, Fraction())
    return sum(above, Fraction()) / under if under else None


def points(by: GradingRules, item: Item) -> Fraction:
    if item.score is not None and item.status in {Status.GRADED, Status.PENDING}:
        return Fraction(item.score)
    return Fraction() if item.extra_credit else Fraction(item.max) * Fraction(by.missing) / 100


def category(by: GradingRules, items: list[Item]) -> Fraction | None:
    usual = [one for one in items if not one.extra_credit]
    if by.aggregation is Aggregation.POINTS:
        most = (Fraction(one.max) for one in usual)
        return divided((points(by, one) for one in items), most)
    ratios = (points(by, one) / Fraction(one.max) for one in items)
    return divided(ratios, (Fraction(1) for _ in usual))


def plain(by: GradingRules, items: list[Item]) -> Fraction | None:
    """The total before any cap, as the definitions say it."""
    if by.weighting is Weighting.ITEMS:
        return divided(
            (Fraction(one.weight) * points(by, one) / Fraction(one.max) for one in items),
            (Fraction(one.weight) for one in items if not one.extra_credit),
        )
    worth = {
        name: category(by, [one for one in items if one.category == name and one.weight])
        for name, _ in by.weights
    }
    known = [(share, worth[name]) for name, share in by.weights]
    return divided(
        (share * value for share, value in known if value is not None),
        (share for share, value in known if value is not None),
    )


@given(some_rules(), some_items())
def test_whole_numbers_give_what_fractions_give(by: GradingRules, items: list[Item]) -> None:
    by = replace(by, drop_lowest=())
    items = [replace(one, curve=None, late_hours=one.late_hours * 0) for one in items]
    asked = [one for one in items if one.status not in {Status.EXCUSED, Status.EXEMPT}]
    graded = [one for one in asked if one.status is Status.GRADED]

    steps = rules.grade(by, items).trace["steps"]

    told = {step["of"]: step["value"] for step in steps if step["step"] == "total"}
    for kind, counted in (("current", graded), ("final", asked)):
        value = plain(by, counted)
        assert told[kind] == (None if value is None else str(value))
