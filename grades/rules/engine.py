"""From results to a grade, exactly, with every step written down.

The order is: status, lateness, curve, category, total, scale, rounding, floor,
thresholds. Each stage takes fractions and gives fractions; only rounding leaves
them, and it is done once.
"""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from math import lcm
from operator import attrgetter
from typing import Any

from grades.domain import GradingRules, Item, Publish, Result, Scale, Status, Verdict, Weighting
from grades.rules.digests import digest
from grades.rules.numbers import Ratio, rounded_ratio, spelled
from grades.rules.parsing import as_mapping, parse
from grades.rules.parts import Part, Step, as_input, from_input, parts_of
from grades.rules.totals import Known, total

ENGINE = 1  # raised when the same inputs would give another trace
USUAL = Scale()


def grade(rules: GradingRules, items: Iterable[Item], publish: Publish | None = None) -> Result:
    """Return the result of one student in one course, with its explanation.

    `publish` overrides the rules' policy: a closed period publishes `final`.
    """
    shown = publish or rules.publish
    ordered = sorted(items, key=attrgetter("assessment"))
    steps: list[Step] = []
    asked = parts_of(rules, ordered, steps)
    graded = [part for part in asked if part.item.status is Status.GRADED]
    known: Known = {}
    current, current_by = _published(rules, Publish.CURRENT, graded, steps, known)
    final, final_by = _published(rules, Publish.FINAL, asked, steps, known)
    number, by = (current, current_by) if shown is Publish.CURRENT else (final, final_by)
    below = _below_minimum(rules, by, steps)
    verdict = _verdict(rules, number, below)
    letter = _letter(rules, number)
    flags = _flags(rules, asked, number, below, by)
    result = {"current": _text(current), "final": _text(final), "verdict": str(verdict)}
    trace = {
        "engine": ENGINE,
        "rules": _written(rules),
        "publish": str(shown),
        "inputs": [as_input(item) for item in ordered],
        "steps": steps,
        "flags": list(flags),
        "result": result if letter is None else {**result, "letter": letter},
    }
    return Result(
        current=current,
        final=final,
        published=number,
        verdict=verdict,
        graded=len(graded),
        flags=flags,
        trace=trace,
        hash=digest(trace),
        letter=letter,
    )


def verify(trace: Mapping[str, Any]) -> Result:
    """Derive a result again from nothing but its explanation.

    Equal hashes prove that the stored grade follows from the stored inputs.
    """
    items = [from_input(given) for given in trace["inputs"]]
    return grade(parse(trace["rules"]), items, Publish(trace["publish"]))


@lru_cache(maxsize=64)
def _written(rules: GradingRules) -> Mapping[str, Any]:
    """A whole school is graded by the same few rules; no explanation changes them."""
    return as_mapping(rules)


def _published(
    rules: GradingRules, kind: Publish, parts: Sequence[Part], steps: list[Step], known: Known
) -> tuple[Decimal | None, Mapping[str, Ratio]]:
    """Return the number that people see, and what the categories are worth."""
    of = str(kind)
    value, by = total(rules, of, parts, steps, known)
    if value is None:
        return None, by
    scaled = _scaled(rules, value)
    exactly = spelled(*scaled)
    if rules.scale != USUAL:
        steps.append({"of": of, "step": "scale", "from": spelled(*value), "to": exactly})
    number = rounded_ratio(*scaled, rules.places, rules.rounding)
    steps.append({"of": of, "step": "round", "from": exactly, "to": str(number)})
    return _floored(rules, of, number, steps), by


def _scaled(rules: GradingRules, value: Ratio) -> Ratio:
    above, below = value
    lowest, span, one = _line(rules.scale)
    return lowest * below + span * above, one * below


@lru_cache(maxsize=64)
def _line(scale: Scale) -> tuple[int, int, int]:
    """Return a scale's lowest number and its length as whole numbers over one denominator."""
    lowest, highest = Fraction(scale.lowest), Fraction(scale.highest)
    one = lcm(lowest.denominator, highest.denominator)
    return int(lowest * one), int((highest - lowest) * one), one


def _floored(rules: GradingRules, of: str, number: Decimal, steps: list[Step]) -> Decimal:
    if rules.floor is None or number >= rules.floor:
        return number
    floor = rules.floor.quantize(number)
    steps.append({"of": of, "step": "floor", "from": str(number), "to": str(floor)})
    return floor


def _below_minimum(rules: GradingRules, by: Mapping[str, Ratio], steps: list[Step]) -> list[str]:
    """Compare categories with their gates, as people see them: scaled and rounded.

    A category without a value yet holds nobody back.
    """
    below = []
    for name, minimum in rules.minimums:
        if name not in by:
            continue
        number = rounded_ratio(*_scaled(rules, by[name]), rules.places, rules.rounding)
        step: Step = {"step": "gate", "category": name, "number": str(number)}
        steps.append({**step, "minimum": str(minimum), "met": number >= minimum})
        if number < minimum:
            below.append(name)
    return below


def _verdict(rules: GradingRules, number: Decimal | None, below: Sequence[str]) -> Verdict:
    if number is None or rules.min_passing is None:
        return Verdict.UNDEFINED
    return Verdict.PASSED if number >= rules.min_passing and not below else Verdict.FAILED


def _letter(rules: GradingRules, number: Decimal | None) -> str | None:
    if number is None:
        return None
    return next((name for name, lowest in rules.letters if number >= lowest), None)


def _flags(
    rules: GradingRules,
    asked: Sequence[Part],
    number: Decimal | None,
    below: Sequence[str],
    by: Mapping[str, Ratio],
) -> tuple[str, ...]:
    """Say what a reader of the number should know."""
    flags = [] if number is not None else ["undefined"]
    if rules.weighting is Weighting.CATEGORIES:
        weighing = [part.item for part in asked if part.item.weight]
        used = {item.category for item in weighing if not item.extra_credit}
        flags += [
            f"empty_category:{name}" for name, share in rules.weights if name not in used and share
        ]
        unweighted = {item.category for item in weighing}.difference(dict(rules.weights))
        flags += [f"unweighted_category:{name}" for name in sorted(unweighted)]
    flags += [f"below_minimum:{name}" for name in below]
    flags += [f"minimum_open:{name}" for name, _ in rules.minimums if name not in by]
    return tuple(flags)


def _text(number: Decimal | Fraction | None) -> str | None:
    return None if number is None else str(number)
