"""All grades of a period as CSV: `manage.py export_grades --school S --period P`."""

import csv
from argparse import ArgumentParser
from decimal import Decimal
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from grades import services
from luca.aws import audit
from luca.aws.audit import Action
from luca.kernel import context
from luca.kernel.errors import NotFound
from luca.kernel.ids import PeriodId
from tenants import services as tenants

COLUMNS = ["student", "subject", "period", "current", "final", "version"]


class Command(BaseCommand):
    help = "Print everybody enrolled in a period with their grades; undefined is an empty field."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--school", required=True)
        parser.add_argument("--period", required=True)

    def handle(self, *args: Any, **options: Any) -> None:
        if options["school"] not in [school.id for school in tenants.schools()]:
            raise CommandError(f"There is no school {options['school']!r}.")
        with context.entered(school=options["school"]):
            try:
                rows = list(services.grades_of_period(PeriodId(options["period"])))
            except NotFound as error:
                raise CommandError(
                    f"{options['school']} has no period {options['period']!r}."
                ) from error
            audit.record(Action.GRADES_EXPORTED, f"period:{options['period']}", rows=str(len(rows)))
        writer = csv.writer(self.stdout, lineterminator="\n")
        writer.writerow(COLUMNS)
        for student, course, grade in rows:
            numbers = (None, None) if grade is None else (grade.current, grade.final)
            version = 0 if grade is None else grade.version
            writer.writerow(
                [student, course.subject, course.period, *map(_field, numbers), version]
            )


def _field(number: Decimal | None) -> str:
    return "" if number is None else str(number)
