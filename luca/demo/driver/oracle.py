"""What somebody else worked out from the same data, where it lies beside it.

The folder `oracle` next to the data (or in it) holds grades for every enrolment
and behaviour totals for every student. Without it nothing is compared.
"""

from __future__ import annotations

import csv
import gzip
from fractions import Fraction
from typing import TYPE_CHECKING

from behavior.domain import BACKFILL
from luca.demo.driver.table import Events
from luca.demo.oulad import mapping
from luca.demo.oulad.domain import Key

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from luca.demo.driver.table import Found
    from luca.demo.oulad.reading import Data

GRADES, BEHAVIOUR = "consolidated.csv.gz", "behaviour_by_student.csv.gz"
NOBODY = Events()


def compare(
    directory: Path, data: Data, with_events: frozenset[Key], found: Found
) -> dict[str, float]:
    """How many published rows there are for what was loaded, and how many are equal."""
    figures: dict[str, float] = {}
    grades = [row for row in _rows(directory, GRADES) if _key(row) in data.presentations]
    if grades:
        figures["oracle_rows"] = len(grades)
        figures["oracle_equal"] = sum(_same_grade(row, found) for row in grades)
    students = _totals(row for row in _rows(directory, BEHAVIOUR) if _key(row) in with_events)
    if students:
        figures["oracle_students"] = len(students)
        figures["oracle_students_equal"] = sum(
            found.events.get((*name, BACKFILL), NOBODY) == total for name, total in students.items()
        )
    return figures


def _same_grade(row: dict[str, str], found: Found) -> bool:
    key = _key(row)
    name = (mapping.school_id(key), row["id_student"], mapping.coursework(key), key.code)
    grade = found.grades.get(name)
    return grade is not None and (
        same_as_published(grade.current, row["cw_avg_submitted_1dp"])
        and same_as_published(grade.final, row["cw_avg_missing0_1dp"])
    )


def same_as_published(stored: str | None, published: str | None) -> bool:
    """Equal as numbers; undefined equals undefined only."""
    if stored is None or not published:
        return stored is None and not published
    return Fraction(stored) == Fraction(published)


def _totals(rows: Iterable[dict[str, str]]) -> dict[tuple[str, str], Events]:
    """By school and student: somebody in two presentations has the events of both."""
    found: dict[tuple[str, str], Events] = {}
    for row in rows:
        name = (mapping.school_id(_key(row)), row["id_student"])
        total = found.setdefault(name, Events())
        total.number += int(row["n_rows"])
        total.quantity += int(row["sum_click"])
    return found


def _key(row: dict[str, str]) -> Key:
    return Key(row["code_module"], row["code_presentation"])


def _rows(directory: Path, name: str) -> Iterator[dict[str, str]]:
    for folder in (directory / "oracle", directory.parent / "oracle"):
        if (folder / name).is_file():
            with gzip.open(folder / name, "rt", encoding="utf-8") as file:
                yield from csv.DictReader(file)
            return
