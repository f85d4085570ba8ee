"""From points to categories to the total, exactly, with every step written down."""

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from math import gcd, lcm

from grades.domain import Aggregation, GradingRules, Weighting
from grades.rules.dropping import Pool, Term, best
from grades.rules.parts import Part, Step

NOTHING = Fraction(0)
EACH = ""  # the name under which "so many of every category" is kept


def total(
    rules: GradingRules, kind: str, parts: Sequence[Part], steps: list[Step]
) -> tuple[Fraction | None, Mapping[str, Fraction]]:
    """Return the total, as a ratio, and the categories that have a value."""
    values: dict[str, Fraction] = {}
    if rules.weighting is Weighting.ITEMS:
        value = _by_items(rules, kind, parts, steps)
    else:
        value = _by_categories(rules, kind, parts, steps, values)
    # Without extra credit or a curve nothing is above 100 %, unless somebody lowered an
    # assessment's maximum afterwards: such grades are stored, and stay as they are.
    if any(part.item.extra_credit or part.item.curve for part in parts):
        value = _capped(rules, kind, value, steps)
    return value, values


def _by_items(
    rules: GradingRules, kind: str, parts: Sequence[Part], steps: list[Step]
) -> Fraction | None:
    return _divided(rules, {"of": kind, "step": "total"}, _by_weight, parts, steps)


def _by_categories(
    rules: GradingRules,
    kind: str,
    parts: Sequence[Part],
    steps: list[Step],
    values: dict[str, Fraction],
) -> Fraction | None:
    """Weigh the categories that have a value; the others' weight is spread over them."""
    known = []
    for name, share in rules.weights:
        # Inside a category an item's own weight is not used, except that 0 keeps it out.
        inside = [part for part in parts if part.item.category == name and part.item.weight]
        step = {"of": kind, "step": "category", "category": name}
        value = _divided(rules, step, FRACTIONS[rules.aggregation], inside, steps)
        if value is not None:
            values[name] = value
            above, below = value.as_integer_ratio()
            weight, over = share.as_integer_ratio()
            known.append((weight * above, over * below, weight, over))
    one = lcm(*[four[1] for four in known], *[four[3] for four in known])
    weighted = sum([above * (one // below) for above, below, _, _ in known])
    weight = sum([share * (one // over) for _, _, share, over in known])
    value = Fraction(weighted, weight) if weight else None
    written = _spelled(weighted, one), _spelled(weight, one)
    steps.append(_quotient({"of": kind, "step": "total"}, *written, value))
    return value


# What a part adds above and below the line: two fractions, as four whole numbers.
Four = tuple[int, int, int, int]


def _by_weight(part: Part) -> Four:
    (above, below), (most, of) = part.points, part.item.max.as_integer_ratio()
    weight, over = part.item.weight.as_integer_ratio()
    return weight * above * of, over * below * most, weight, over


def _by_points(part: Part) -> Four:
    return *part.points, *part.item.max.as_integer_ratio()


def _by_ratio(part: Part) -> Four:
    (above, below), (most, of) = part.points, part.item.max.as_integer_ratio()
    return above * of, below * most, 1, 1


FRACTIONS: Mapping[Aggregation, Callable[[Part], Four]] = {
    Aggregation.POINTS: _by_points,
    Aggregation.MEAN_OF_RATIOS: _by_ratio,
}


def _divided(
    rules: GradingRules,
    step: Step,
    fractions: Callable[[Part], Four],
    parts: Sequence[Part],
    steps: list[Step],
) -> Fraction | None:
    """Add up above and below the line, divide, and write it down.

    Everything is brought to one denominator first, so that adding is adding whole numbers.
    Extra credit stands above the line only, and is never dropped.
    """
    found = [fractions(part) for part in parts]
    one = lcm(*[four[1] for four in found], *[four[3] for four in found])
    usual, bonus = [], 0
    for part, (above, over, below, under) in zip(parts, found, strict=True):
        if part.item.extra_credit:
            bonus += above * (one // over)
        else:
            usual.append(Term(part, above * (one // over), below * (one // under)))
    if rules.drop_lowest:
        usual = _kept(rules, {**step, "step": "drop"}, usual, bonus, steps)
    total = sum([term.above for term in usual], bonus)
    over = sum([term.below for term in usual])
    value = Fraction(total, over) if over else None
    steps.append(_quotient(step, _spelled(total, one), _spelled(over, one), value))
    return value


def _kept(
    rules: GradingRules, step: Step, terms: Sequence[Term], bonus: int, steps: list[Step]
) -> list[Term]:
    weighing = [term for term in terms if term.below]
    kept = best(_pools(dict(rules.drop_lowest), weighing), bonus)
    chosen = {id(term) for term in kept}
    dropped = [term.part.item.assessment for term in weighing if id(term) not in chosen]
    if dropped:
        steps.append({**step, "dropped": dropped})
    return kept


def _pools(drops: Mapping[str, int], terms: Sequence[Term]) -> list[Pool]:
    """Group what competes with each other for being dropped."""
    if EACH in drops:
        return [Pool(tuple(terms), drops[EACH])] if terms else []
    by_category: dict[str, list[Term]] = {}
    for term in terms:
        by_category.setdefault(term.part.item.category, []).append(term)
    return [Pool(tuple(found), drops.get(name, 0)) for name, found in by_category.items()]


def _capped(
    rules: GradingRules, kind: str, value: Fraction | None, steps: list[Step]
) -> Fraction | None:
    most = None if rules.cap is None else Fraction(rules.cap) / 100
    if value is None or most is None or value <= most:
        return value
    steps.append({"of": kind, "step": "cap", "from": str(value), "to": str(most)})
    return most


def _quotient(step: Step, above: str, below: str, value: Fraction | None) -> Step:
    """Nothing below the line is undefined, and not zero."""
    return {**step, "sum": above, "over": below, "value": None if value is None else str(value)}


def _spelled(above: int, below: int) -> str:
    """Spell a fraction in lowest terms, as `Fraction` does."""
    common = gcd(above, below)
    return str(above // common) if common == below else f"{above // common}/{below // common}"
