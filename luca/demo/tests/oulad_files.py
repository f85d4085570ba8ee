"""Writes small OULAD folders, right and wrong, for the tests."""

from __future__ import annotations

import csv
import gzip
import io
from typing import TYPE_CHECKING, Any

from luca.demo.oulad.tables import TABLES

if TYPE_CHECKING:
    from pathlib import Path

HEADERS = {table.name: table.columns for table in TABLES}
Rows = dict[str, list[tuple[Any, ...]]]


def small() -> Rows:
    """One module that nobody has seen, with two presentations and every trap."""
    return {
        "courses": [("XYZ", "2020J", 100), ("XYZ", "2021B", 90)],
        "assessments": [
            # Coursework that adds to 300, with an unknown date and a weight of nothing.
            ("XYZ", "2020J", 1, "TMA", 10, 100),
            ("XYZ", "2020J", 2, "CMA", None, 199.5),
            ("XYZ", "2020J", 3, "TMA", 50, 0.5),
            ("XYZ", "2020J", 4, "TMA", 60, 0),
            ("XYZ", "2020J", 5, "Exam", None, 100),
            # All weights zero, and an exam that nobody sat.
            ("XYZ", "2021B", 6, "TMA", 10, 0),
            ("XYZ", "2021B", 7, "Exam", None, 100),
        ],
        "studentInfo": [
            ("XYZ", "2020J", 100, "F", "Wales", "Pass"),
            ("XYZ", "2020J", 101, "M", "Scotland", "Withdrawn"),
            ("XYZ", "2020J", 102, None, None, "Fail"),
            ("XYZ", "2021B", 100, "F", "Wales", "Pass"),
        ],
        "studentRegistration": [("XYZ", "2020J", 101, -20, 13)],
        "studentAssessment": [
            (1, 100, 9, 0, 80),
            (2, 100, -1, 1, 0),  # banked, and zero is a score
            (5, 100, 99, 0, 55),
            (1, 101, 20, 0, None),  # not graded
            (4, 102, 61, 0, 66),  # graded, and weighs nothing
            (6, 100, 9, 0, 90),
        ],
        "vle": [(7, "XYZ", "2020J", "forumng")],
        "studentVle": [
            ("XYZ", "2020J", 100, 7, -5, 3),
            ("XYZ", "2020J", 100, 7, -5, 3),  # the same again: two events
            ("XYZ", "2020J", 101, 8, 100, 1),  # the last day; a site that is not listed
            ("XYZ", "2021B", 100, 9, 0, 2),
        ],
    }


def write(folder: Path, rows: Rows, *, dialect: str = "?", packed: tuple[str, ...] = ()) -> Path:
    """Write the tables; the second dialect is empty strings and CRLF."""
    folder.mkdir(parents=True, exist_ok=True)
    missing, end = ("?", "\n") if dialect == "?" else ("", "\r\n")
    for name, table in rows.items():
        text = io.StringIO()
        writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator=end)
        writer.writerow(HEADERS[name.partition("_")[0]])
        writer.writerows([[missing if cell is None else cell for cell in row] for row in table])
        data = text.getvalue().encode()
        (folder / f"{name}.csv").write_bytes(gzip.compress(data) if name in packed else data)
    return folder
