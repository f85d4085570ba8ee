"""`manage.py govsync subjects`: which of the authority's codes the school's subjects have."""

import json
from argparse import ArgumentParser
from collections.abc import Mapping
from typing import Any

from govsync import services
from govsync.management.acts.common import Out, add_dry_run, add_school, in_school

HELP = "show the authority's codes of the school's subjects, or change some"


def add_arguments(parser: ArgumentParser) -> None:
    add_school(parser)
    add_dry_run(parser)
    parser.add_argument(
        "--set", action="append", default=[], metavar="SUBJECT=CODE", help="may be repeated"
    )
    parser.add_argument("--remove", action="append", default=[], metavar="SUBJECT")
    parser.add_argument("--json", action="store_true", help="for programs: the whole map")


def perform(out: Out, options: dict[str, Any]) -> None:
    with in_school(out, options):
        codes, seen = services.subject_codes()
        wanted = _changed(codes, options["set"], options["remove"])
        if wanted != codes and not options["dry_run"]:
            services.map_subjects(wanted, seen)
        _show(out, codes, wanted, as_json=options["json"])
        if wanted != codes:
            out.stderr.write("This is how it would be." if options["dry_run"] else "Changed.")


def _changed(codes: Mapping[str, str], fresh: list[str], gone: list[str]) -> dict[str, str]:
    wanted = dict(codes)
    for subject in gone:
        if wanted.pop(subject, None) is None:
            raise ValueError(f"The subject {subject!r} has no code.")
    for one in fresh:
        subject, mark, code = one.partition("=")
        if not (subject and mark and code):
            raise ValueError(f"{one!r} is not SUBJECT=CODE.")
        wanted[subject] = code
    return wanted


def _show(out: Out, codes: Mapping[str, str], wanted: dict[str, str], *, as_json: bool) -> None:
    if as_json:
        out.stdout.write(json.dumps(wanted, sort_keys=True))
        return
    for subject, code in sorted(wanted.items()):
        note = "" if codes.get(subject) == code else "  (new)"
        out.stdout.write(f"{subject} -> {code}{note}")
    out.stdout.write(f"{len(wanted)} subjects have a code; any other goes under its own id")
