"""`manage.py lake report`: every question of a school, answered on one page."""

from __future__ import annotations

import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tqdm import tqdm

from lake import services
from lake.serializers.report import page
from luca.kernel import clock, context
from luca.kernel.errors import Unavailable

if TYPE_CHECKING:
    from argparse import ArgumentParser

    from django.core.management.base import OutputWrapper

HELP = "answer every question of a school on one page with charts, in a file that needs no other"


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--school", required=True)
    parser.add_argument("--since", default="", help="first day, as 2026-01-01; a year before")
    parser.add_argument("--until", default="", help="last day, which counts; today")
    parser.add_argument("--out", type=Path, default=Path("lake-report.html"))


def run(options: dict[str, Any], out: OutputWrapper) -> None:
    given = {name: options[name] for name in ("since", "until") if options[name]}
    with context.entered(school=options["school"]):
        asked = tqdm(
            services.questions(),
            unit="question",
            disable=not sys.stderr.isatty(),
            file=sys.stderr,
            leave=False,
        )
        answers = [services.ask(one.name, given) for one in asked]
        made = page(options["school"], answers, services.called, clock.now())
    _write(options["out"], made)
    out.write(f"{options['out']}: {len(answers)} questions")


def _write(path: Path, text: str) -> None:
    """Whole, or not at all: whoever reads the old page meanwhile reads all of it."""
    beside = path.with_name(f".{path.name}")
    try:
        beside.write_text(text, encoding="utf-8")
        beside.replace(path)
    except OSError as error:
        with suppress(OSError):
            beside.unlink(missing_ok=True)
        raise Unavailable(f"{path} cannot be written: {error.strerror}.") from error
