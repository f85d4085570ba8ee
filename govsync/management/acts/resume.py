"""`manage.py govsync resume`: a held school goes on where it was."""

from argparse import ArgumentParser
from typing import Any

from govsync import services
from govsync.domain import RunStatus
from govsync.management.acts.common import Out, add_dry_run, add_school, add_watch, in_school
from govsync.management.acts.watching import watch

HELP = "lift a school's hold and go on with its paused runs"


def add_arguments(parser: ArgumentParser) -> None:
    add_school(parser)
    add_watch(parser)
    add_dry_run(parser)


def perform(out: Out, options: dict[str, Any]) -> None:
    with in_school(out, options):
        if options["dry_run"]:
            found, _ = services.runs_page(None, RunStatus.PAUSED, limit=100, start=None)
            names = ", ".join(run.id for run in found) or "none"
            out.stdout.write(f"These runs would go on: {names}")
            return
        resumed = services.resume()
        names = ", ".join(run.id for run in resumed) or "none was paused"
        out.stdout.write(f"The hold is lifted; runs that go on: {names}")
        for run in resumed if options["watch"] else []:
            watch(out, run.id)
