"""From points to categories to the total, exactly, with every step written down."""

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from math import lcm
from typing import NamedTuple

from grades.domain import Aggregation, GradingRules, Weighting
from grades.rules.dropping import EACH, Terms
from grades.rules.numbers import Ratio, reduced, spelled
from grades.rules.parts import Part, Step

NOTHING: Step = {"sum": "0", "over": "0", "value": None}
WHOLE = ""  # the name of what is divided when there are no categories


class Quotient(NamedTuple):
    """Parts added up and divided, and how an explanation says it."""

    value: Ratio | None  # nothing below the line is undefined, and not zero
    written: Step
    dropped: list[str]


# By what is divided and how many parts it has. What is graded is among what is asked of a
# student: as many parts are the same parts, and need not be added up a second time.
Known = dict[tuple[str, int], Quotient]


def total(
    rules: GradingRules, kind: str, parts: Sequence[Part], steps: list[Step], known: Known
) -> tuple[Ratio | None, Mapping[str, Ratio]]:
    """Return the total, as a ratio, and the categories that have a value."""
    values: dict[str, Ratio] = {}
    if rules.weighting is Weighting.ITEMS:
        value = _by_items(rules, kind, parts, steps, known)
    else:
        value = _by_categories(rules, kind, parts, steps, known, values)
    # Without extra credit or a curve nothing is above 100 %, unless somebody lowered an
    # assessment's maximum afterwards: such grades are stored, and stay as they are.
    if value and value[0] > value[1] and any(part.beyond for part in parts):
        value = _capped(rules, kind, value, steps)
    return value, values


def _by_items(
    rules: GradingRules, kind: str, parts: Sequence[Part], steps: list[Step], known: Known
) -> Ratio | None:
    found = _once(known, WHOLE, parts, _by_weight, dict(rules.drop_lowest))
    return _told({"of": kind, "step": "total"}, found, steps)


def _by_categories(
    rules: GradingRules,
    kind: str,
    parts: Sequence[Part],
    steps: list[Step],
    known: Known,
    values: dict[str, Ratio],
) -> Ratio | None:
    """Weigh the categories that have a value; the others' weight is spread over them."""
    inside = _grouped(parts)
    drops, by = dict(rules.drop_lowest), SHARES[rules.aggregation]
    weighed: list[Share] = []
    for name, share in rules.weights:
        drop = drops.get(EACH) or drops.get(name)
        found = _once(known, name, inside.get(name, []), by, {EACH: drop} if drop else {})
        value = _told({"of": kind, "step": "category", "category": name}, found, steps)
        if value is not None:
            values[name] = value
            weight, over = share.as_integer_ratio()
            weighed.append((weight * value[0], weight * value[1], over * value[1]))
    return _told({"of": kind, "step": "total"}, _divided(weighed), steps)


def _grouped(parts: Sequence[Part]) -> Mapping[str, list[Part]]:
    """Inside a category an item's own weight is not used, except that 0 keeps it out."""
    inside: dict[str, list[Part]] = {}
    for part in parts:
        if part.item.weight:
            inside.setdefault(part.item.category, []).append(part)
    return inside


# What a part adds above and below the line of a quotient, and the denominator of both.
Share = tuple[int, int, int]


def _by_weight(part: Part) -> Share:
    (above, below), (most, of) = part.points, part.item.max.as_integer_ratio()
    weight, over = part.item.weight.as_integer_ratio()
    one = below * most
    return weight * above * of, weight * one, over * one


def _by_points(part: Part) -> Share:
    (above, below), (most, of) = part.points, part.item.max.as_integer_ratio()
    return above * of, most * below, below * of


def _by_ratio(part: Part) -> Share:
    (above, below), (most, of) = part.points, part.item.max.as_integer_ratio()
    one = below * most
    return above * of, one, one


SHARES: Mapping[Aggregation, Callable[[Part], Share]] = {
    Aggregation.POINTS: _by_points,
    Aggregation.MEAN_OF_RATIOS: _by_ratio,
}


def _once(
    known: Known,
    name: str,
    parts: Sequence[Part],
    share: Callable[[Part], Share],
    drops: Mapping[str, int],
) -> Quotient:
    key = name, len(parts)
    if key not in known:
        known[key] = _added(parts, share, drops)
    return known[key]


def _added(
    parts: Sequence[Part], share: Callable[[Part], Share], drops: Mapping[str, int]
) -> Quotient:
    """Add up what counts: without what is dropped, and extra credit above the line only."""
    shares = [share(part) for part in parts]
    for place, part in enumerate(parts):
        if part.item.extra_credit:
            above, _, one = shares[place]
            shares[place] = above, 0, one
    if not drops or len(parts) < 2:  # noqa: PLR2004 -- one is always kept
        return _divided(shares)
    aboves, belows, one = _over_one(shares)
    out = Terms(parts, aboves, belows).dropped(drops)
    names = [parts[place].item.assessment for place in out]
    above = sum(aboves) - sum([aboves[place] for place in out])
    return _quotient(above, sum(belows) - sum([belows[place] for place in out]), one, names)


def _divided(shares: Sequence[Share]) -> Quotient:
    if not shares:
        return Quotient(None, NOTHING, [])
    aboves, belows, one = _over_one(shares)
    return _quotient(sum(aboves), sum(belows), one, [])


def _quotient(above: int, below: int, one: int, dropped: list[str]) -> Quotient:
    """Divide, and write it down."""
    value = reduced(above, below) if below else None
    written = {
        "sum": spelled(above, one),
        "over": spelled(below, one),
        "value": None if value is None else spelled(*value),
    }
    return Quotient(value, written, dropped)


def _over_one(shares: Sequence[Share]) -> tuple[Sequence[int], Sequence[int], int]:
    """Bring everything to one denominator, so that adding is adding whole numbers."""
    aboves, belows, ones = zip(*shares, strict=True)
    one = lcm(*ones)
    if ones.count(one) < len(ones):
        aboves = tuple([above * (one // over) for above, _, over in shares])
        belows = tuple([below * (one // over) for _, below, over in shares])
    return aboves, belows, one


def _told(step: Step, found: Quotient, steps: list[Step]) -> Ratio | None:
    if found.dropped:
        steps.append({**step, "step": "drop", "dropped": found.dropped})
    steps.append({**step, **found.written})
    return found.value


def _capped(rules: GradingRules, kind: str, value: Ratio | None, steps: list[Step]) -> Ratio | None:
    most = None if rules.cap is None else Fraction(rules.cap) / 100
    if value is None or most is None or Fraction(*value) <= most:
        return value
    steps.append({"of": kind, "step": "cap", "from": spelled(*value), "to": str(most)})
    return most.as_integer_ratio()
