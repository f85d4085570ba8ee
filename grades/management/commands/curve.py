"""Adjust an assessment's results: `manage.py curve --school S … --kind K` (or `--undo`)."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from grades import services
from grades.domain import CurveKind, CurveWish
from grades.management.files import refused
from grades.serializers import curves
from luca.kernel import context
from luca.kernel.errors import LucaError
from luca.kernel.ids import AssessmentId, PeriodId, SubjectId
from tenants import services as tenants
from tenants.domain import Course


class Command(BaseCommand):
    help = "Adjust the results of an assessment by a curve, undo that, or show what it would do."

    def add_arguments(self, parser: ArgumentParser) -> None:
        for name in ("school", "subject", "period", "assessment"):
            parser.add_argument(f"--{name}", required=True)
        parser.add_argument("--kind", choices=[*CurveKind])
        parser.add_argument("--amount", help="percentage points, or the target in percent")
        parser.add_argument("--deviation", help="the target of mean_sd, in percent")
        parser.add_argument("--above-max", action="store_true", help="lift above the maximum, too")
        parser.add_argument("--reason", default="", help="needed unless it is a dry run")
        parser.add_argument("--undo", action="store_true", help="put back the curve before it")
        parser.add_argument("--dry-run", action="store_true", help="show what it would do")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["undo"] == bool(options["kind"]):
            raise CommandError("Say --kind, or --undo and no kind.")
        if options["undo"] and options["dry_run"]:
            raise CommandError("--dry-run is for a curve: the history shows what --undo puts back.")
        if options["school"] not in [school.id for school in tenants.schools()]:
            raise CommandError(f"There is no school {options['school']!r}.")
        with context.entered(school=options["school"]):
            try:
                told = _done(options)
            except LucaError as error:
                raise refused(error) from error
        self.stdout.write(json.dumps(told, indent=2))


def _done(options: dict[str, Any]) -> dict[str, Any]:
    course = Course(SubjectId(options["subject"]), PeriodId(options["period"]))
    identity, reason = AssessmentId(options["assessment"]), options["reason"]
    wish = CurveWish(
        options["kind"] or "", options["amount"], options["deviation"], options["above_max"]
    )
    if options["dry_run"]:
        return curves.preview(services.preview_curve(course, identity, wish))
    version = services.curve_assessment(course, identity).version
    if options["undo"]:
        return curves.event(services.undo_curve(course, identity, reason=reason, version=version))
    return curves.event(
        services.apply_curve(course, identity, wish, reason=reason, version=version)
    )
