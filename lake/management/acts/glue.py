"""`manage.py lake glue`: Glue's tables, of the one schema, and Athena's saved questions."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django.conf import settings

from lake.definition import datasets
from lake.rules.glue import catalogue
from lake.services import saved

if TYPE_CHECKING:
    from argparse import ArgumentParser

    from django.core.management.base import OutputWrapper

HELP = "write deploy/lake/glue.json and named_queries.json anew, from lake.json and lake/queries"
PLACE = settings.BASE_DIR / "deploy" / "lake"


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--dry-run", action="store_true", help="only show it")


def run(options: dict[str, Any], out: OutputWrapper) -> None:
    if options["dry_run"]:
        out.write(made(), ending="")
        return
    (PLACE / "glue.json").write_text(made(), encoding="utf-8")
    (PLACE / "named_queries.json").write_text(questions(), encoding="utf-8")
    out.write("deploy/lake/glue.json is what deploy/lake.json says.")
    out.write("deploy/lake/named_queries.json is what lake/queries says.")


def made() -> str:
    """The file's text as it must be."""
    names = json.loads((PLACE / "delivery.json").read_text(encoding="utf-8"))
    tables = catalogue(names["database"], names["bucket"], datasets().values())
    return json.dumps(tables, indent=2, ensure_ascii=False) + "\n"


def questions() -> str:
    """The same of the saved questions."""
    content = {
        "comment": "Made of lake/queries by `manage.py lake glue`; a test compares.",
        "queries": saved(),
    }
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"
