"""From points to categories to the total, exactly, with every step written down."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction

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
    def term(part: Part) -> Term:
        weight = Fraction(part.item.weight)
        return Term(part, weight * part.ratio, weight)

    above, below = _sums(rules, {"of": kind, "step": "drop"}, map(term, parts), steps)
    return _quotient({"of": kind, "step": "total"}, above, below, steps)


def _by_categories(
    rules: GradingRules,
    kind: str,
    parts: Sequence[Part],
    steps: list[Step],
    values: dict[str, Fraction],
) -> Fraction | None:
    """Weigh the categories that have a value; the others' weight is spread over them."""
    weighted = weight = NOTHING
    for name, share in rules.weights:
        # Inside a category an item's own weight is not used, except that 0 keeps it out.
        inside = [part for part in parts if part.item.category == name and part.item.weight]
        step = {"of": kind, "step": "category", "category": name}
        value = _category(rules, step, inside, steps)
        if value is not None:
            values[name] = value
            weighted += share * value
            weight += share
    return _quotient({"of": kind, "step": "total"}, weighted, weight, steps)


def _category(
    rules: GradingRules, step: Step, parts: Sequence[Part], steps: list[Step]
) -> Fraction | None:
    term = TERMS[rules.aggregation]
    above, below = _sums(rules, {**step, "step": "drop"}, map(term, parts), steps)
    return _quotient(step, above, below, steps)


def _by_points(part: Part) -> Term:
    return Term(part, part.points, Fraction(part.item.max))


def _by_ratio(part: Part) -> Term:
    return Term(part, part.ratio, Fraction(1))


TERMS: Mapping[Aggregation, Callable[[Part], Term]] = {
    Aggregation.POINTS: _by_points,
    Aggregation.MEAN_OF_RATIOS: _by_ratio,
}


def _sums(
    rules: GradingRules, step: Step, terms: Iterable[Term], steps: list[Step]
) -> tuple[Fraction, Fraction]:
    """Add up; extra credit stands above the line only, and is never dropped."""
    usual, bonus = [], NOTHING
    for term in terms:
        if term.part.item.extra_credit:
            bonus += term.above
        else:
            usual.append(term)
    if rules.drop_lowest:
        usual = _kept(rules, step, usual, bonus, steps)
    above = sum((term.above for term in usual), bonus)
    return above, sum((term.below for term in usual), NOTHING)


def _kept(
    rules: GradingRules, step: Step, terms: Sequence[Term], bonus: Fraction, steps: list[Step]
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


def _quotient(step: Step, above: Fraction, below: Fraction, steps: list[Step]) -> Fraction | None:
    """Divide and write it down; nothing below the line is undefined, and not zero."""
    value = above / below if below else None
    told = None if value is None else str(value)
    steps.append({**step, "sum": str(above), "over": str(below), "value": told})
    return value
