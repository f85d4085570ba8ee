"""Statements of `lake/queries` run by Athena, which reads the files itself in the school's session.

It knows no manifest: what was replaced a moment ago may still lie there, and the views count each
row once. Which folders it reads stands in the statement; whose they may be, its session decides.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings

from lake.domain import Table
from lake.repository.duck import LONGEST, MOST_ROWS, Gone
from luca.aws import athena

if TYPE_CHECKING:
    from collections.abc import Callable

    from lake.domain import Plan

WHOLE = {"tinyint", "smallint", "int", "integer", "bigint"}
BROKEN = {"float", "real", "double", "decimal"}  # as DuckDB's engine answers them: as numbers


def run(plan: Plan) -> Table:
    """Answer, or raise Gone if files were replaced while they were read."""
    place = athena.Place(settings.LAKE_WORKGROUP, settings.LAKE_DATABASE, settings.LAKE_BUCKET)
    try:
        said = athena.ask(plan.draft.sql, place, seconds=LONGEST, most_rows=MOST_ROWS)
    except athena.Moved as error:
        raise Gone from error
    read = [_reader(kind) for kind in said.types]
    rows = [
        tuple(None if cell is None else kind(cell) for kind, cell in zip(read, row, strict=True))
        for row in said.rows
    ]
    return Table(said.columns, rows, scanned_bytes=said.scanned_bytes)


def _reader(kind: str) -> Callable[[str], Any]:
    """How a column's texts are read."""
    base = kind.lower().split("(")[0].strip()
    if base in WHOLE:
        return int
    return float if base in BROKEN else str
