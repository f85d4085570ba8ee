"""xAPI statements of the past: `manage.py load_statements FILE --school S`."""

import gzip
import zlib
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from behavior import services
from luca.kernel import context
from luca.kernel.ids import check_school
from tenants import services as tenants
from tenants.management.base import SchoolCommand

MAGIC = b"\x1f\x8b"  # how gzip begins
SHOWN = 20  # refused lines


class Command(SchoolCommand):
    help = (
        "Load xAPI statements of any age, one on each line, plain or gzip. They are kept for 30 "
        "days from now. Loading them again stores nothing twice."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--school", required=True)
        parser.add_argument("--dry-run", action="store_true", help="check and send nothing")

    def work(self, options: dict[str, Any]) -> None:
        with context.entered(school=check_school(options["school"])):
            tenants.school_profile()
            places: list[int] = []
            loaded = services.backfill_statements(
                _filled(options["file"], places), dry_run=options["dry_run"]
            )
        for place, reason in loaded.refused[:SHOWN]:
            self.stderr.write(f"line {places[place]}: {reason}")
        if len(loaded.refused) > SHOWN:
            self.stderr.write(f"and {len(loaded.refused) - SHOWN} more")
        self.tell(options, f"{loaded.sent} statements sent, {len(loaded.refused)} refused")
        if loaded.refused:
            raise CommandError("Some statements were refused.")


def _filled(path: Path, places: list[int]) -> Iterator[bytes]:
    """Yield the lines that hold something, and note their numbers."""
    number = 0
    try:
        for number, line in enumerate(_lines(path), 1):
            if line.strip():
                places.append(number)
                yield line
    except (OSError, EOFError) as error:
        where = f" after line {number}, and what stands before may be loaded" if number else ""
        raise CommandError(f"{path} cannot be read{where} ({type(error).__name__}).") from error


def _lines(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        zipped = file.read(2) == MAGIC
    with gzip.open(path) if zipped else path.open("rb") as lines:
        try:
            yield from lines
        except zlib.error as error:
            raise gzip.BadGzipFile from error
