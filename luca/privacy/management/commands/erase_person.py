import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from luca.kernel.errors import Conflict
from luca.privacy import erasing, exporting
from luca.privacy.management.base import PersonCommand


class Command(PersonCommand):
    help = (
        "Remove a person from the school, but for the academic record of closed periods, which "
        "stays under the id alone. Repeating it is safe, also after a kill. Exit code 1: no such "
        "person; 3: not now (a sync is under way, a period is closing, the file exists)."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--reason", required=True, help="kept for good: names nobody")
        parser.add_argument("--out", required=True, type=Path, help="the certificate; must be new")
        parser.add_argument("--dry-run", action="store_true", help="count and change nothing")

    def about(self, person: str, options: dict[str, Any]) -> None:
        out: Path = options["out"]
        if out.exists():
            raise Conflict(f"{out} is there already; choose another name.", code="out_exists")
        with self.progress(options) as tick:
            if options["dry_run"]:
                counts = erasing.plan(person, tick).counts
            else:
                certificate = erasing.erase(person, options["reason"], tick)
                counts = certificate["found"]
                content = json.dumps(certificate, indent=1, sort_keys=True, ensure_ascii=False)
                exporting.write_private(out, content.encode() + b"\n")
        rows = "; ".join(
            f"{name} {', '.join(f'{number} {fate}' for fate, number in fates.items())}"
            for name, fates in counts.items()
        )
        self.tell(options, f"{person} of {options['school']}: {rows}")
