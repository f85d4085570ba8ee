"""What the two commands share."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from django.core.management.base import CommandError
from tqdm import tqdm

from luca.kernel import context
from luca.kernel.errors import Conflict
from luca.kernel.ids import check_school
from tenants import services as tenants
from tenants.management.base import SchoolCommand

if TYPE_CHECKING:
    from argparse import ArgumentParser
    from collections.abc import Iterator

    from luca.privacy.gathering import Tick

LATER = 3  # exit code: nothing is wrong, but not now


class PersonCommand(SchoolCommand):
    """A command about one person of one school."""

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("person", help="the person's id in the school")
        parser.add_argument("--school", required=True)
        parser.add_argument("--no-progress", action="store_true")

    def work(self, options: dict[str, Any]) -> None:
        with context.entered(school=check_school(options["school"])):
            tenants.school_profile()
            try:
                self.about(options["person"], options)
            except Conflict as error:
                raise CommandError(str(error), returncode=LATER) from error

    def about(self, person: str, options: dict[str, Any]) -> None:
        """Do what the command is for, inside the school."""
        raise CommandError(f"{type(self).__module__} does nothing.")

    @contextmanager
    def progress(self, options: dict[str, Any]) -> Iterator[Tick]:
        with tqdm(disable=True if options["no_progress"] else None, unit="step") as bar:

            def tick(where: str) -> None:
                bar.set_description(where, refresh=False)
                bar.update()

            yield tick
