"""The second opinion on grades, by cases worked out on paper and by the university's data."""

from __future__ import annotations

import csv
import gzip
from fractions import Fraction
from pathlib import Path

import pytest

from luca.demo.expected import Expected, Work, grade
from luca.demo.oulad import reading, tables
from luca.demo.oulad.domain import Key
from luca.demo.oulad.skips import Skips

DATA = Path(__file__).parents[3] / ".." / "shared" / "data"
WEIGHTS = {"exam": Fraction(7, 10), "homework": Fraction(2, 10), "quiz": Fraction(1, 10)}


def work(
    category: str, score: int | None, top: int = 100, weight: int = 1, *, excused: bool = False
) -> Work:
    points = None if score is None else Fraction(score)
    return Work(category, Fraction(top), Fraction(weight), points, excused)


@pytest.mark.parametrize(
    ("done", "expected"),
    [
        ([work("", 80, weight=100), work("", None, weight=200)], ("80.0", "26.7")),
        ([work("", 0, weight=10), work("", 5, top=10, weight=30)], ("37.5", "37.5")),
        ([work("", 70, weight=0), work("", 90, weight=0)], (None, None)),
        ([work("", 70, excused=True)], (None, None)),
        ([work("", None)], (None, "0.0")),
        ([], (None, None)),
    ],
)
def test_weighted_items(done: list[Work], expected: tuple[str | None, str | None]) -> None:
    assert grade(done) == Expected(*expected)


@pytest.mark.parametrize(
    ("done", "expected"),
    [
        ([work("exam", 80), work("homework", 9, 10), work("quiz", 20, 20)], ("84.0", "84.0")),
        # Without an exam the rest counts for all of it: (18 + 10) / 30.
        ([work("exam", None), work("homework", 9, 10), work("quiz", 20, 20)], ("93.3", "28.0")),
        ([work("exam", 50, excused=True), work("quiz", 5, 10)], ("50.0", "50.0")),
        ([work("homework", 9, 10), work("homework", None, 10)], ("90.0", "45.0")),
        ([work("other", 100)], (None, None)),
    ],
)
def test_weighted_categories(done: list[Work], expected: tuple[str | None, str | None]) -> None:
    assert grade(done, WEIGHTS) == Expected(*expected)


@pytest.mark.skipif(
    not (DATA / "oracle").is_dir(), reason="../shared/data is not beside this checkout"
)
def test_it_agrees_with_the_published_oracle_on_every_row() -> None:
    data = reading.read(tables.find(DATA / "oulad"), Skips())
    rows = 0
    with gzip.open(DATA / "oracle" / "consolidated.csv.gz", "rt", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            rows += 1
            key = Key(row["code_module"], row["code_presentation"])
            found = data.presentations[key].work_of(row["id_student"], exam=False)
            given = (row["cw_avg_submitted_1dp"] or None, row["cw_avg_missing0_1dp"] or None)
            assert grade(found) == given, f"{key} {row['id_student']}"
    assert rows == 8657
