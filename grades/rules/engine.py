"""From results to a grade, exactly, with every step written down.

The order is: status, category, total, rounding, threshold. Each stage takes
fractions and gives fractions; only rounding leaves them, and it is done once.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from grades.domain import (
    Aggregation,
    Assessment,
    Evaluation,
    GradingRules,
    Item,
    Publish,
    Result,
    Status,
    Verdict,
    Weighting,
)
from grades.rules.numbers import rounded
from grades.rules.parsing import as_mapping, parse

ENGINE = 1  # raised when the same inputs would give another trace
NOTHING = Fraction(0)
SCORED = frozenset({Status.GRADED, Status.PENDING})
Step = dict[str, Any]


def items_of(assessments: Iterable[Assessment], evaluations: Iterable[Evaluation]) -> list[Item]:
    """Set what a student achieved beside what the course asks for.

    An assessment without an evaluation is missing; the definition decides
    maximum, weight and category, so that changing it changes every student.
    """
    found = {evaluation.assessment: evaluation for evaluation in evaluations}
    return [_item(asked, found.get(asked.id)) for asked in assessments]


def _item(asked: Assessment, evaluation: Evaluation | None) -> Item:
    return Item(
        assessment=asked.id,
        category=asked.counts_as,
        max=asked.max,
        weight=asked.weight,
        status=Status.MISSING if evaluation is None else evaluation.status,
        score=None if evaluation is None else evaluation.score,
        version=0 if evaluation is None else evaluation.version,
    )


def grade(rules: GradingRules, items: Iterable[Item], publish: Publish | None = None) -> Result:
    """Return the result of one student in one course, with its explanation.

    `publish` overrides the rules' policy: a closed period publishes `final`.
    """
    shown = publish or rules.publish
    ordered = sorted(items, key=lambda item: item.assessment)
    steps: list[Step] = []
    graded = [item for item in ordered if item.status is Status.GRADED]
    asked = [item for item in ordered if item.status is not Status.EXCUSED]
    numbers = {
        Publish.CURRENT: _published(rules, Publish.CURRENT, graded, steps),
        Publish.FINAL: _published(rules, Publish.FINAL, asked, steps),
    }
    verdict = _verdict(rules, numbers[shown])
    flags = _flags(rules, asked, numbers[shown])
    trace = {
        "engine": ENGINE,
        "rules": as_mapping(rules),
        "publish": str(shown),
        "inputs": [_input(item) for item in ordered],
        "steps": steps,
        "flags": list(flags),
        "result": {
            "current": _text(numbers[Publish.CURRENT]),
            "final": _text(numbers[Publish.FINAL]),
            "verdict": str(verdict),
        },
    }
    return Result(
        current=numbers[Publish.CURRENT],
        final=numbers[Publish.FINAL],
        published=numbers[shown],
        verdict=verdict,
        graded=len(graded),
        flags=flags,
        trace=trace,
        hash=digest(trace),
    )


def verify(trace: Mapping[str, Any]) -> Result:
    """Derive a result again from nothing but its explanation.

    Equal hashes prove that the stored grade follows from the stored inputs.
    """
    rules = parse(trace["rules"])
    items = [
        Item(
            assessment=given["assessment"],
            category=given["category"],
            max=Decimal(given["max"]),
            weight=Decimal(given["weight"]),
            status=Status(given["status"]),
            score=None if given["score"] is None else Decimal(given["score"]),
            version=given["version"],
        )
        for given in trace["inputs"]
    ]
    return grade(rules, items, Publish(trace["publish"]))


def digest(trace: Mapping[str, Any]) -> str:
    """Return the fingerprint of a trace, the same however its keys are ordered."""
    written = json.dumps(trace, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(written.encode()).hexdigest()


def _published(
    rules: GradingRules, kind: Publish, items: Sequence[Item], steps: list[Step]
) -> Decimal | None:
    if rules.weighting is Weighting.ITEMS:
        value = _by_items(kind, items, steps)
    else:
        value = _by_categories(rules, kind, items, steps)
    if value is None:
        return None
    number = rounded(100 * value, rules.places, rules.rounding)
    steps.append({"of": str(kind), "step": "round", "from": str(100 * value), "to": str(number)})
    return number


def _by_items(kind: Publish, items: Sequence[Item], steps: list[Step]) -> Fraction | None:
    weighted = sum((Fraction(item.weight) * _ratio(item) for item in items), NOTHING)
    weight = sum((Fraction(item.weight) for item in items), NOTHING)
    return _quotient({"of": str(kind), "step": "total"}, weighted, weight, steps)


def _by_categories(
    rules: GradingRules, kind: Publish, items: Sequence[Item], steps: list[Step]
) -> Fraction | None:
    """Weigh the categories that have a value; the others' weight is spread over them."""
    weighted = weight = NOTHING
    for name, share in rules.weights:
        # Inside a category an item's own weight is not used, except that 0 keeps it out.
        inside = [item for item in items if item.category == name and item.weight]
        value = _category(rules, kind, name, inside, steps)
        if value is not None:
            weighted += share * value
            weight += share
    return _quotient({"of": str(kind), "step": "total"}, weighted, weight, steps)


def _category(
    rules: GradingRules, kind: Publish, name: str, items: Sequence[Item], steps: list[Step]
) -> Fraction | None:
    if rules.aggregation is Aggregation.POINTS:
        above = sum((_score(item) for item in items), NOTHING)
        below = sum((Fraction(item.max) for item in items), NOTHING)
    else:
        above = sum((_ratio(item) for item in items), NOTHING)
        below = Fraction(len(items))
    return _quotient({"of": str(kind), "step": "category", "category": name}, above, below, steps)


def _quotient(step: Step, above: Fraction, below: Fraction, steps: list[Step]) -> Fraction | None:
    """Divide and write it down; nothing below the line is undefined, and not zero."""
    value = above / below if below else None
    steps.append({**step, "sum": str(above), "over": str(below), "value": _text(value)})
    return value


def _score(item: Item) -> Fraction:
    """What counts: nothing without a score.

    A pending item may carry one already (a test marked by machine that a
    teacher has yet to review); it counts in `final` and not in `current`.
    """
    if item.score is None or item.status not in SCORED:
        return NOTHING
    return Fraction(item.score)


def _ratio(item: Item) -> Fraction:
    return _score(item) / Fraction(item.max)


def _verdict(rules: GradingRules, number: Decimal | None) -> Verdict:
    if number is None or rules.min_passing is None:
        return Verdict.UNDEFINED
    return Verdict.PASSED if number >= rules.min_passing else Verdict.FAILED


def _flags(rules: GradingRules, asked: Sequence[Item], number: Decimal | None) -> tuple[str, ...]:
    """Say what a reader of the number should know."""
    flags = [] if number is not None else ["undefined"]
    if rules.weighting is Weighting.CATEGORIES:
        known = {name for name, _ in rules.weights}
        used = {item.category for item in asked if item.weight}
        flags += [
            f"empty_category:{name}" for name, share in rules.weights if share and name not in used
        ]
        flags += [f"unweighted_category:{name}" for name in sorted(used - known)]
    return tuple(flags)


def _input(item: Item) -> dict[str, Any]:
    return {
        "assessment": item.assessment,
        "category": item.category,
        "max": str(item.max),
        "weight": str(item.weight),
        "status": str(item.status),
        "score": _text(item.score),
        "version": item.version,
    }


def _text(number: Decimal | Fraction | None) -> str | None:
    return None if number is None else str(number)
