"""A subject's rules: `manage.py grading_rules --school S --subject M [--set FILE --from DATE]`."""

import json
from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from grades import services
from grades.domain import Publication
from grades.management.files import read_json, refused
from grades.serializers.rules import says
from luca.kernel import context
from luca.kernel.errors import LucaError
from luca.kernel.ids import SubjectId
from tenants import services as tenants


class Command(BaseCommand):
    help = "Show how a subject is graded, publish new rules from a JSON file, or withdraw some."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--school", required=True)
        parser.add_argument("--subject", required=True)
        does = parser.add_mutually_exclusive_group()
        does.add_argument("--set", metavar="FILE", help="rules as JSON (- is stdin); docs/rules.md")
        does.add_argument(
            "--withdraw", type=int, metavar="VERSION", help="take back rules whose day has not come"
        )
        parser.add_argument(
            "--from",
            dest="valid_from",
            type=date.fromisoformat,
            metavar="DATE",
            help="the day on which they begin; default: what is open is graded by them",
        )
        parser.add_argument(
            "--dry-run", action="store_true", help="say what would be, write nothing"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["school"] not in [school.id for school in tenants.schools()]:
            raise CommandError(f"There is no school {options['school']!r}.")
        subject = SubjectId(options["subject"])
        with context.entered(school=options["school"]):
            try:
                written = self._done(subject, options)
            except LucaError as error:
                raise refused(error) from error
        self.stdout.write(json.dumps(written, indent=2))

    def _done(self, subject: SubjectId, options: dict[str, Any]) -> dict[str, Any]:
        """Do what is asked, tell it on stderr, and return the rules in force."""
        tried = options["dry_run"]
        if options["withdraw"] is not None:
            services.withdraw_rules(subject, options["withdraw"], dry_run=tried)
            verb = "would be withdrawn" if tried else "is withdrawn"
            self.stderr.write(f"Version {options['withdraw']} {verb}.")
        if options["set"] is not None:
            given = read_json(options["set"], "rules")
            done = services.publish_rules(
                subject, given, valid_from=options["valid_from"], dry_run=tried
            )
            self._tell(done, tried=tried)
        return services.rules_as_written(subject)

    def _tell(self, done: Publication, *, tried: bool) -> None:
        if not done.fresh:
            self.stderr.write("These rules are there already; nothing is changed.")
            return
        verb = "would be" if tried else "is"
        periods = ", ".join(course.period for course in done.courses) or "none"
        self.stderr.write(
            f"Version {done.version.number} {verb} in force from {done.version.valid_from}; "
            f"open periods that it concerns: {periods}."
        )
        for concern in done.concerns:
            self.stderr.write(f"Look at {concern.field}: {says(concern, 'en')}")
