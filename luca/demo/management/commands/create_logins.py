"""Create logins from lines of JSON."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError

from luca.kernel import context
from luca.kernel.errors import LucaError
from tenants import services as tenants

if TYPE_CHECKING:
    from argparse import ArgumentParser
    from collections.abc import Iterable


class Command(BaseCommand):
    """`manage.py create_logins FILE`."""

    help = 'Create logins from lines such as {"school": …, "person": …, "email": …, "groups": […]}.'

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", help="the lines; - reads standard input")
        parser.add_argument("--password", required=True, help="that all of them get")

    def handle(self, *args: Any, **options: Any) -> None:
        count = 0
        for number, line in enumerate(_lines(options["file"]), start=1):
            try:
                one = json.loads(line)
                with context.entered(school=one["school"]):
                    tenants.create_login(
                        one["person"], one["email"], options["password"], one["groups"]
                    )
            except (ValueError, KeyError, TypeError) as error:
                raise CommandError(f"Line {number} is not a login: {error}.") from error
            except LucaError as error:
                raise CommandError(f"Line {number}: {error}") from error
            count += 1
        self.stdout.write(f"Created {count} logins.")


def _lines(file: str) -> Iterable[str]:
    text = sys.stdin.read() if file == "-" else Path(file).read_text("utf-8")
    return filter(str.strip, text.splitlines())
