"""`manage.py govsync resend`: what the authority lost or disputes is given to the next run."""

import json
from argparse import ArgumentParser
from typing import Any

from govsync import services
from govsync.management.acts.common import Out, add_about_a_run, in_school, run_of

HELP = "let the next run send anew what drifted or is in conflict, after somebody compared it"


def add_arguments(parser: ArgumentParser) -> None:
    add_about_a_run(parser)


def perform(out: Out, options: dict[str, Any]) -> None:
    with in_school(out, options):
        run = run_of(options)
        if options["dry_run"]:
            number = services.resendable(run)
            text = f"run {run} holds {number} records that drifted or are in conflict"
        else:
            number = services.resend(run)
            text = f"run {run}: the next run sends {number} records anew, each as a new revision"
        out.stdout.write(json.dumps({"run": run, "records": number}) if options["json"] else text)
