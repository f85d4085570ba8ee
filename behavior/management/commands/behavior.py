import json
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from behavior import services
from luca.kernel.errors import LucaError

LABELS = {
    "waiting": "messages waiting",
    "in_flight": "messages in work",
    "dead": "dead letters",
}


class Command(BaseCommand):
    help = "Shows the queue of behaviour events. A message holds 1 to 50 events."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("action", choices=["status"])
        parser.add_argument("--json", action="store_true", help="for programs")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            found = asdict(services.status())
        except LucaError as error:
            raise CommandError(str(error)) from error
        if options["json"]:
            self.stdout.write(json.dumps(found))
            return
        for name, label in LABELS.items():
            self.stdout.write(f"{label:<17}{found[name]:>9}")
