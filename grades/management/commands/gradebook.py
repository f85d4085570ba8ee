"""A group's gradebook, out to a file and back in."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError
from tqdm import tqdm

from grades import services
from grades.domain import CellKind, CellState, GradebookImport, ImportReport
from grades.serializers import gradebook_files as files
from luca.kernel import context
from luca.kernel.ids import GroupId, PeriodId, SubjectId, check_school
from luca.kernel.tables import LARGEST
from tenants import services as tenants
from tenants.domain import Course
from tenants.management.base import SchoolCommand

WRITERS = {".csv": (files.CSV, files.as_csv), ".xlsx": (files.XLSX, files.as_xlsx)}


class Command(SchoolCommand):
    help = (
        "Write a group's gradebook to a file, or take one back from CSV: --import with --dry-run "
        "shows what would change, with --apply changes it. --id goes on with an import, also with "
        "one that was killed: --apply, or --undo, which puts back what it changed."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        for name in ("school", "subject", "period", "group"):
            parser.add_argument(f"--{name}", required=True)
        what = parser.add_mutually_exclusive_group(required=True)
        what.add_argument("--out", metavar="FILE", help="a new .csv or .xlsx")
        what.add_argument("--import", metavar="FILE", dest="table", help="CSV; - is standard input")
        what.add_argument("--id", help="an import that was made before")
        act = parser.add_mutually_exclusive_group()
        act.add_argument("--dry-run", action="store_true", help="show what would change")
        act.add_argument("--apply", action="store_true", help="change it")
        act.add_argument("--undo", action="store_true", help="put back what --id changed")
        parser.add_argument("--reason", default="", help="why; it stays in each result's history")
        parser.add_argument("--language", choices=["es-mx", "en"], help="the school's, if absent")
        parser.add_argument("--no-progress", action="store_true", help="no progress bar")

    def work(self, options: dict[str, Any]) -> None:
        if not options["out"] and not (options["dry_run"] or options["apply"] or options["undo"]):
            raise CommandError("Say --dry-run or --apply; with --id also --undo.")
        if options["undo"] and not options["id"]:
            raise CommandError("--undo needs --id: say which import.")
        course = Course(SubjectId(options["subject"]), PeriodId(options["period"]))
        group = GroupId(options["group"])
        with context.entered(school=check_school(options["school"])):
            language = options["language"] or tenants.school_profile().language
            if options["out"]:
                self._write(course, group, Path(options["out"]), language)
            else:
                self._import(course, group, language, options)

    def _write(self, course: Course, group: GroupId, out: Path, language: str) -> None:
        if out.suffix.lower() not in WRITERS:
            raise CommandError("--out is a .csv or an .xlsx file.")
        form, written = WRITERS[out.suffix.lower()]
        book = services.whole_gradebook(course, group, form)
        try:
            with out.open("xb") as file:
                file.write(written(book, language))
        except OSError as error:
            raise CommandError(f"{out}: {error.strerror}") from error
        self.stdout.write(
            self.style.SUCCESS(f"{out}: {len(book.rows)} students, {len(book.columns)} assessments")
        )

    def _import(
        self, course: Course, group: GroupId, language: str, options: dict[str, Any]
    ) -> None:
        made = _made(course, group, language, options)
        if options["table"] or options["dry_run"]:
            self._show(made, language)
        if options["dry_run"]:
            self.stdout.write("Nothing was changed.")
            return
        verb = "undone" if options["undo"] else "applied"
        act = services.undo_import if options["undo"] else _apply_all
        quiet = options["no_progress"] or not sys.stderr.isatty()
        with tqdm(total=len(made.changes), unit="cell", disable=quiet, leave=False) as bar:
            report = act(course, group, made.id, reason=options["reason"], tick=bar.update)
        self._tell(report, CellState(verb))

    def _show(self, made: GradebookImport, language: str) -> None:
        for one in made.cells:
            if one.kind is CellKind.REFUSED and one.cause is not None:
                where = f"{one.line}, {one.column}" if one.column else str(one.line)
                self.stderr.write(f"{where}: {one.cause.said(language)}")
        told = ", ".join(f"{number} {kind}" for kind, number in made.counts.items())
        self.stdout.write(f"import {made.id}: {told}")
        self.stdout.flush()  # whoever is killed later can go on by this id

    def _tell(self, report: ImportReport, wanted: CellState) -> None:
        for one in report.outcomes:
            if one.state is not wanted:
                why = f": {one.error}" if one.error else ""
                self.stderr.write(f"{one.cell.line}, {one.cell.column}: {one.state}{why}")
        told = ", ".join(f"{number} {state}" for state, number in report.counts.items() if number)
        self.stdout.write(told or "Nothing is to be changed.")
        if any(one.error for one in report.outcomes):
            raise CommandError("Some cells could not be changed; see above.")


def _apply_all(*of: Any, **more: Any) -> ImportReport:
    return services.apply_import(*of, cells=None, **more)


def _made(
    course: Course, group: GroupId, language: str, options: dict[str, Any]
) -> GradebookImport:
    if options["id"]:
        return services.gradebook_import(course, group, options["id"])
    try:
        if options["table"] == "-":
            content = sys.stdin.buffer.read(LARGEST + 1)
        else:
            with Path(options["table"]).open("rb") as file:
                content = file.read(LARGEST + 1)
    except OSError as error:
        raise CommandError(f"{options['table']}: {error.strerror}") from error
    try:
        return services.read_gradebook(course, group, content)
    except services.BadTable as error:
        raise error.said(language) from error
