"""What rules would change: `manage.py what_if --school S --period P --subject M --rules FILE`."""

import json
import os
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from grades import services
from grades.management.files import read_json, refused
from grades.serializers import simulations
from luca.kernel import context
from luca.kernel.errors import LucaError
from luca.kernel.ids import PeriodId, SubjectId
from tenants import services as tenants
from tenants.domain import Course

OWNER_ONLY = 0o600


class Command(BaseCommand):
    help = "Compute what rules would change in a period, and write nothing but the report."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--school", required=True)
        parser.add_argument("--period", required=True)
        parser.add_argument("--subject", required=True)
        parser.add_argument("--rules", required=True, metavar="FILE", help="JSON (- is stdin)")
        parser.add_argument(
            "--out", type=Path, help="the report, with every student: a file that is not there yet"
        )
        parser.add_argument("--no-progress", action="store_true", help="no progress bar")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["school"] not in [school.id for school in tenants.schools()]:
            raise CommandError(f"There is no school {options['school']!r}.")
        if options["out"] is not None and options["out"].exists():
            raise CommandError(f"{options['out']} is there already; choose another name.")
        given = read_json(options["rules"], "rules")
        course = Course(SubjectId(options["subject"]), PeriodId(options["period"]))
        with context.entered(school=options["school"]):
            try:
                head, report = _computed(course, given, options)
            except LucaError as error:
                raise refused(error) from error
        if options["out"] is not None:
            _write(options["out"], report)
        self.stdout.write(json.dumps(head, indent=2))


def _computed(course: Course, given: Any, options: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
    quiet = options["no_progress"] or not sys.stderr.isatty()
    with tqdm(desc=options["school"], unit="student", disable=quiet, file=sys.stderr) as bar:

        def tell(done: int, total: int) -> None:
            bar.total = total
            bar.update(done - bar.n)

        return simulations.report(services.simulation(course, given), tell)


def _write(out: Path, content: bytes) -> None:
    with os.fdopen(os.open(out, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ONLY), "wb") as file:
        file.write(content)
