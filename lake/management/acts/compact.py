"""`manage.py lake compact`: few files instead of many, each row once, nobody erased in them."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from tqdm import tqdm

from lake import services
from luca.kernel import context
from luca.kernel.errors import Conflict, Invalid, LucaError, NotFound
from tenants import services as tenants

if TYPE_CHECKING:
    from argparse import ArgumentParser
    from collections.abc import Iterator

    from django.core.management.base import OutputWrapper

HELP = "merge small files, drop duplicates, carry erasures out, set damaged files aside"


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--school", help="one school; default: all of them")
    parser.add_argument("--partition", default="", help="events/2026-10 or grades/2026")
    parser.add_argument(
        "--give-up-missing",
        action="store_true",
        help="go on without compacted files of --partition that somebody has deleted",
    )
    parser.add_argument("--dry-run", action="store_true", help="say what it would do")
    parser.add_argument("--no-progress", action="store_true", help="no progress bar")


def run(options: dict[str, Any], out: OutputWrapper) -> None:
    if options["partition"] and not options["school"]:
        raise Invalid("--partition needs --school.")
    if options["give_up_missing"]:
        _give_up(options, out)
    done = [_school(school, options, out) for school in _schools(options["school"])]
    if not all(done):
        raise Conflict("Not every partition could be compacted whole; see above.")


def _give_up(options: dict[str, Any], out: OutputWrapper) -> None:
    if not options["partition"] or options["dry_run"]:
        raise Invalid("--give-up-missing needs --partition, and is no dry run.")
    (school,) = _schools(options["school"])
    with context.entered(school=school):
        for name in services.give_up_missing(options["partition"]):
            out.write(f"{options['partition']}: {name} is given up")


def _schools(named: str | None) -> list[str]:
    every = [str(school.id) for school in tenants.schools()]
    if named is not None and named not in every:
        raise NotFound(f"There is no school {named!r}.")
    return every if named is None else [named]


def _school(school: str, options: dict[str, Any], out: OutputWrapper) -> bool:
    """One school; whatever happens, the others have their turn."""
    quiet = options["no_progress"] or not sys.stderr.isatty()
    with (
        context.entered(school=school),
        tqdm(desc=school, unit="partition", disable=quiet, file=sys.stderr) as bar,
    ):

        def tell(done: int, total: int) -> None:
            bar.total = total
            bar.update(done - bar.n)

        try:
            report = services.compact(options["partition"], dry_run=options["dry_run"], tell=tell)
        except LucaError as error:
            out.write(f"{school}: {error}")
            return False
    for line in _lines(school, report, dry=options["dry_run"]):
        out.write(line)
    return report.is_whole


def _lines(school: str, report: services.CompactionReport, *, dry: bool) -> Iterator[str]:
    for one in report.done:
        if one.is_nothing:
            continue
        (files, then), (size, after) = one.files, one.size
        would = "would become" if dry else "became"
        sizes = f"{size:,} bytes" if dry else f"{size:,} → {after:,} bytes"
        yield (
            f"{one.folder}: {files} files {would} {then}, {sizes}, {one.rows[1]:,} rows, "
            f"{one.duplicates:,} duplicates and {one.erased:,} erased rows left out"
        )
        yield from (f"{one.folder}{name}: set aside, damaged" for name in one.damaged)
    yield from (f"{folder}: {why}" for folder, why in report.failed.items())
    left = sum(one.is_nothing for one in report.done)
    yield f"{school}: {len(report.done)} partitions, {left} of them as they should be" + (
        f", {len(report.failed)} failed" if report.failed else ""
    )
