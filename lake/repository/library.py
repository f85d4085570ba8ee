"""The questions and views that are deployed: the files of `lake/queries`."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from lake.rules import statements

if TYPE_CHECKING:
    from lake.domain import Question, View

FOLDER = Path(__file__).parents[1] / "queries"


@cache
def questions() -> dict[str, Question]:
    """Every named question."""
    return {name: statements.question(name, text) for name, text in _read(FOLDER)}


@cache
def views() -> dict[str, View]:
    return {name: statements.view(name, text) for name, text in _read(FOLDER / "views")}


def _read(folder: Path) -> list[tuple[str, str]]:
    return [(one.stem, one.read_text(encoding="utf-8")) for one in sorted(folder.glob("*.sql"))]
