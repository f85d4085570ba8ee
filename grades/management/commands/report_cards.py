"""Report cards as PDF: `manage.py report_cards --school S --period P --group G --out FILE`."""

import os
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from grades import services
from grades.serializers import printing, report_cards
from luca.aws import audit
from luca.aws.audit import Action
from luca.kernel import context
from luca.kernel.errors import LucaError
from luca.kernel.ids import PeriodId
from tenants import services as tenants

OWNER_ONLY = 0o600


class Command(BaseCommand):
    help = (
        "Print a student's report card, or those of a group, into one PDF that only you can read."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--school", required=True)
        parser.add_argument("--period", required=True)
        whose = parser.add_mutually_exclusive_group(required=True)
        whose.add_argument("--student", default="")
        whose.add_argument("--group", default="")
        parser.add_argument("--out", required=True, type=Path, help="a file that is not there yet")
        parser.add_argument("--language", choices=["es-MX", "en"], help="default: the school's")
        parser.add_argument("--no-progress", action="store_true", help="no progress bar")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["school"] not in [school.id for school in tenants.schools()]:
            raise CommandError(f"There is no school {options['school']!r}.")
        if options["out"].exists():
            raise CommandError(f"{options['out']} is there already; choose another name.")
        with context.entered(school=options["school"]):
            try:
                cards = _gathered(options)
            except (LucaError, ValueError) as error:
                raise CommandError(str(error)) from error
            _record(options)
            language = report_cards.language_of(options["language"] or cards[0].school.language)
        _write(options["out"], printing.pdf(cards, language))
        provisional = sum(not card.is_official for card in cards)
        self.stdout.write(
            f"{options['out']}: {len(cards)} report cards"
            + (f", {provisional} of them provisional" if provisional else "")
        )


def _gathered(options: dict[str, Any]) -> list[Any]:
    quiet = options["no_progress"] or not sys.stderr.isatty()
    with tqdm(desc=options["school"], unit="card", disable=quiet, file=sys.stderr) as bar:

        def tell(done: int, total: int) -> None:
            bar.total = total
            bar.update(done - bar.n)

        return services.report_cards(
            PeriodId(options["period"]),
            student=options["student"],
            group=options["group"],
            tell=tell,
        )


def _record(options: dict[str, Any]) -> None:
    about = f"student:{options['student']}" if options["student"] else f"group:{options['group']}"
    audit.record(Action.GRADES_EXPORTED, about, form="pdf", period=options["period"])


def _write(out: Path, content: bytes) -> None:
    try:
        descriptor = os.open(out, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ONLY)
    except OSError as error:
        raise CommandError(f"{out} cannot be written: {error.strerror}.") from error
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(content)
