"""Whether a verdict hangs on rounding, on the last place, or on one result that is not there.

It is computed from a stored trace and nothing else, by asking the engine again: what it says
here is what it would publish.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

from grades.domain import GradingRules, Item, Publish, Result, Rounding, Status, Verdict
from grades.domain.reports import Boundary, Decisive, Hangs
from grades.rules.engine import grade
from grades.rules.parsing import parse
from grades.rules.parts import from_input

ABSENT = frozenset({Status.MISSING, Status.PENDING})
OTHER = {Rounding.HALF_UP: Rounding.TRUNCATE, Rounding.TRUNCATE: Rounding.HALF_UP}
NOTHING = Decimal(0)


def boundary(trace: Mapping[str, Any]) -> Boundary | None:
    """Return what the verdict of a grade hangs on; None if on nothing, or if it has none."""
    rules, shown = parse(trace["rules"]), Publish(trace["publish"])
    items = [from_input(given) for given in trace["inputs"]]
    now = grade(rules, items, shown)
    if now.verdict is Verdict.UNDEFINED or now.published is None or rules.min_passing is None:
        return None
    exact = _exact(now, shown)
    decisive = tuple(_decisive(rules, items, shown, now.verdict))
    hangs = {
        Hangs.ROUNDING: _by_rounding(rules, items, shown, now, exact),
        Hangs.LAST_PLACE: abs(now.published - rules.min_passing)
        <= Decimal(1).scaleb(-rules.places),
        Hangs.ITEM: bool(decisive),
    }
    found = tuple(why for why, true in hangs.items() if true)
    if not found:
        return None
    return Boundary(now.published, exact, rules.min_passing, now.verdict, found, decisive)


def _exact(result: Result, shown: Publish) -> Fraction:
    """The value that was rounded, on the scale that people see."""
    return next(
        Fraction(step["from"])
        for step in result.trace["steps"]
        if step["step"] == "round" and step["of"] == shown
    )


def _by_rounding(
    rules: GradingRules, items: list[Item], shown: Publish, now: Result, exact: Fraction
) -> bool:
    least = rules.min_passing or NOTHING
    floored = exact if rules.floor is None else max(exact, Fraction(rules.floor))
    passes = (now.published or NOTHING) >= least
    if (floored >= Fraction(least)) is not passes:
        return True
    other = replace(rules, rounding=OTHER[rules.rounding])
    return grade(other, items, shown).verdict is not now.verdict


def _decisive(
    rules: GradingRules, items: list[Item], shown: Publish, verdict: Verdict
) -> Iterator[Decisive]:
    for place, item in enumerate(items):
        if item.status not in ABSENT:
            continue
        full, zero = (
            grade(rules, [*items[:place], _with(item, score), *items[place + 1 :]], shown)
            for score in (item.max, NOTHING)
        )
        if {full.verdict, zero.verdict} != {verdict}:
            yield Decisive(
                item.assessment,
                item.open,
                full.published,
                zero.published,
                full.verdict,
                zero.verdict,
            )


def _with(item: Item, score: Decimal) -> Item:
    """The same as if it had been handed in now and marked so."""
    return replace(item, status=Status.GRADED, score=score, open=False)
