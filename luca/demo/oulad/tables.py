"""The OULAD tables as files: their columns, their two dialects, plain or gzip.

The data set circulates with missing values as "?" and as nothing (then with
CRLF), compressed or not, sometimes with a byte order mark and sometimes cut
into several files. All of that ends here: what leaves is rows of stripped text
in which None means missing.
"""

from __future__ import annotations

import csv
import gzip
import io
import re
import zlib
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MISSING = frozenset({"", "?"})
GZIP = b"\x1f\x8b"
BROKEN = (OSError, EOFError, UnicodeDecodeError, csv.Error, zlib.error)


class BadFiles(Exception):
    """The folder cannot be read at all; the message says everything that is wrong."""


@dataclass(frozen=True, slots=True)
class Table:
    """One table of the data set; `parts` when publishers cut it into several files."""

    name: str
    columns: tuple[str, ...]
    required: bool = True
    parts: bool = False


COURSES = Table("courses", ("code_module", "code_presentation", "module_presentation_length"))
ASSESSMENTS = Table(
    "assessments",
    ("code_module", "code_presentation", "id_assessment", "assessment_type", "date", "weight"),
)
STUDENTS = Table(
    "studentInfo",
    ("code_module", "code_presentation", "id_student", "gender", "region", "final_result"),
)
REGISTRATIONS = Table(
    "studentRegistration",
    ("code_module", "code_presentation", "id_student", "date_registration", "date_unregistration"),
    required=False,
)
SCORES = Table(
    "studentAssessment",
    ("id_assessment", "id_student", "date_submitted", "is_banked", "score"),
    required=False,
)
SITES = Table(
    "vle", ("id_site", "code_module", "code_presentation", "activity_type"), required=False
)
CLICKS = Table(
    "studentVle",
    ("code_module", "code_presentation", "id_student", "id_site", "date", "sum_click"),
    required=False,
    parts=True,
)
TABLES = (COURSES, ASSESSMENTS, STUDENTS, REGISTRATIONS, SCORES, SITES, CLICKS)


@dataclass(frozen=True, slots=True)
class Row:
    """One data row; `number` counts from 1 within its file, the header not included."""

    file: str  # without .gz, so that packing a file does not change what its rows are
    number: int
    values: dict[str, str | None]
    whole: bool  # False when it has more or fewer cells than the header

    def __getitem__(self, column: str) -> str | None:
        return self.values[column]


@dataclass(frozen=True, slots=True)
class Folder:
    """The files of one data set, found and with their columns checked."""

    files: dict[str, tuple[Path, ...]]

    def has(self, table: Table) -> bool:
        return bool(self.files[table.name])

    def rows(self, table: Table) -> Iterator[Row]:
        """Read a table's rows in file order; BadFiles when a file breaks off."""
        for path in self.files[table.name]:
            yield from _rows(path, table)

    def size(self, table: Table) -> int:
        """Bytes of a table's files as they are on disk."""
        return sum(path.stat().st_size for path in self.files[table.name])


def find(directory: Path) -> Folder:
    """Find the tables and check their columns, all of them before anything is read."""
    if not directory.is_dir():
        raise BadFiles(f"{directory} is not a directory.")
    problems: list[str] = []
    files: dict[str, tuple[Path, ...]] = {}
    for table in TABLES:
        files[table.name] = found = _files(directory, table)
        if table.required and not found:
            problems.append(f"{table.name}.csv (or .csv.gz) is not there")
        problems += _doubles(found)
        for path in found:
            problems += _columns(path, table)
    if problems:
        raise BadFiles(f"{directory} cannot be loaded: " + "; ".join(problems) + ".")
    return Folder(files)


def _files(directory: Path, table: Table) -> tuple[Path, ...]:
    pattern = rf"{table.name}(_\d+)?\.csv(\.gz)?" if table.parts else rf"{table.name}\.csv(\.gz)?"
    found = [p for p in directory.iterdir() if p.is_file() and re.fullmatch(pattern, p.name)]
    return tuple(sorted(found, key=lambda path: path.name))


def _doubles(found: tuple[Path, ...]) -> list[str]:
    names = [_plain(path) for path in found]
    return [
        f"{name} is there both plain and as .gz: keep one of them"
        for name in sorted(set(names))
        if names.count(name) > 1
    ]


def _columns(path: Path, table: Table) -> list[str]:
    try:
        with _opened(path) as file:
            header = next(csv.reader(file), [])
    except BROKEN as error:
        return [f"{path.name} cannot be read ({error})"]
    present = {name.strip() for name in header}
    missing = [column for column in table.columns if column not in present]
    if not missing:
        return []
    return [f"{path.name} lacks the column{'s'[: len(missing) > 1]} {', '.join(missing)}"]


def _rows(path: Path, table: Table) -> Iterator[Row]:
    name = _plain(path)
    number = 0
    try:
        with _opened(path) as file:
            reader = csv.reader(file)
            header = [column.strip() for column in next(reader)]
            at = [(column, header.index(column)) for column in table.columns]
            for cells in reader:
                if not cells:
                    continue  # an empty line is no row, and has no number
                number += 1
                whole = len(cells) == len(header)
                values = {column: _value(cells, index) for column, index in at}
                yield Row(name, number, values, whole)
    except BROKEN as error:
        raise BadFiles(f"{path.name} breaks off after row {number}: {error}") from error


def _value(cells: list[str], index: int) -> str | None:
    text = cells[index].strip() if index < len(cells) else ""
    return None if text in MISSING else text


@contextmanager
def _opened(path: Path) -> Iterator[IO[str]]:
    """Open as text, unpacked if its first bytes say gzip, whatever its name says."""
    with ExitStack() as open_files:
        raw = open_files.enter_context(path.open("rb"))
        packed = raw.read(len(GZIP)) == GZIP
        raw.seek(0)
        data = open_files.enter_context(gzip.open(raw, "rb")) if packed else raw
        yield open_files.enter_context(io.TextIOWrapper(data, encoding="utf-8-sig", newline=""))


def _plain(path: Path) -> str:
    return path.name.removesuffix(".gz")
