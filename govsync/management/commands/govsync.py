"""The operator's hand on the sync: `manage.py govsync <act>`."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from govsync.management.acts import ACTS
from luca.kernel.errors import LucaError


class Command(BaseCommand):
    help = "Sync a closed period's grades with the government, and see what became of each."

    def add_arguments(self, parser: ArgumentParser) -> None:
        acts = parser.add_subparsers(dest="act", required=True)
        for name, act in ACTS.items():
            act.add_arguments(acts.add_parser(name, help=act.HELP))

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            ACTS[options["act"]].perform(self, options)
        except (LucaError, ValueError) as error:
            raise CommandError(str(error)) from error
