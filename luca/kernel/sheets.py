"""Tables as files that people open in a spreadsheet."""

import csv
import io
from collections.abc import Iterable, Sequence

BOM = "\ufeff"  # without it Excel takes UTF-8 for Windows-1252 and spoils every accent
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def inert(cell: str) -> str:
    """Return the text so that no spreadsheet takes it for a formula.

    >>> inert("=1+1")
    "'=1+1"
    """
    start = cell.lstrip(" ")  # some programs drop spaces before they look
    return f"'{cell}" if start.startswith(FORMULA) else cell


def lines(rows: Iterable[Sequence[str | float]]) -> str:
    """Spell rows as lines of CSV, every text inert; a number below nought stays a number."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows(
        [inert(cell) if isinstance(cell, str) else cell for cell in row] for row in rows
    )
    return text.getvalue()
