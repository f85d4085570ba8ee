"""`manage.py lake status`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from lake import services
from luca.kernel import clock
from luca.kernel.errors import Unavailable

if TYPE_CHECKING:
    from argparse import ArgumentParser

    from django.core.management.base import OutputWrapper

    from lake.services import LakeState

HELP = "show how far the stream is read, its gaps, and what was refused"


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="for programs")


def run(options: dict[str, Any], out: OutputWrapper) -> None:
    found = services.state()
    if options["json"]:
        out.write(json.dumps(_told(found)))
    else:
        for name, value in _told(found).items():
            out.write(f"{name:<16}{_shown(value)}")
    if found.covered is None:
        raise Unavailable(
            "Nothing of the stream is in files yet; where `lake run` runs that takes a minute."
        )
    if not found.is_whole:
        raise Unavailable("The lake has a gap that is not filled yet; workers fill it.")


def _told(found: LakeState) -> dict[str, Any]:
    return {
        "covered": found.covered and clock.stamp(found.covered),
        "lag_seconds": None if found.lag is None else round(found.lag, 1),
        "rows": found.rows,
        "files": found.files,
        "refused": found.refused,
        "shards": [one.shard for one in found.shards],
        "gaps": len(found.gaps),
        "gaps_open": sum(one.filled is None for one in found.gaps),
        "schools_to_fill": list(found.unfilled),
    }


def _shown(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(value) or "-"
    return "-" if value is None else str(value)
