"""`manage.py lake events`: a student's events of any age."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from lake.management import schools
from lake.serializers.past import shown
from lake.services.past_events import past_events
from luca.kernel.ids import StudentId

if TYPE_CHECKING:
    from argparse import ArgumentParser

    from django.core.management.base import OutputWrapper

HELP = "read a student's events back, also those that the table has forgotten"


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--school", required=True)
    parser.add_argument("--student", required=True)
    parser.add_argument("--type", default="", help="only these")
    parser.add_argument("--since", default="", help="a day of the school, or a time with its zone")
    parser.add_argument("--until", default="", help="the same; a day is included")
    parser.add_argument("--json", action="store_true", help="a line of JSON for each event")


def run(options: dict[str, Any], out: OutputWrapper) -> None:
    before, number = None, 0
    with schools.entered(options["school"]):
        while True:
            found, before = past_events(
                StudentId(options["student"]),
                kind=options["type"],
                since=options["since"],
                until=options["until"],
                before=before,
                limit=1000,
            )
            for one in found:
                line = f"{one.time}  {one.type:<20}{one.quantity:>7}  {one.source:<12}{one.id}"
                out.write(json.dumps(shown(one), ensure_ascii=False) if options["json"] else line)
            number += len(found)
            if before is None:
                break
    if not options["json"]:
        out.write(f"{number} events.")
