"""`manage.py govsync reconcile`: an ended run is read back and balanced once more."""

from argparse import ArgumentParser
from typing import Any

from govsync import services
from govsync.management.acts.common import Out, add_about_a_run, add_watch, in_school, run_of
from govsync.management.acts.showing import show
from govsync.management.acts.watching import tell

HELP = "read back and balance an ended run once more"


def add_arguments(parser: ArgumentParser) -> None:
    add_about_a_run(parser)
    add_watch(parser)


def perform(out: Out, options: dict[str, Any]) -> None:
    with in_school(out, options):
        run = run_of(options)
        if options["dry_run"]:
            progress = services.progress(services.restartable(run).id)
            if not options["json"]:
                out.stdout.write(f"run {run} would be read back once more; it stands so:")
            show(out, progress, as_json=options["json"])
            return
        services.reconcile(run)
        tell(out, options, run, f"run {run} is read back once more")
