"""The lake's hands: `manage.py lake <act>`."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from lake.management import acts
from luca.kernel.errors import LucaError


class Command(BaseCommand):
    help = "Fills, shows, asks and mends the lake of what the table has forgotten."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parsers = parser.add_subparsers(dest="act", required=True)
        for name, act in acts.every().items():
            act.add_arguments(parsers.add_parser(name, help=act.HELP))

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            acts.every()[options["act"]].run(options, self.stdout)
        except LucaError as error:
            raise CommandError(str(error)) from error
