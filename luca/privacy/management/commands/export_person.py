from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from luca.privacy import exporting
from luca.privacy.management.base import PersonCommand


class Command(PersonCommand):
    help = (
        "Write all that the school holds about a person (student, teacher, guardian, staff) into "
        "a new folder or ZIP that only its owner can read. Exit code 1: no such person, or the "
        "school does not exist; 3: the file is there already."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--out", required=True, type=Path, help="FILE.zip or DIR; must be new")

    def about(self, person: str, options: dict[str, Any]) -> None:
        with self.progress(options) as tick:
            counts = exporting.export(person, options["out"], tick)
        rows = ", ".join(f"{name} {number}" for name, number in counts.items())
        self.stdout.write(self.style.SUCCESS(f"{options['out']}: {rows}"))
