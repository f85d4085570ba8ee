"""`manage.py lake restore`: items of the table written back as the lake knows them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from lake.management import schools
from lake.services import restoring
from luca.kernel import clock
from luca.kernel.errors import Conflict, FieldError, Invalid

if TYPE_CHECKING:
    from argparse import ArgumentParser

    from django.core.management.base import OutputWrapper

    from lake.services.restoring import Restored

HELP = "write items back into the table as they were, after a disaster; see it dry first"
WORDS = {
    "missing": "not in the table: put back",
    "older": "the table has a lower version: put in its place",
    "same": "in the table as it was",
    "newer": "the table has something newer: left",
    "erased": "erased with the person: left out",
}


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--school", required=True)
    parser.add_argument(
        "--as-of", required=True, help="a day of the school (its end), or a time with its zone"
    )
    parser.add_argument("--student", default="", help="only what is this one's")
    parser.add_argument("--subject", default="", help="only what is of this subject")
    parser.add_argument("--period", default="", help="only what is of this period")
    parser.add_argument(
        "--kind", action="append", default=[], help="only these: evaluation, grade, enrolled…"
    )
    parser.add_argument("--reason", required=True, help="why, for the audit log; it names nobody")
    parser.add_argument("--dry-run", action="store_true", help="say what would be written")
    parser.add_argument("--json", action="store_true", help="for programs")
    parser.add_argument("--no-progress", action="store_true", help="no progress bar")


def run(options: dict[str, Any], out: OutputWrapper) -> None:
    selection = restoring.Selection(
        options["student"], options["subject"], options["period"], frozenset(options["kind"])
    )
    with schools.entered(options["school"]), schools.progress(options) as tell:
        as_of = schools.moment(options["as_of"])
        if as_of is None:
            message = "Say as of when."
            raise Invalid(message, errors=(FieldError("as_of", message),))
        done = restoring.restore(
            selection, as_of, reason=options["reason"], dry_run=options["dry_run"], tell=tell
        )
    if options["json"]:
        out.write(json.dumps(_shown(done)))
    else:
        _show(done, out)
    if done.left:
        raise Conflict(
            f"{done.left} items changed meanwhile and were left; run it again.",
            code="changed_meanwhile",
        )


def _show(done: Restored, out: OutputWrapper) -> None:
    for (fate, kind), number in sorted(done.counts.items()):
        out.write(f"{fate:<9}{kind:<20}{number:>8}  {WORDS[fate]}")
    if done.dry_run:
        out.write(f"{len(done.wanted)} items would be written.")
    else:
        out.write(f"{done.written} items were written, as of {clock.stamp(done.as_of)}.")


def _shown(done: Restored) -> dict[str, Any]:
    return {
        "as_of": clock.stamp(done.as_of),
        "dry_run": done.dry_run,
        "counts": [
            {"fate": fate, "kind": kind, "items": number}
            for (fate, kind), number in sorted(done.counts.items())
        ],
        "wanted": len(done.wanted),
        "written": done.written,
        "left": done.left,
    }
