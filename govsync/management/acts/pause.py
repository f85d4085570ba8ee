"""`manage.py govsync pause`: nothing more of a school leaves."""

import json
from argparse import ArgumentParser
from typing import Any

from govsync import services
from govsync.domain import RunStatus
from govsync.management.acts.common import Out, add_dry_run, add_json, add_school, in_school
from govsync.management.acts.showing import hold_line
from govsync.serializers import holding

HELP = "let nothing more of a school leave; its runs can be resumed"


def add_arguments(parser: ArgumentParser) -> None:
    add_school(parser)
    add_dry_run(parser)
    add_json(parser)


def perform(out: Out, options: dict[str, Any]) -> None:
    with in_school(out, options):
        if options["dry_run"]:
            found, _ = services.runs_page(None, RunStatus.RUNNING, limit=100, start=None)
            names = [run.id for run in found]
            listed = ", ".join(names) or "none"
            said = f"Nothing more would be sent; these runs would be paused: {listed}"
            out.stdout.write(json.dumps({"runs": names}) if options["json"] else said)
            return
        hold = services.pause()
        if options["json"]:
            out.stdout.write(json.dumps({"hold": holding.hold(hold)}))
            return
        out.stdout.write(hold_line(hold))
        resume = f"manage.py govsync resume --school {options['school']}"
        out.stdout.write(f"Nothing is lost. `{resume}` goes on.")
