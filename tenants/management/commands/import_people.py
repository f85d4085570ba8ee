import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError
from tqdm import tqdm

from luca.kernel import context
from luca.kernel.ids import check_school
from luca.kernel.tables import LARGEST
from tenants import services
from tenants.management.base import SchoolCommand
from tenants.services.imports import Kind, Report, import_table

SUMMARY = {
    "es": "{new} nuevos, {changed} cambiados, {unchanged} sin cambio, {refused} filas con errores",
    "en": "{new} new, {changed} changed, {unchanged} unchanged, {refused} rows with faults",
}
WHERE = {"es": "línea {line}", "en": "line {line}"}
NOTHING = {
    "es": "No se guardó nada. Corrija las filas, o importe las buenas con --partial.",
    "en": "Nothing was stored. Mend the rows, or import the good ones with --partial.",
}
DRY_RUN = {"es": "Prueba, no se guardó nada: ", "en": "Dry run, nothing was stored: "}


class Command(SchoolCommand):
    help = (
        "Import a CSV table of a school. All rows are checked before one is written, every faulty "
        "one is listed, and repeating it changes nothing: a killed import is finished that way."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", help="a CSV file; - reads standard input")
        parser.add_argument("--school", required=True)
        parser.add_argument("--kind", required=True, choices=[kind.value for kind in Kind])
        parser.add_argument("--dry-run", action="store_true", help="check and store nothing")
        parser.add_argument("--partial", action="store_true", help="import the good rows")
        parser.add_argument("--language", choices=["es-mx", "en"], help="the school's, if absent")
        parser.add_argument("--no-progress", action="store_true", help="no progress bar")

    def work(self, options: dict[str, Any]) -> None:
        content = _content(options["file"])
        quiet = options["no_progress"] or not sys.stderr.isatty()
        with context.entered(school=check_school(options["school"])):
            school = services.school_profile()
            rows = content.count(b"\n")  # about: only a progress bar needs it
            with tqdm(total=rows, unit=" rows", disable=quiet, leave=False) as bar:
                report = import_table(
                    Kind(options["kind"]),
                    content,
                    dry_run=options["dry_run"],
                    partial=options["partial"],
                    tick=bar.update,
                )
        self._show(report, (options["language"] or school.language)[:2], options)

    def _show(self, report: Report, language: str, options: dict[str, Any]) -> None:
        for fault in report.faults:
            where = WHERE[language].format(line=fault.line)
            column = f", {fault.column}" if fault.column else ""
            self.stderr.write(f"{where}{column}: {fault.cause.said(language)}")
        summary = SUMMARY[language].format(
            new=report.new,
            changed=report.changed,
            unchanged=report.unchanged,
            refused=report.refused,
        )
        refused = report.faults and not (options["partial"] or report.written)
        if options["dry_run"] and not refused:
            self.stdout.write(DRY_RUN[language] + summary)
        elif refused or (report.faults and not report.written):
            raise CommandError(f"{summary}. {NOTHING[language]}")
        else:
            self.stdout.write(self.style.SUCCESS(summary))


def _content(file: str) -> bytes:
    """Read a file, but never more of it than would be taken."""
    try:
        if file == "-":
            return sys.stdin.buffer.read(LARGEST + 1)
        with Path(file).open("rb") as source:
            return source.read(LARGEST + 1)
    except OSError as error:
        raise CommandError(f"{file}: {error.strerror}") from error
