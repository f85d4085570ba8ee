"""`manage.py lake fill`: what the table holds, into the lake, where no stream has told of it."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from tqdm import tqdm

from lake import services
from luca.kernel import context
from luca.kernel.errors import NotFound
from tenants import services as tenants

if TYPE_CHECKING:
    from argparse import ArgumentParser

    from django.core.management.base import OutputWrapper

HELP = "write what the table holds into the lake: on AWS at the start, and behind a gap"


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--school", help="one school; default: all of them")
    parser.add_argument("--dry-run", action="store_true", help="say which schools it would read")
    parser.add_argument("--no-progress", action="store_true", help="no progress bar")


def run(options: dict[str, Any], out: OutputWrapper) -> None:
    every = [one.id for one in tenants.schools()]
    if options["school"] is not None and options["school"] not in every:
        raise NotFound(f"There is no school {options['school']!r}.")
    chosen = [one for one in every if options["school"] in {None, one}]
    quiet = options["no_progress"] or not sys.stderr.isatty()
    for school in chosen:
        if options["dry_run"]:
            out.write(f"{school}: all of its table would be read")
            continue
        with (
            context.entered(school=school),
            tqdm(desc=school, unit="step", disable=quiet, file=sys.stderr) as bar,
        ):
            rows = services.fill(bar.update)
        out.write(f"{school}: {rows} rows")
