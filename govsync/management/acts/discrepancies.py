"""`manage.py govsync discrepancies`: what Luca and the authority do not say alike."""

import json
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from govsync import services
from govsync.management.acts.common import Out, add_run, add_school, in_school, run_of

HELP = "list what did not agree with the authority when a run was last read back"


def add_arguments(parser: ArgumentParser) -> None:
    add_school(parser)
    add_run(parser)
    parser.add_argument("--json", action="store_true", help="for programs: a line for each")


def perform(out: Out, options: dict[str, Any]) -> None:
    with in_school(out, options):
        found = services.discrepancies(run_of(options))
        for one in found.items:
            if options["json"]:
                out.stdout.write(json.dumps(asdict(one)))
                continue
            ours = f"  {one.batch}  {one.student}  {one.subject}" if one.batch else ""
            out.stdout.write(f"{one.kind}  {one.record}{ours}")
        if options["json"]:
            return
        when = (
            "never read back yet"
            if found.at is None
            else f"read back {found.at:%Y-%m-%d %H:%M} UTC"
        )
        out.stdout.write(f"{len(found.items)} discrepancies, {when}")
