"""`manage.py lake glue`: the tables of Glue, made of the lake's one schema."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django.conf import settings

from lake.definition import datasets
from lake.rules.glue import catalogue

if TYPE_CHECKING:
    from argparse import ArgumentParser

    from django.core.management.base import OutputWrapper

HELP = "write deploy/lake/glue.json anew, from deploy/lake.json"
PLACE = settings.BASE_DIR / "deploy" / "lake"


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--dry-run", action="store_true", help="only show it")


def run(options: dict[str, Any], out: OutputWrapper) -> None:
    text = made()
    if options["dry_run"]:
        out.write(text, ending="")
        return
    (PLACE / "glue.json").write_text(text, encoding="utf-8")
    out.write("deploy/lake/glue.json is what deploy/lake.json says.")


def made() -> str:
    """The file's text as it must be."""
    names = json.loads((PLACE / "delivery.json").read_text(encoding="utf-8"))
    tables = catalogue(names["database"], names["bucket"], datasets().values())
    return json.dumps(tables, indent=2, ensure_ascii=False) + "\n"
