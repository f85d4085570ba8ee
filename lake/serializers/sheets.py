"""An answer as a table that people open in a spreadsheet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lake.serializers.analytics import spoken
from luca.kernel import sheets

if TYPE_CHECKING:
    from lake.domain import Answer


def as_csv(answer: Answer, language: str) -> str:
    """All rows, headed in a language; no cell is a formula."""
    heads = [spoken(one.words, language) for one in answer.question.headings]
    rows = (["" if cell is None else cell for cell in row] for row in answer.rows)
    return sheets.BOM + sheets.lines([heads, *rows])
