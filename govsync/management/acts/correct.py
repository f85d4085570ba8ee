"""`manage.py govsync correct`: what was corrected after it had arrived is sent."""

from argparse import ArgumentParser
from typing import Any

from govsync import services
from govsync.management.acts.causing import show_causes
from govsync.management.acts.common import Out, add_dry_run, add_school, add_watch, in_school
from govsync.management.acts.watching import watch
from luca.kernel.ids import PeriodId

HELP = "send what was corrected since a period arrived, as a run of its own"


def add_arguments(parser: ArgumentParser) -> None:
    add_school(parser)
    add_watch(parser)
    add_dry_run(parser)
    parser.add_argument("--period", required=True)


def perform(out: Out, options: dict[str, Any]) -> None:
    with in_school(out, options):
        period = PeriodId(options["period"])
        if options["dry_run"]:
            found = services.preview_correction(period)
            out.stdout.write(
                f"A correction run would send {found.ready} records and hold back {found.blocked}."
            )
            show_causes(out, found.causes)
            return
        run = services.correct(period)
        out.stdout.write(f"run {run.id} started, a correction")
        if options["watch"]:
            watch(out, run.id)
