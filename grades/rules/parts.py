"""What each item counts with: status, then lateness, then curve."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Any, NamedTuple

from grades.domain import Curve, GradingRules, Item, Late, Population, Status
from grades.rules.curves import curve_as_mapping, curved, parse_curve, population
from grades.rules.numbers import Ratio, spelled

NOTHING = (0, 1)
# In tuples, which compare by identity: hashing the member of an enumeration is slow.
SCORED = (Status.GRADED, Status.PENDING)
ASIDE = (Status.EXCUSED, Status.EXEMPT)
Step = dict[str, Any]


class Part(NamedTuple):
    """An item, and the points that it brings, as a fraction that need not be in lowest terms."""

    item: Item
    points: Ratio

    @property
    def beyond(self) -> bool:
        """Whether it may lift a total above everything."""
        return self.item.extra_credit or self.item.curve is not None


def parts_of(rules: GradingRules, items: Sequence[Item], steps: list[Step]) -> list[Part]:
    """Return what counts, leaving out what is excused or not asked for."""
    return [Part(item, _points(rules, item, steps)) for item in items if item.status not in ASIDE]


def population_of(rules: GradingRules, items: Iterable[Item]) -> Population:
    """Return whom a curve compares: everybody's graded results of one assessment."""
    return population(
        _after_late(rules, item, Fraction(item.score), []) / Fraction(item.max)
        for item in items
        if item.status is Status.GRADED and item.score is not None
    )


def worth(rules: GradingRules, item: Item) -> Fraction | None:
    """Return the ratio that a graded result counts with, after lateness and its curve."""
    if item.status is not Status.GRADED or item.score is None:
        return None
    above, below = _points(rules, item, [])
    return Fraction(above, below) / Fraction(item.max)


def _points(rules: GradingRules, item: Item, steps: list[Step]) -> Ratio:
    """What counts: nothing without a score, and what the policy says for `final`.

    A pending item may carry one already (a test marked by machine that a
    teacher has yet to review); it counts in `final` and not in `current`.
    """
    if item.score is None or item.status not in SCORED:
        return _missing(rules, item, steps)
    if item.curve is None and not item.late_hours:
        return item.score.as_integer_ratio()
    points = _after_late(rules, item, Fraction(item.score), steps)
    if item.curve is not None:
        points = _after_curve(item, item.curve, points, steps)
    return points.as_integer_ratio()


def _missing(rules: GradingRules, item: Item, steps: list[Step]) -> Ratio:
    """What is missing may be worth something, but never as extra credit."""
    if not rules.missing or item.extra_credit:
        return NOTHING
    (most, of), (percent, over) = item.max.as_integer_ratio(), rules.missing.as_integer_ratio()
    points = most * percent, of * over * 100
    steps.append({"step": "missing", "assessment": item.assessment, "points": spelled(*points)})
    return points


def _after_late(rules: GradingRules, item: Item, points: Fraction, steps: list[Step]) -> Fraction:
    if rules.late is None or item.late_hours <= 0:
        return points
    intervals, left = _left(rules.late, item, points)
    step = {"step": "late", "assessment": item.assessment, "intervals": intervals}
    steps.append({**step, "from": str(points), "to": str(left)})
    return left


def _left(late: Late, item: Item, points: Fraction) -> tuple[int, Fraction]:
    """Take a part of the possible points for each started interval.

    The floor protects what is above it; it lifts nobody who is below it.
    """
    (hours, of), (every, over) = item.late_hours.as_integer_ratio(), late.every.as_integer_ratio()
    intervals = -(-hours * over // (of * every))  # upwards
    price, floor = _price(late, item.max)
    return intervals, min(points, max(points - intervals * price, floor))


@lru_cache(maxsize=256)
def _price(late: Late, possible: Decimal) -> tuple[Fraction, Fraction]:
    """Return how many points an interval costs, and how many lateness never takes."""
    each = Fraction(possible) / 100
    return each * Fraction(late.percent), each * Fraction(late.floor)


def _after_curve(item: Item, curve: Curve, points: Fraction, steps: list[Step]) -> Fraction:
    possible = Fraction(item.max)
    lifted = curved(curve, points / possible) * possible
    step = {"step": "curve", "assessment": item.assessment, "version": curve.version}
    steps.append({**step, "from": str(points), "to": str(lifted)})
    return lifted


def as_input(item: Item) -> dict[str, Any]:
    """Return an item as its explanation holds it; what is by default is left out."""
    written: dict[str, Any] = {
        "assessment": item.assessment,
        "category": item.category,
        "max": str(item.max),
        "weight": str(item.weight),
        "status": str(item.status),
        "score": None if item.score is None else str(item.score),
        "version": item.version,
    }
    if item.extra_credit:
        written["extra_credit"] = True
    if item.late_hours:
        written["late_hours"] = str(item.late_hours)
    if item.curve:
        written["curve"] = curve_as_mapping(item.curve)
    if item.open:
        written["open"] = True
    if item.reason:
        written["reason"] = item.reason
    return written


def from_input(given: Mapping[str, Any]) -> Item:
    """Return the item that an explanation holds."""
    return Item(
        assessment=given["assessment"],
        category=given["category"],
        max=Decimal(given["max"]),
        weight=Decimal(given["weight"]),
        status=Status(given["status"]),
        score=None if given["score"] is None else Decimal(given["score"]),
        version=given["version"],
        extra_credit=given.get("extra_credit", False),
        late_hours=Decimal(given.get("late_hours", 0)),
        curve=parse_curve(given["curve"]) if "curve" in given else None,
        open=given.get("open", False),
        reason=given.get("reason", ""),
    )
