"""`manage.py lake hold`: a legal hold on what a school has in the lake, and its end."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from lake import services
from luca.kernel import clock, context
from luca.kernel.errors import NotFound
from luca.kernel.ids import check_school
from tenants import services as tenants

if TYPE_CHECKING:
    from argparse import ArgumentParser
    from collections.abc import Sequence

    from django.core.management.base import OutputWrapper

    from lake.domain import Hold
    from luca.kernel.ids import SchoolId

HELP = "keep all that a school has in the lake, or show or end such a legal hold"


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--school", help="default: show the holds of every school")
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--case", help="hold it, under the number of what ordered it")
    what.add_argument("--release", action="store_true", help="end the hold")
    parser.add_argument("--dry-run", action="store_true", help="say what would happen")
    parser.add_argument("--json", action="store_true", help="for programs")


def run(options: dict[str, Any], out: OutputWrapper) -> None:
    known = sorted(one.id for one in tenants.schools())
    if options["school"] is None:
        if options["case"] or options["release"]:
            raise NotFound("Say which school: --school S.")
        _show(known, options, out)
        return
    school = check_school(options["school"])
    if school not in known:
        raise NotFound(f"There is no school {school!r}.")
    if not (options["case"] or options["release"]):
        _show([school], options, out)
        return
    with context.entered(school=school):
        _change(school, options, out)


def _show(schools: Sequence[SchoolId], options: dict[str, Any], out: OutputWrapper) -> None:
    found: list[tuple[str, Hold]] = []
    for school in schools:
        with context.entered(school=school):
            there = services.held()
        if there is not None:
            found.append((school, there))
    if options["json"]:
        out.write(json.dumps([_as_json(*one) for one in found]))
        return
    for one in found:
        out.write(_line(*one))
    if not found:
        out.write("Nothing is held.")


def _change(school: str, options: dict[str, Any], out: OutputWrapper) -> None:
    if options["dry_run"]:
        there = services.held()
        now = "held already" if there else "not held"
        does = "would be released" if options["release"] else "would be held"
        out.write(f"{school} is {now}; it {does}.")
        return
    done = services.release() if options["release"] else services.hold(options["case"])
    if options["json"]:
        out.write(json.dumps(_as_json(school, done) | {"released": options["release"]}))
    elif options["release"]:
        out.write(f"{school} is held no more. The next compaction erases whoever waited for it.")
    else:
        out.write(_line(school, done))
        out.write("Nobody's rows leave its lake; erasures are recorded and wait.")


def _as_json(school: str, hold: Hold) -> dict[str, Any]:
    since = clock.stamp(hold.since)
    return {"school_id": school, "case": hold.case, "since": since, "by": hold.by}


def _line(school: str, hold: Hold) -> str:
    return f"{school} is held since {clock.stamp(hold.since)} under {hold.case}."
