"""Set up the made-up schools of the demo."""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand
from tqdm import tqdm

from luca.demo.year import loading, make
from luca.demo.year.domain import Role
from luca.demo.year.making import SEED
from luca.kernel import clock

if TYPE_CHECKING:
    from argparse import ArgumentParser


OFFICE = (Role.SCHOOL_ADMIN, Role.GOV_OPERATOR)


class Command(BaseCommand):
    """`manage.py load_year`."""

    help = "Set up two made-up schools with people, courses and logins; no results, no events."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--seed", type=int, default=SEED)
        parser.add_argument("--schools", type=int, default=2, help="only the first so many")
        parser.add_argument("--at", help="the moment it is made for (default: now)")
        parser.add_argument("--no-progress", action="store_true", help="no progress bars")

    def handle(self, *args: Any, **options: Any) -> None:
        at = clock.parse(options["at"]) if options["at"] else clock.now()
        year = make(at, options["seed"])
        year = replace(year, schools=year.schools[: options["schools"]])
        logins = sum(len(school.people) for school in year.schools)
        quiet = options["no_progress"] or not sys.stderr.isatty()
        with tqdm(desc="people", total=logins, unit=" logins", disable=quiet, leave=False) as bar:
            loading.load(year, bar.update)
        names = ", ".join(school.id for school in year.schools)
        self.stdout.write(f"Set up {names} with {logins} logins.")
        self.stdout.write(f"Who may sign in to the school admin, password {year.password}:")
        for school in year.schools:
            for role in OFFICE:
                for person in school.of_role(role):
                    self.stdout.write(f"  {person.email:<40}{role.value} of {school.id}")
