"""`manage.py govsync redrive`: what was given up is sent again, each batch under its old key."""

from argparse import ArgumentParser
from typing import Any

from govsync import services
from govsync.management.acts.common import Out, add_about_a_run, add_watch, in_school, run_of
from govsync.management.acts.watching import tell

HELP = "send an ended run's dead batches again, under their keys"


def add_arguments(parser: ArgumentParser) -> None:
    add_about_a_run(parser)
    add_watch(parser)


def perform(out: Out, options: dict[str, Any]) -> None:
    with in_school(out, options):
        run = run_of(options)
        if options["dry_run"]:
            dead = services.dead(services.restartable(run).id)
            numbers = ", ".join(line.number for line in dead) or "none"
            out.stdout.write(f"run {run} would send {len(dead)} batches again: {numbers}")
            return
        tell(out, options, run, f"run {run}: {services.redrive(run)} batches go again")
