"""`manage.py govsync pause`: nothing more of a school leaves."""

from argparse import ArgumentParser
from typing import Any

from govsync import services
from govsync.domain import RunStatus
from govsync.management.acts.common import Out, add_dry_run, add_school, in_school
from govsync.management.acts.watching import hold_line

HELP = "let nothing more of a school leave; its runs can be resumed"


def add_arguments(parser: ArgumentParser) -> None:
    add_school(parser)
    add_dry_run(parser)


def perform(out: Out, options: dict[str, Any]) -> None:
    with in_school(out, options):
        if options["dry_run"]:
            found, _ = services.runs_page(None, RunStatus.RUNNING, limit=100, start=None)
            names = ", ".join(run.id for run in found) or "none"
            out.stdout.write(f"Nothing more would be sent; these runs would be paused: {names}")
            return
        out.stdout.write(hold_line(services.pause()))
        out.stdout.write("Nothing is lost. `manage.py govsync resume` goes on.")
