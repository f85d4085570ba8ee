"""`manage.py govsync verify`: whether a file of evidence is as it was made. Needs no AWS."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from govsync import services
from govsync.management.acts.common import Out

HELP = "check a file of evidence: every hash, chain, key and the balance; needs no AWS"


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("file", type=Path)
    parser.add_argument("--root", default="", help="the root hash that the audit log has")


def perform(out: Out, options: dict[str, Any]) -> None:
    found = services.verify(options["file"], options["root"])
    for one in found.notes:
        out.stdout.write(f"note     {one}")
    for one in found.findings:
        out.stdout.write(f"WRONG    {one}")
    if found.findings:
        raise CommandError(f"{options['file']}: {len(found.findings)} findings.")
    counts = found.manifest["counts"]
    out.stdout.write(
        f"whole    run {found.manifest['run']} of {found.manifest['school']}: "
        f"{counts['records']} records in {counts['batches']} batches, {counts['calls']} calls"
    )
    told = "as was asked" if options["root"] else "compare it with the school's audit log"
    out.stdout.write(f"root     {found.root} ({told})")
