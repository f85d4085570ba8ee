"""What `start` and `status` do for `--all-schools`: one line for each school, one for all."""

import json
from argparse import ArgumentParser
from collections import Counter
from dataclasses import asdict
from typing import Any

from django.core.management.base import CommandError

from govsync import services
from govsync.domain import UNDER_WAY, Opened
from govsync.management.acts.common import Out, counted
from govsync.management.acts.showing import headline
from govsync.serializers import runs as serializers
from govsync.services import Status
from luca.kernel.ids import PeriodId, SchoolId


def add_schools(parser: ArgumentParser) -> None:
    """One school, or all of them."""
    who = parser.add_mutually_exclusive_group(required=True)
    who.add_argument("--school")
    who.add_argument("--all-schools", action="store_true", help="every school of the platform")


def start(out: Out, options: dict[str, Any]) -> None:
    if options["watch"]:
        raise CommandError("--watch follows one school; use status --all-schools.")
    period = PeriodId(options["period"])
    if options["dry_run"]:
        _preview(out, options, period)
        return
    campaign, fresh = services.start_all(period)
    done = "started" if fresh else "is under way already; it was woken"
    facts = {"campaign": campaign.id, "period": period, "fresh": fresh}
    _say(out, options, f"campaign {campaign.id} of {period} {done}", facts)
    if not options["json"]:
        out.stdout.write(f"manage.py govsync status --all-schools --period {period} shows it")


def status(out: Out, options: dict[str, Any]) -> None:
    if options["watch"] or options["run"]:
        raise CommandError("--watch and --run are about one school.")
    period = options["period"]
    asked = _campaign(out, options, period) if period else {}
    became: Counter[str] = Counter()
    for school, found in services.status_all(period):
        run = None if found is None else serializers.listed(found.run)
        why_not = asked[school].why_not if school in asked else ""
        facts = {"school": school, "run": run, "why_not": why_not}
        _say(out, options, f"{school}: {_line(found, why_not)}", facts)
        became[found.run.status.value if found else "no run"] += 1
    _sum_up(out, options, became)


def _say(out: Out, options: dict[str, Any], line: str, facts: dict[str, Any]) -> None:
    out.stdout.write(json.dumps(facts) if options["json"] else line)


def _sum_up(out: Out, options: dict[str, Any], became: Counter[str]) -> None:
    if not options["json"]:
        out.stdout.write(f"{became.total()} schools: {counted(became)}")


def _preview(out: Out, options: dict[str, Any], period: PeriodId) -> None:
    became: Counter[str] = Counter()
    for one in services.preview_all(period):
        said = one.why_not or "would start"
        _say(out, options, f"{one.school}: {said}", asdict(one))
        became[said] += 1
    _sum_up(out, options, became)


def _campaign(out: Out, options: dict[str, Any], period: str) -> dict[SchoolId, Opened]:
    """Say how the period's campaign stands; return what it has made of each school."""
    found = services.campaign(period)
    if found is None:
        return {}
    schools = services.opened(found)
    runs = sum(bool(one.run) for one in schools.values())
    error = f", {found.execution.error}" if found.execution.error else ""
    line = (
        f"campaign {found.id}, {found.status.value}{error}, by {found.engine}:"
        f" {len(schools)} schools asked, {runs} runs opened"
    )
    facts = {
        "campaign": found.id,
        "period": found.period,
        "status": found.status.value,
        "error": found.execution.error,
        "engine": found.engine,
        "schools": len(schools),
        "runs": runs,
    }
    _say(out, options, line, facts)
    return schools


def _line(found: Status | None, why_not: str) -> str:
    because = f" ({why_not})" if why_not else ""
    if found is None:
        return f"no run{because}"
    run = found.run
    left = sum(number for state, number in found.records.items() if state in UNDER_WAY)
    ended = run.execution.error or headline(found)
    records = f"{found.frozen - left} of {found.frozen} records"
    return f"{run.status.value}, {ended}, {records}, {run.id}{because}"
