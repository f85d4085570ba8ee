"""An answer as a picture: its question says which columns stand where."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lake.domain import Typed
from lake.serializers.analytics import spoken
from luca.kernel import charts
from luca.kernel.charts import Frame, Series

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from lake.domain import Answer

    Row = Mapping[str, Any]
    Named = Mapping[str, Mapping[str, str]]  # by column: what people call an id
    Draw = Callable[[Sequence[Row], "Where", Frame, str], str]

COLOURS = 6  # that can be told apart; the last one is everything else
LONGEST = 20  # rows of cells: who wants more reads the table
DAY = re.compile(r"(?P<year>\d{4})-(?P<month>0[1-9]|1[0-2])(-(?P<day>\d\d))?", re.ASCII)
MONTHS = {
    "en": ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"],
    "es": ["ene", "feb", "mar", "abr", "may", "jun", "jul", "ago", "sep", "oct", "nov", "dic"],
}
OTHERS = {"en": "others", "es": "otros"}
WIDTH, HEIGHT = 400, 210  # as wide as a phone shows it without shrinking its letters


@dataclass(frozen=True, slots=True)
class Where:
    """Which column stands where."""

    x: str
    y: str
    by: str  # what is told apart by colour, if anything
    counts: bool  # what y holds can be summed


def drawn(answer: Answer, language: str, named: Named | None = None) -> str:
    """Inline SVG; empty when there is nothing to draw, or no picture fits the question."""
    tongue = "en" if language.lower().startswith("en") else "es"
    kind, x, y, *by = answer.question.chart
    if kind not in KINDS or not answer.rows:
        return ""
    place = answer.columns.index("".join(by) if kind == "grid" else y)
    if all(row[place] is None for row in answer.rows):
        return ""
    kinds = {one.name: one.kind for one in answer.question.headings}
    where = Where(x, y, "".join(by), kinds[y] is Typed.INTEGER)
    frame = Frame(WIDTH, HEIGHT, spoken(answer.question.title, language))
    return KINDS[kind](list(_rows(answer, tongue, named or {})), where, frame, tongue)


def _rows(answer: Answer, tongue: str, named: Named) -> Iterable[Row]:
    """Rows by column, with days, months and ids as people write them."""
    spelled = {name: _days(answer, n, tongue) for n, name in enumerate(answer.columns)}
    for row in answer.rows:
        cells = dict(zip(answer.columns, row, strict=True))
        for name, cell in cells.items():
            words = spelled[name] or named.get(name, {})
            cells[name] = words.get(cell, cell)
        yield cells


def _days(answer: Answer, place: int, tongue: str) -> Mapping[Any, str]:
    """Days and months of a column, `3 nov` and `nov 26`; nothing if it holds anything else."""
    found = {row[place]: DAY.fullmatch(str(row[place])) for row in answer.rows}
    return {
        text: f"{day['day'].lstrip('0')} {month}" if day["day"] else f"{month} {day['year'][2:]}"
        for text, day in found.items()
        if day is not None and (month := MONTHS[tongue][int(day["month"]) - 1])
    }


def _columns(rows: Sequence[Row], where: Where, frame: Frame, tongue: str) -> str:
    """Counts stand upon each other; means, whose sum means nothing, beside each other."""
    labels, series = _series(rows, where)
    if where.by and where.counts:
        return charts.piled(labels, _with_others(series, len(labels), OTHERS[tongue]), frame)
    return charts.columns(labels, series[:COLOURS], frame)


def _lines(rows: Sequence[Row], where: Where, frame: Frame, _: str) -> str:
    labels, series = _series(rows, where)
    return charts.trend(labels, series[:COLOURS], frame)


def _grid(rows: Sequence[Row], where: Where, frame: Frame, _: str) -> str:
    """Rows of x, columns of y, and in each cell what the third column says."""
    labels, series = _series(rows, Where(where.x, where.by, where.y, counts=False))
    series.sort(key=lambda one: (len(one.name), one.name))  # 0, 1, … 10
    lines = [
        (label, [one.values[n] for one in series]) for n, label in enumerate(labels[-LONGEST:])
    ]
    return charts.heat(lines, [one.name for one in series], frame)


def _series(rows: Sequence[Row], where: Where) -> tuple[list[str], list[Series]]:
    """Labels in the order of the rows, and a series for each value of `by`, the largest first."""
    labels = list(dict.fromkeys(str(row[where.x]) for row in rows))
    found: dict[str, dict[str, float]] = defaultdict(dict)
    for row in rows:
        if row[where.y] is not None:
            name = str(row[where.by]) if where.by else ""
            found[name][str(row[where.x])] = float(row[where.y])
    names = sorted(found, key=lambda name: -sum(found[name].values()))
    return labels, [Series(name, [found[name].get(one) for one in labels]) for name in names]


def _with_others(series: list[Series], length: int, name: str) -> list[Series]:
    if len(series) <= COLOURS:
        return series
    rest = [sum(one.values[n] or 0 for one in series[COLOURS - 1 :]) for n in range(length)]
    return [*series[: COLOURS - 1], Series(name, rest)]


KINDS: dict[str, Draw] = {"bars": _columns, "line": _lines, "grid": _grid}
