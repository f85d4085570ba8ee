"""The operator's hand on the sync: `manage.py govsync <act>`."""

import os
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from govsync.management.acts import ACTS
from luca.kernel.errors import LucaError

ENOUGH = 141  # what a shell says of a program that a closed pipe has ended


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
        except BrokenPipeError:
            # Whoever read has seen enough, as `| head`. At its end Python would complain once more.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise SystemExit(ENOUGH) from None
