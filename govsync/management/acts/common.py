"""What all acts share: the school that they act in, the run that they are about, and the words."""

from argparse import ArgumentParser
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from govsync import services
from luca.kernel import context
from luca.kernel.ids import SchoolId, check_school
from tenants import services as tenants

Out = BaseCommand  # where an act writes: `stdout` and `stderr` give each line its end


def add_school(parser: ArgumentParser) -> None:
    parser.add_argument("--school", required=True)


def add_watch(parser: ArgumentParser) -> None:
    parser.add_argument("--watch", action="store_true", help="follow it to its end")


def add_json(parser: ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="for programs, as the API answers")


def add_dry_run(parser: ArgumentParser) -> None:
    parser.add_argument("--dry-run", action="store_true", help="say what would happen")


def add_run(parser: ArgumentParser) -> None:
    parser.add_argument("--run", help="default: the last one")
    parser.add_argument("--period", help="the last run of this period")


def add_about_a_run(parser: ArgumentParser) -> None:
    """The options of every act that changes something about a run."""
    add_school(parser)
    add_dry_run(parser)
    add_json(parser)
    add_run(parser)


@contextmanager
def in_school(out: Out, options: dict[str, Any]) -> Iterator[None]:
    """Act in the school that was named; say when the clock is not the real one."""
    with context.entered(school=school_of(options["school"])):
        if settings.GOVSYNC_TIME_SCALE != 1:
            scale = settings.GOVSYNC_TIME_SCALE
            out.stderr.write(f"Waits are scaled: GOVSYNC_TIME_SCALE={scale}")
        yield


def school_of(name: str) -> SchoolId:
    school = check_school(name)
    if school not in {one.id for one in tenants.schools()}:
        raise CommandError(f"There is no school {name!r}.")
    return school


def run_of(options: dict[str, Any]) -> str:
    """The run that was named, or the last one of the period or the school."""
    return options["run"] or str(services.latest(options["period"]).id)


def counted(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{number} {name}" for name, number in counts.items()) or "none"
