"""How fast grades are computed, explanation included: `make bench NAME=engine`.

Every student of a real university (OULAD, from ../shared/data), by the engine and by the same
features written plainly in floats, in turn, on one core, in CPU time. Both make a trace and hash
it with the same encoder. The slowest form of rules is judged: it fails below 10,000 results a
second. The ratio says what being exact costs.
"""

import csv
import statistics
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from bench.harness import LEAST_ROUNDS, Rounds
from grades import rules
from grades.domain import Aggregation, GradingRules, Item, Rounding, Status, Weighting

DATA = Path(__file__).parents[2] / "shared" / "data" / "oulad"
ROUNDS, TARGET = max(7, LEAST_ROUNDS), 10_000
FORMS: dict[str, dict[str, Any]] = {
    "items": {"min_passing": 40},
    "categories": {
        "weights": {"TMA": 60, "CMA": 30, "Exam": 10},
        "min_passing": 40,
        "letters": {"A": 85, "B": 60, "C": 0},
    },
    "drops": {
        "weights": {"TMA": 60, "CMA": 30, "Exam": 10},
        "min_passing": 40,
        "drop_lowest": {"TMA": 1},
        "letters": {"A": 85, "B": 60, "C": 0},
    },
    "report card": {
        "weights": {"TMA": 60, "CMA": 30, "Exam": 10},
        "sep": {"level": "primaria", "grade": 4, "year": "2026-2027"},
        "missing": 20,
        "drop_lowest": 1,
        "minimums": {"TMA": 5},
        "letters": {"A": 9, "B": 6, "C": 5},
    },
}
Grade = Callable[[GradingRules, list[Item]], object]


def rows(name: str) -> Iterator[dict[str, str]]:
    with (DATA / name).open() as lines:
        yield from csv.DictReader(lines)


def university() -> list[list[Item]]:
    """What each student of each course achieved."""
    asked: dict[tuple[str, str], list[dict[str, str]]] = defaultdict(list)
    course_of = {}
    for row in rows("assessments.csv"):
        course = row["code_module"], row["code_presentation"]
        asked[course].append(row)
        course_of[row["id_assessment"]] = course
    scores: dict[tuple[tuple[str, str], str], dict[str, str]] = defaultdict(dict)
    for row in rows("studentAssessment.csv"):
        if row["score"] not in {"", "?"}:
            student = course_of[row["id_assessment"]], row["id_student"]
            scores[student][row["id_assessment"]] = row["score"]
    return [[_item(row, done) for row in asked[course]] for (course, _), done in scores.items()]


def _item(row: dict[str, str], done: dict[str, str]) -> Item:
    score = done.get(row["id_assessment"])
    return Item(
        assessment=row["id_assessment"],
        category=row["assessment_type"],
        max=Decimal(100),
        weight=rules.exact(row["weight"]),
        status=Status.MISSING if score is None else Status.GRADED,
        score=None if score is None else Decimal(score),
        version=0 if score is None else 1,
    )


def in_floats(by: GradingRules, items: list[Item]) -> object:
    """The same features as a gradebook without exactness would have them, trace and hash too."""
    ordered = sorted(items, key=lambda item: item.assessment)
    steps: list[dict[str, Any]] = []
    asked = [one for one in ordered if one.status not in {Status.EXCUSED, Status.EXEMPT}]
    graded = [one for one in asked if one.status is Status.GRADED]
    numbers: dict[str, float | None] = {}
    worth: dict[str, dict[str, float]] = {"current": {}, "final": {}}
    for kind, counted in (("current", graded), ("final", asked)):
        value = _total(by, kind, counted, steps, worth[kind])
        numbers[kind] = None if value is None else max(_shown(by, value), float(by.floor or 0))
        steps.append({"of": kind, "step": "round", "from": value, "to": numbers[kind]})
    number, told = numbers[str(by.publish)], worth[str(by.publish)]
    gates = [(name, _shown(by, told[name]), low) for name, low in by.minimums if name in told]
    steps += [{"step": "gate", "category": name, "number": shown} for name, shown, _ in gates]
    held = any(shown < low for _, shown, low in gates)
    passed = number is not None and number >= float(by.min_passing or 0) and not held
    letter = next((n for n, low in by.letters if number is not None and number >= low), None)
    trace = {
        "rules": _written(by),
        "inputs": [_input(one) for one in ordered],
        "steps": steps,
        "result": {**numbers, "passed": passed, "letter": letter},
    }
    return numbers, passed, letter, trace, rules.digest(trace)


@cache
def _written(by: GradingRules) -> dict[str, Any]:
    return rules.as_mapping(by)


def _input(one: Item) -> dict[str, Any]:
    return {
        "assessment": one.assessment,
        "category": one.category,
        "max": float(one.max),
        "weight": float(one.weight),
        "status": one.status.value,
        "score": None if one.score is None else float(one.score),
        "version": one.version,
    }


def _shown(by: GradingRules, value: float) -> float:
    lowest, highest = float(by.scale.lowest), float(by.scale.highest)
    scaled = lowest + value * (highest - lowest)
    if by.rounding is Rounding.HALF_UP:
        return round(scaled, by.places)
    tens = float(10**by.places)
    return int(scaled * tens) / tens


def _total(
    by: GradingRules, kind: str, items: list[Item], steps: list[Any], worth: dict[str, float]
) -> float | None:
    if by.weighting is Weighting.ITEMS:
        terms = [(float(i.weight) * _points(by, i) / float(i.max), float(i.weight)) for i in items]
        return _quotient({"of": kind, "step": "total"}, terms, steps)
    known = []
    for name, share in by.weights:
        inside = [one for one in items if one.category == name and one.weight]
        terms = [(_points(by, one), float(one.max)) for one in inside]
        if by.aggregation is Aggregation.MEAN_OF_RATIOS:
            terms = [(above / below, 1.0) for above, below in terms]
        terms.sort(key=lambda term: term[0] / term[1])
        drops = dict(by.drop_lowest)
        drop = drops.get("", drops.get(name, 0))
        terms = terms[min(drop, max(0, len(terms) - 1)) :]
        step = {"of": kind, "step": "category", "category": name}
        value = _quotient(step, terms, steps)
        if value is not None:
            worth[name] = value
            known.append((float(share) * value, float(share)))
    return _quotient({"of": kind, "step": "total"}, known, steps)


def _points(by: GradingRules, item: Item) -> float:
    if item.score is None:
        return float(item.max) * float(by.missing) / 100
    return float(item.score)


def _quotient(
    step: dict[str, Any], terms: list[tuple[float, float]], steps: list[Any]
) -> float | None:
    above, below = sum(term[0] for term in terms), sum(term[1] for term in terms)
    value = above / below if below else None
    steps.append({**step, "sum": above, "over": below, "value": value})
    return value


def _spent(compute: Grade, by: GradingRules, students: list[list[Item]]) -> float:
    began = time.process_time()
    for items in students:
        compute(by, items)
    return time.process_time() - began


def main() -> int:
    if not DATA.exists():
        print(f"{DATA} is missing: nothing was measured")
        return 1
    students = university()
    slowest: tuple[float, Rounds] | None = None
    for name, form in FORMS.items():
        by = rules.parse(form)
        pairs = [
            (_spent(rules.grade, by, students), _spent(in_floats, by, students))
            for _ in range(ROUNDS)
        ]
        rounds = Rounds(*zip(*pairs, strict=True))
        rate = len(students) / statistics.median(rounds.ours)
        if slowest is None or rate < slowest[0]:
            slowest = rate, rounds
        print(
            f"{name:<12}{rate:8,.0f} results a second exact,"
            f" {len(students) / statistics.median(rounds.theirs):8,.0f} in floats,"
            f" ratio {rounds.ratio:.2f} ({rounds.range} in {ROUNDS} rounds)"
        )
    assert slowest is not None
    rate, rounds = slowest
    met = rate >= TARGET
    print(
        f"BENCH engine ratio={rounds.ratio:.2f} range={rounds.range}"
        f" rate={rate:.0f}/s target={TARGET}/s {'met' if met else 'short'}"
    )
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
