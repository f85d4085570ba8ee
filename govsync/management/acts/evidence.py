"""`manage.py govsync evidence`: the evidence of a run, in one file."""

import os
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from tqdm import tqdm

from govsync import services
from govsync.management.acts.common import (
    Out,
    add_dry_run,
    add_run,
    add_school,
    in_school,
    run_of,
)
from govsync.services import Made
from luca.kernel.errors import Conflict

HELP = "pack all that proves what a run did into one file"
OWNER_ONLY = 0o600


def add_arguments(parser: ArgumentParser) -> None:
    add_school(parser)
    add_dry_run(parser)
    add_run(parser)
    parser.add_argument("--out", required=True, type=Path, help="FILE.zip; must be new")


def perform(out: Out, options: dict[str, Any]) -> None:
    with in_school(out, options):
        run, target = run_of(options), options["out"]
        if options["dry_run"]:
            files, size = services.estimate(run)
            out.stdout.write(f"run {run}: {files} files of {_size(size)}, before they are packed")
            return
        made = _written(run, target)
        out.stdout.write(f"run {run}: {made.files} files in {target}, {_size(made.size)}")
        out.stdout.write(f"root {made.root} (it is in the audit log too)")


def _written(run: str, target: Path) -> Made:
    """Readable by its owner only; nothing is overwritten, and nothing half-made is left."""
    aside = target.with_name(f".{target.name}.{os.getpid()}.part")
    if target.exists():
        raise Conflict(f"{target} is there already; choose another name.", code="out_exists")
    try:
        descriptor = os.open(aside, os.O_RDWR | os.O_CREAT | os.O_EXCL, OWNER_ONLY)
        with (
            os.fdopen(descriptor, "w+b") as file,
            tqdm(unit="batch", disable=not sys.stderr.isatty(), file=sys.stderr) as bar,
        ):
            made = services.pack(run, file, lambda done, total: _tell(bar, done, total))
        os.link(aside, target)  # a rename would replace what is there
    except FileExistsError:
        raise Conflict(f"{target} is there already.", code="out_exists") from None
    except OSError as error:
        raise Conflict(f"{target} cannot be written: {error.strerror}.", code="out") from error
    finally:
        aside.unlink(missing_ok=True)
    return made


def _tell(bar: "tqdm[Any]", done: int, total: int) -> None:
    bar.total = total
    bar.update(done - bar.n)


def _size(number: int) -> str:
    return f"{number / 1_000_000:.1f} MB"
