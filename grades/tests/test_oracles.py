"""Other people's numbers: published test cases, and a whole university's results."""

import csv
import gzip
import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from grades import rules
from grades.domain import Assessment, Evaluation, GradingRules, Item, Result, Status
from grades.tests.cast import item
from luca.kernel import clock
from luca.kernel.ids import AssessmentId, PeriodId, StudentId, SubjectId

SHARED = Path(__file__).parents[3] / "shared"
CASES = SHARED / "oracle" / "grade_cases.json"
DATA = SHARED / "data"

# What our defaults or options cover; the reasons for the rest are in DECLINED.
COVERED = {
    "canvas-01",
    "canvas-02b",
    "canvas-04",
    "canvas-06",
    "canvas-07b",
    "canvas-07d",
    "canvas-09c",
    "canvas-11a",
    "canvas-12",
    "canvas-14a",
    "canvas-14c",
    "canvas-15a",
    "canvas-15e",
    "canvas-20",
    "canvas-22",
    "canvas-24",
    "canvas-40",
    "canvas-42",
    "canvas-43b",
    "canvas-44",
    "canvas-45",
    "moodle-01",
    "moodle-03",
    "moodle-08",
    "moodle-10",
    "moodle-11",
    "moodle-13",
    "moodle-16",
    "moodle-18",
    "moodle-20",
    "moodle-22",
    "moodle-23",
    "moodle-25",
    "moodle-27",
    "openedx-01",
    "sep-01",
    "sep-03",
    "sep-05",
    "sep-07",
    "sep-09",
    "sep-11",
    "sep-13",
    "curve-sqrt-1",
    "curve-sqrt-3",
    "curve-sqrt-5",
    "curve-sqrt-7",
    "curve-flat-1",
    "curve-flat-3",
    "curve-mean-1",
}


def cases(*ops: str) -> list[Any]:
    if not CASES.exists():
        reason = f"{CASES} is missing: nothing was checked against published cases"
        return [pytest.param({}, marks=pytest.mark.skip(reason=reason))]
    every = json.loads(CASES.read_text())["cases"]
    return [
        pytest.param(case, id=case["id"])
        for case in every
        if case["op"] in ops and case["id"] in COVERED
    ]


STATUSES = {"pending_review": Status.PENDING}


def _inside(category: dict[str, Any], n: int, *, by_points: bool) -> Iterator[Item]:
    for k, given in enumerate(category["items"]):
        # A hidden result is none yet: nothing now, and zero in the end.
        score = None if given.get("status") == "hidden" else given["score"]
        yield item(
            None if score is None else str(score),
            str(given["possible"]),
            category=f"c{n}",
            # The course total by points is the mean weighted by possible points.
            weight=str(given["possible"]) if by_points else 1,
            status=STATUSES.get(given.get("status", "")),
            name=f"{n}-{k}",
        )


def _places(by: Mapping[str, Any]) -> GradingRules:
    return rules.parse({**by, "places": 2})


@pytest.mark.parametrize("case", cases("course_total"))
def test_course_totals_as_published(case: dict[str, Any]) -> None:
    categories = case["input"]["categories"]
    by_points = case["input"]["weighting"] == "points"
    items = [
        found
        for n, category in enumerate(categories)
        for found in _inside(category, n, by_points=by_points)
    ]
    weights = {f"c{n}": category.get("weight", 1) for n, category in enumerate(categories)}
    by = {} if by_points else {"weights": weights, "normalise": True}
    drops = {f"c{n}": given.get("drop_lowest", 0) for n, given in enumerate(categories)}
    by = {**by, "drop_lowest": drops, "cap": "none"}
    _agrees(rules.grade(_places(by), items), case["expected"])


def _agrees(found: Result, expected: dict[str, Any]) -> None:
    for name, number in expected.items():
        assert getattr(found, name) == Decimal(str(number)).quantize(Decimal("0.01"))


@pytest.mark.parametrize("case", cases("year_from_weighted_periods"))
def test_years_of_weighted_periods_as_published(case: dict[str, Any]) -> None:
    for kind in ("current", "final"):
        items = [
            item(str(period[kind]), weight=str(period["weight"] or 0), name=str(n))
            for n, period in enumerate(case["input"]["periods"])
        ]
        _agrees(rules.grade(_places({}), items), {kind: case["expected"][kind]})


@pytest.mark.parametrize("case", cases("aggregate_percent", "aggregate_points"))
def test_categories_as_published(case: dict[str, Any]) -> None:
    given = case["input"]
    weights = given.get("weights", [1] * len(given["items"]))
    items = [
        item(score, most, weight=weight, name=str(n))
        for n, ((score, most), weight) in enumerate(zip(given["items"], weights, strict=True))
    ]
    aggregation = "mean_of_ratios" if given["method"] == "mean_of_ratios" else "points"
    by = {"weights": {"exam": 1}, "aggregation": aggregation, "places": 1}
    if "weights" in given:
        by = {"places": 2}
    expected = case["expected"]
    if isinstance(expected, list):
        expected = round(100 * expected[0] / expected[1], 1)
    assert float(rules.grade(rules.parse(by), items).current or -1) == expected


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with gzip.open(path, "rt") if path.suffix == ".gz" else path.open() as lines:
        yield from csv.DictReader(lines)


def _evaluation(row: dict[str, str]) -> Evaluation:
    return Evaluation(
        student=StudentId(row["id_student"]),
        subject=SubjectId(""),
        period=PeriodId(""),
        assessment=AssessmentId(row["id_assessment"]),
        status=Status.GRADED,
        score=rules.exact(row["score"]),
        max=Decimal(100),
        category="",
        recorded_at=clock.now(),
        recorded_by=None,
    )


def _university() -> tuple[dict[tuple[str, str], list[Assessment]], dict[Any, list[Evaluation]]]:
    asked: dict[tuple[str, str], list[Assessment]] = defaultdict(list)
    course_of: dict[str, tuple[str, str]] = {}
    for row in _rows(DATA / "oulad" / "assessments.csv"):
        if row["assessment_type"] in {"TMA", "CMA"}:
            course = row["code_module"], row["code_presentation"]
            course_of[row["id_assessment"]] = course
            asked[course].append(
                Assessment(
                    AssessmentId(row["id_assessment"]),
                    type=row["assessment_type"],
                    weight=rules.exact(row["weight"]),
                )
            )
    done: dict[Any, list[Evaluation]] = defaultdict(list)
    for row in _rows(DATA / "oulad" / "studentAssessment.csv"):
        if row["id_assessment"] in course_of and row["score"] not in {"?", ""}:
            done[(*course_of[row["id_assessment"]], row["id_student"])].append(_evaluation(row))
    return asked, done


def test_every_student_of_a_real_university_gets_the_right_result() -> None:
    oracle = DATA / "oracle" / "consolidated.csv.gz"
    if not oracle.exists():
        pytest.skip(f"{oracle} is missing: NOT ONE real result was checked")
    asked, done = _university()
    by = rules.parse({"weighting": "items"})
    wrong, rows = [], 0
    for row in _rows(oracle):
        rows += 1
        student = row["code_module"], row["code_presentation"], row["id_student"]
        found = rules.grade(by, rules.items_of(asked[student[:2]], done[student]))
        told = ["" if number is None else str(number) for number in (found.current, found.final)]
        if told != [row["cw_avg_submitted_1dp"], row["cw_avg_missing0_1dp"]]:
            wrong.append((student, told))
    assert rows == 8657
    assert wrong == []


def test_categories_of_a_real_university_get_the_right_result() -> None:
    """Each type alone, by weights: the same engine, another cut of the same data."""
    oracle = DATA / "oracle" / "consolidated_by_type.csv.gz"
    if not oracle.exists():
        pytest.skip(f"{oracle} is missing: NOT ONE real result was checked")
    asked, done = _university()
    by = rules.parse({})
    rows = 0
    for row in _rows(oracle):
        if row["assessment_type"] == "Exam":
            continue
        rows += 1
        student = row["code_module"], row["code_presentation"], row["id_student"]
        typed = [a for a in asked[student[:2]] if a.type == row["assessment_type"]]
        found = rules.grade(by, rules.items_of(typed, done[student]))
        told = ["" if number is None else str(number) for number in (found.current, found.final)]
        assert told == [row["avg_submitted_1dp"], row["avg_missing0_1dp"]], student
    assert rows > 10_000


def test_a_share_is_exact() -> None:
    assert rules.share("33.3%") == Fraction(333, 1000)
