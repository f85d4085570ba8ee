"""A subject's rules: `manage.py grading_rules --school S --subject M [--set FILE]`."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from grades import services
from grades.management.files import read_json, refused
from luca.kernel import context
from luca.kernel.errors import LucaError
from luca.kernel.ids import SubjectId
from tenants import services as tenants


class Command(BaseCommand):
    help = "Show how a subject is graded, or publish new rules from a JSON file (- is stdin)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--school", required=True)
        parser.add_argument("--subject", required=True)
        parser.add_argument("--set", metavar="FILE", help="rules as JSON; see docs/grades.md")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["school"] not in [school.id for school in tenants.schools()]:
            raise CommandError(f"There is no school {options['school']!r}.")
        subject = SubjectId(options["subject"])
        with context.entered(school=options["school"]):
            if options["set"] is not None:
                _publish(subject, read_json(options["set"], "rules"))
            written = services.rules_as_written(subject)
        self.stdout.write(json.dumps(written, indent=2))


def _publish(subject: SubjectId, given: Any) -> None:
    try:
        services.publish_rules(subject, given)
    except LucaError as error:
        raise refused(error) from error
