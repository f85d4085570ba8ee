"""`manage.py govsync correct`: what was corrected after it had arrived is sent."""

import json
from argparse import ArgumentParser
from typing import Any

from govsync import services
from govsync.management.acts.causing import show_causes
from govsync.management.acts.common import (
    Out,
    add_dry_run,
    add_json,
    add_school,
    add_watch,
    in_school,
)
from govsync.management.acts.watching import tell
from govsync.serializers import checking
from govsync.services import Preflight
from luca.kernel.ids import PeriodId

HELP = "send what was corrected since a period arrived, as a run of its own"


def add_arguments(parser: ArgumentParser) -> None:
    add_school(parser)
    add_watch(parser)
    add_dry_run(parser)
    add_json(parser)
    parser.add_argument("--period", required=True)


def perform(out: Out, options: dict[str, Any]) -> None:
    with in_school(out, options):
        period = PeriodId(options["period"])
        if options["dry_run"]:
            found = services.preview_correction(period)
            _show(out, found, as_json=options["json"])
            return
        run = services.correct(period)
        tell(out, options, run.id, f"run {run.id} started, a correction")


def _show(out: Out, found: Preflight, *, as_json: bool) -> None:
    if as_json:
        out.stdout.write(json.dumps(checking.preflight(found, "en")))
        return
    out.stdout.write(
        f"A correction run would send {found.ready} records and hold back {found.blocked}."
    )
    show_causes(out, found.causes)
