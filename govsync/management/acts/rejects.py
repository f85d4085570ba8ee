"""`manage.py govsync rejects`: why records did not get through, as few causes."""

import json
from argparse import ArgumentParser
from typing import Any

from govsync import services
from govsync.management.acts.causing import show_causes
from govsync.management.acts.common import Out, add_run, add_school, in_school, run_of
from govsync.serializers import ledger

HELP = "list why records of a run did not get through, the largest cause first"


def add_arguments(parser: ArgumentParser) -> None:
    add_school(parser)
    add_run(parser)
    parser.add_argument("--json", action="store_true", help="for programs: a line for each cause")


def perform(out: Out, options: dict[str, Any]) -> None:
    with in_school(out, options):
        found = services.rejects(run_of(options))
        if options["json"]:
            for one in found:
                out.stdout.write(json.dumps(ledger.cause(one, "en")))
            return
        show_causes(out, found)
        out.stdout.write(f"{sum(one.records for one in found)} records, {len(found)} causes")
