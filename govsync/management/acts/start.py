"""`manage.py govsync start`: freeze a closed period's pending grades and send them."""

import json
from argparse import ArgumentParser
from typing import Any

from govsync import services
from govsync.management.acts import campaign
from govsync.management.acts.campaign import add_schools
from govsync.management.acts.causing import show_causes
from govsync.management.acts.common import Out, add_dry_run, add_json, add_watch, in_school
from govsync.management.acts.watching import tell
from govsync.serializers import checking
from govsync.services import Preflight
from luca.kernel.ids import PeriodId

HELP = "freeze the pending grades of a period and send them"


def add_arguments(parser: ArgumentParser) -> None:
    add_schools(parser)
    add_watch(parser)
    add_dry_run(parser)
    add_json(parser)
    parser.add_argument("--period", required=True)


def perform(out: Out, options: dict[str, Any]) -> None:
    if options["all_schools"]:
        campaign.start(out, options)
        return
    with in_school(out, options):
        period = PeriodId(options["period"])
        if options["dry_run"]:
            _show(out, services.preflight(period), as_json=options["json"])
            return
        run = services.start(period)
        tell(out, options, run.id, f"run {run.id} started")


def _show(out: Out, found: Preflight, *, as_json: bool) -> None:
    if as_json:
        out.stdout.write(json.dumps(checking.preflight(found, "en")))
        return
    out.stdout.write(
        f"A run would send {found.ready} records and hold back {found.blocked}"
        f" (the authority's rules {found.version})."
    )
    show_causes(out, found.causes)
