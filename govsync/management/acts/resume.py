"""`manage.py govsync resume`: a held school goes on where it was."""

import json
from argparse import ArgumentParser
from typing import Any

from govsync import services
from govsync.domain import RunStatus
from govsync.management.acts.common import (
    Out,
    add_dry_run,
    add_json,
    add_school,
    add_watch,
    in_school,
)
from govsync.management.acts.watching import watch

HELP = "lift a school's hold and go on with its paused runs"


def add_arguments(parser: ArgumentParser) -> None:
    add_school(parser)
    add_watch(parser)
    add_dry_run(parser)
    add_json(parser)


def perform(out: Out, options: dict[str, Any]) -> None:
    with in_school(out, options):
        was_held, dry = services.held() is not None, options["dry_run"]
        if dry:
            runs, _ = services.runs_page(None, RunStatus.PAUSED, limit=100, start=None)
        else:
            runs = services.resume()
        names = [str(run.id) for run in runs]
        if options["json"]:
            out.stdout.write(json.dumps({"runs": names}))
        else:
            out.stdout.write(_said(names, was_held=was_held, dry=dry))
        for name in names if options["watch"] and not dry else []:
            watch(out, name, as_json=options["json"])


def _said(names: list[str], *, was_held: bool, dry: bool) -> str:
    if not was_held and not names:
        return "Nothing is held, and no run is paused."
    listed = ", ".join(names) or "none was paused"
    lifted = "Nothing is held"  # and a run is paused that noticed the hold only after its end
    if was_held:
        lifted = "The hold would be lifted" if dry else "The hold is lifted"
    return f"{lifted}; runs that {'would go' if dry else 'go'} on: {listed}"
