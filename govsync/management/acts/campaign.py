"""What `start` and `status` do for `--all-schools`: one line for each school, one for all."""

import json
from argparse import ArgumentParser
from collections import Counter
from dataclasses import asdict
from typing import Any

from django.core.management.base import CommandError

from govsync import services
from govsync.domain import UNDER_WAY
from govsync.management.acts.common import Out, counted
from govsync.management.acts.showing import headline
from govsync.serializers import runs as serializers
from govsync.services import Status
from luca.kernel.ids import PeriodId


def add_schools(parser: ArgumentParser) -> None:
    """One school, or all of them."""
    who = parser.add_mutually_exclusive_group(required=True)
    who.add_argument("--school")
    who.add_argument("--all-schools", action="store_true", help="every school of the platform")


def start(out: Out, options: dict[str, Any]) -> None:
    if options["watch"]:
        raise CommandError("--watch follows one school; use status --all-schools.")
    period = PeriodId(options["period"])
    dry = options["dry_run"]
    became: Counter[str] = Counter()
    for one in (services.preview_all if dry else services.start_all)(period):
        done = "would start" if dry else f"run {one.run} started"
        _say(out, options, f"{one.school}: {one.why_not or done}", asdict(one))
        became[one.why_not or ("would start" if dry else "started")] += 1
    _sum_up(out, options, became)


def status(out: Out, options: dict[str, Any]) -> None:
    if options["watch"] or options["run"]:
        raise CommandError("--watch and --run are about one school.")
    became: Counter[str] = Counter()
    for school, found in services.status_all(options["period"]):
        run = None if found is None else serializers.listed(found.run)
        _say(out, options, f"{school}: {_line(found)}", {"school": school, "run": run})
        became[found.run.status.value if found else "no run"] += 1
    _sum_up(out, options, became)


def _say(out: Out, options: dict[str, Any], line: str, facts: dict[str, Any]) -> None:
    out.stdout.write(json.dumps(facts) if options["json"] else line)


def _sum_up(out: Out, options: dict[str, Any], became: Counter[str]) -> None:
    if not options["json"]:
        out.stdout.write(f"{became.total()} schools: {counted(became)}")


def _line(found: Status | None) -> str:
    if found is None:
        return "no run"
    run = found.run
    left = sum(number for state, number in found.records.items() if state in UNDER_WAY)
    ended = run.execution.error or headline(found)
    return f"{run.status.value}, {ended}, {found.frozen - left} of {found.frozen} records, {run.id}"
