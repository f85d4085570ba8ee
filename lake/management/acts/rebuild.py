"""`manage.py lake rebuild`: grades as of any moment, from the lake alone."""

from __future__ import annotations

import csv
import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lake.management import schools
from lake.services import rebuilding
from luca.kernel import clock
from luca.kernel.errors import Conflict, Invalid
from luca.kernel.ids import StudentId

if TYPE_CHECKING:
    from argparse import ArgumentParser
    from collections.abc import Iterator

    from django.core.management.base import OutputWrapper

    from lake.services.rebuilding import Judged, Report

HELP = "compute a school's grades as of a moment from the lake alone, and compare them"
SHOWN = 20  # differences
WORDS = {
    "same": "the grade is what the lake gives",
    "behind": "the same; something has changed since, for the next night",
    "waiting": "no grade yet",
    "kept": "of a closed period, its results erased with the person",
    "different": "the lake gives another grade",
    "missing": "the period is closed, and there is no grade",
    "unknown": "the lake lacks the period or the school's profile",
}
COLUMNS = (
    "student",
    "subject",
    "period",
    "standing",
    "evaluations",
    "version",
    "score",
    "verdict",
    "rebuilt",
    "provisional_current",
    "provisional_final",
    "trace_hash",
)


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--school", required=True)
    parser.add_argument(
        "--as-of",
        help="a day of the school (its end), or a time with its zone; default: now, with the table",
    )
    parser.add_argument("--student", help="only this one's grades")
    parser.add_argument("--csv", type=Path, help="write each grade into this file")
    parser.add_argument("--json", action="store_true", help="for programs")
    parser.add_argument(
        "--wait",
        type=float,
        default=rebuilding.WAIT,
        help="seconds in which the lake may catch up with the table; default: %(default)s",
    )
    parser.add_argument("--no-progress", action="store_true", help="no progress bar")


def run(options: dict[str, Any], out: OutputWrapper) -> None:
    student = options["student"]
    if options["csv"]:
        _prove_writable(options["csv"])
    with schools.entered(options["school"]), schools.progress(options) as tell:
        report = rebuilding.rebuild(
            schools.moment(options["as_of"]),
            student=None if student is None else StudentId(student),
            wait=options["wait"],
            tell=tell,
        )
    if options["csv"]:
        _write(report, options["csv"])
    if options["json"]:
        out.write(json.dumps(_shown(report)))
    else:
        _show(report, out)
    if report.differences:
        many = len(report.differences)
        raise Conflict(f"{many} differences: the lake gives something else.", code="lake_differs")


def _prove_writable(path: Path) -> None:
    """Before minutes of work, not after them."""
    try:
        path.open("a", encoding="utf-8").close()
    except OSError as error:
        raise Invalid(f"{path} cannot be written: {error.strerror}.") from error


def _show(report: Report, out: OutputWrapper) -> None:
    out.write(f"{'as of':<12}{clock.stamp(report.as_of)}")
    out.write(f"{'read':<12}{report.rows} rows of {report.files} files in {report.seconds} s")
    out.write(f"{'results':<12}{report.evaluations}")
    out.write(f"{'grades':<12}{report.grades}")
    for standing, number in sorted(report.counts.items()):
        out.write(f"  {standing:<10}{number:>8}  {WORDS[standing]}")
    if report.compared:
        out.write(f"{'the table':<12}{report.items} items compared")
    for one in report.differences[:SHOWN]:
        out.write(f"differs: {one.what} {one.where}: {one.why}")
    left = len(report.differences) - SHOWN
    if left > 0:
        out.write(f"and {left} more; --json lists them all")
    if not report.differences:
        out.write("No differences.")


def _shown(report: Report) -> dict[str, Any]:
    return {
        "as_of": clock.stamp(report.as_of),
        "compared_with_table": report.compared,
        "files": report.files,
        "rows": report.rows,
        "items": report.items,
        "evaluations": report.evaluations,
        "grades": report.grades,
        "seconds": report.seconds,
        "standings": dict(report.counts),
        "differences": [asdict(one) for one in report.differences],
    }


def _write(report: Report, path: Path) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        table = csv.writer(file)
        table.writerow(COLUMNS)
        table.writerows(_rows(report.judged))


def _rows(judged: list[Judged]) -> Iterator[list[Any]]:
    for one in judged:
        grade, rebuilt, provisional = one.official, one.rebuilt, one.provisional
        yield [
            one.student,
            one.course.subject,
            one.course.period,
            one.standing.value,
            one.evaluations,
            grade and grade.version,
            grade and grade.score,
            grade and grade.verdict.value,
            rebuilt and rebuilt.published,
            provisional and provisional.current,
            provisional and provisional.final,
            grade and grade.trace_hash,
        ]
