"""`manage.py govsync period`: a period over all of its runs."""

import json
from argparse import ArgumentParser
from typing import Any

from govsync import services
from govsync.management.acts.checks import check_line
from govsync.management.acts.common import Out, add_json, add_school, counted, in_school
from govsync.serializers import periods
from govsync.services import Whole
from luca.kernel.ids import PeriodId

HELP = "add up a period over all of its runs, each record once"


def add_arguments(parser: ArgumentParser) -> None:
    add_school(parser)
    parser.add_argument("--period", required=True)
    add_json(parser)


def perform(out: Out, options: dict[str, Any]) -> None:
    with in_school(out, options):
        found = services.whole(PeriodId(options["period"]))
        if options["json"]:
            out.stdout.write(json.dumps(periods.shown(found)))
        else:
            _show(out, found)


def _show(out: Out, found: Whole) -> None:
    write, balance = out.stdout.write, found.balance
    write(f"period    {found.period}, {len(found.runs)} runs")
    write(f"records   {counted({s.value: n for s, n in balance.counts.items()})}")
    if balance.balanced:
        write(f"balance   all {balance.snapshot} accounted for")
    else:
        write(f"balance   NO: {'; '.join(balance.differences)}")
    write(f"waiting   {found.waiting} grades that a run started now would send")
    checks = "begins when a run was read back" if found.watch is None else check_line(found.watch)
    write(f"check     {checks}")
