"""`manage.py lake run`: the writer, for ever. In the image: `run.sh lake`."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING, Any

from lake.services.writing import Writer

if TYPE_CHECKING:
    from argparse import ArgumentParser

    from django.core.management.base import OutputWrapper

HELP = "read the table's stream into files until it is told to stop"


def add_arguments(parser: ArgumentParser) -> None:
    del parser


def run(options: dict[str, Any], out: OutputWrapper) -> None:
    del options, out
    writer = Writer()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: writer.stop())
    writer.run()
