"""`manage.py lake schema`: the lake's columns, and whether this program may write them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings

from lake import services
from lake.definition import datasets
from lake.rules.columns import tables

if TYPE_CHECKING:
    from argparse import ArgumentParser

    from django.core.management.base import OutputWrapper

HELP = "show the columns of deploy/lake.json; --check: whether the lake that is there allows them"
PAGE = settings.BASE_DIR / "docs" / "lake.md"
BEGIN, END = "<!-- columns: made by `manage.py lake schema --docs` -->\n", "<!-- end -->\n"


def add_arguments(parser: ArgumentParser) -> None:
    way = parser.add_mutually_exclusive_group()
    way.add_argument("--check", action="store_true", help="compare with what the lake holds")
    way.add_argument("--docs", action="store_true", help="write the tables of docs/lake.md anew")


def run(options: dict[str, Any], out: OutputWrapper) -> None:
    if options["check"]:
        services.check_definition(remember=False)
        out.write("The lake may be written by deploy/lake.json as it is.")
    elif options["docs"]:
        PAGE.write_text(written(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
        out.write("docs/lake.md has the columns of deploy/lake.json.")
    else:
        out.write(tables(datasets().values()), ending="")


def written(page: str) -> str:
    """The page with the tables of columns as they must be."""
    before, _, rest = page.partition(BEGIN)
    after = rest.partition(END)[2]
    return before + BEGIN + "\n" + tables(datasets().values()) + "\n" + END + after
