"""Load the Open University Learning Analytics Dataset into schools."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from luca.demo.oulad import importing
from luca.demo.oulad.importing import STEPS, Options
from luca.demo.oulad.tables import BadFiles
from luca.kernel.errors import LucaError

if TYPE_CHECKING:
    from argparse import ArgumentParser

    from luca.demo.oulad.importing import Report


class Command(BaseCommand):
    """`manage.py load_oulad DIR`."""

    help = (
        "Load OULAD tables (plain or gzip, missing values as '?' or empty): a school for each "
        "module, a period for each presentation. Repeating it changes nothing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("directory", type=Path, help="where courses.csv and the others are")
        parser.add_argument("--modules", nargs="+", default=[], metavar="AAA")
        parser.add_argument("--presentations", nargs="+", default=[], metavar="2013J")
        parser.add_argument(
            "--events",
            nargs="*",
            metavar="AAA-2013J",
            help="load the clicks of these presentations only (2013J: of all modules); "
            "without a name none, without the option all",
        )
        parser.add_argument(
            "--only", nargs="+", choices=STEPS, default=list(STEPS), help="steps to take"
        )
        parser.add_argument("--dry-run", action="store_true", help="read, check and report only")
        parser.add_argument("--no-progress", action="store_true", help="no progress bars")
        parser.add_argument("--report", type=Path, metavar="FILE", help="write it as JSON too")

    def handle(self, *args: Any, **options: Any) -> None:
        wanted = Options(
            directory=options["directory"],
            modules=tuple(options["modules"]),
            presentations=tuple(options["presentations"]),
            events=None if options["events"] is None else tuple(options["events"]),
            steps=tuple(options["only"]),
            dry_run=options["dry_run"],
        )
        quiet = options["no_progress"] or not sys.stderr.isatty()

        def bar(name: str, total: int, unit: str) -> tqdm[Any]:
            return tqdm(desc=name, total=total, unit=f" {unit}", disable=quiet, leave=False)

        try:
            report = importing.run(wanted, bar)
        except BadFiles as error:
            raise CommandError(str(error)) from error
        except LucaError as error:
            raise CommandError(_said(error)) from error
        for line in report.lines():
            self.stdout.write(line)
        if options["report"]:
            _write(options["report"], report)


def _said(error: LucaError) -> str:
    """What is wrong, with the first field that says why: 500 events may say the same."""
    first = [f"{one.field}: {one.message}" for one in error.errors[:1]]
    return " ".join([str(error), *first])


def _write(file: Path, report: Report) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(report.as_dict(), indent=2, ensure_ascii=False) + "\n", "utf-8")
