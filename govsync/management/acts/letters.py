"""`manage.py govsync letters`: what was given up, and what to do about it."""

import json
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from govsync import services
from govsync.management.acts.common import Out, school_of

HELP = "list the dead letters of one school or of all; they stay where they are"


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--school", default="", help="only this one's")
    parser.add_argument("--reason", default="", help="only with this reason, as http_503")
    parser.add_argument("--json", action="store_true", help="for programs")


def perform(out: Out, options: dict[str, Any]) -> None:
    school = school_of(options["school"]) if options["school"] else ""
    found, whole = services.letters(school, options["reason"])
    for one in found:
        if options["json"]:
            out.stdout.write(json.dumps(asdict(one)))
            continue
        what = f"batch {one.batch}" if one.batch else one.kind
        out.stdout.write(
            f"{one.at}  {one.school or '-'}  {one.run or '-'}  {what}  {one.reason or '-'}"
            f"  {one.records} records, {one.attempts} attempts,"
            f" last answer: {one.last_answer or '-'}"
        )
        out.stdout.write(f"    {one.what_to_do}")
    if not whole:
        out.stderr.write("There are more letters than one walk looks at.")
    if not found and not options["json"]:
        out.stdout.write("No letters.")
