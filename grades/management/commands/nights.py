"""How the last nights ended: `manage.py nights [--school S]`."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from grades import services
from grades.domain import Night, NightState
from luca.kernel import clock
from tenants import services as tenants
from tenants.domain import School

LINE = "{:<24} {:<12} {:<10} {:<26} {:<26} {:>8} {:>8} {:>8}  {}"
HEAD = ("school", "night", "state", "begun", "ended", "written", "failed", "left", "error")


class Command(BaseCommand):
    help = "Show how the last nights of one school, or of all, ended."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--school", help="one school; default: all of them")
        parser.add_argument("--last", type=int, default=3, help="how many nights (default 3)")

    def handle(self, *args: Any, **options: Any) -> None:
        every = tenants.schools()
        chosen = [one for one in every if options["school"] in {None, one.id}]
        if not chosen and options["school"]:
            raise CommandError(f"There is no school {options['school']!r}.")
        if not 1 <= options["last"] <= services.NIGHTS_KEPT:
            raise CommandError(f"--last is a number from 1 to {services.NIGHTS_KEPT}.")
        self.stdout.write(LINE.format(*HEAD).rstrip())
        bad = sum(self._school(school, options["last"]) for school in chosen)
        if bad:
            raise CommandError(f"The last night of {bad} of the schools failed or has not ended.")

    def _school(self, school: School, number: int) -> bool:
        """Show a school's nights; whether the last one needs somebody."""
        found = services.last_nights(school, number)
        for night in found:
            self.stdout.write(LINE.format(school.id, *_cells(night)).rstrip())
        return bool(found) and _needs_somebody(found[0])


def _needs_somebody(night: Night) -> bool:
    return night.state is NightState.FAILED or night.overdue(clock.now())


def _cells(night: Night) -> tuple[str, ...]:
    state = "overdue" if night.overdue(clock.now()) else night.state.value
    ended = clock.stamp(night.ended_at) if night.ended_at else ""
    numbers = (night.written, night.failed, night.left)
    begun = clock.stamp(night.claimed_at)
    return (night.date, state, begun, ended, *map(str, numbers), night.error)
