"""Charts as inline SVG: no script, no font and no picture from anywhere else.

Colours are classes (c0, c1, …) that the page's style sheet defines for light and
dark. Every mark has a title, which browsers show as a tooltip; beside a picture a
page has the same figures as text.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from luca.kernel.charts.frames import LEFT as LEFT
from luca.kernel.charts.frames import LETTER, nice
from luca.kernel.charts.frames import TOP as TOP
from luca.kernel.charts.frames import Frame as Frame
from luca.kernel.charts.frames import Series as Series
from luca.kernel.charts.frames import spelled as spelled

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

LABELS = 190  # room for the names at the left of horizontal bars
ROW = 26
ABOVE = 40  # of a row whose name stands above its bar
NARROW = 500  # frames below it have no room beside a bar
MANY = 6  # labels below a line over time
WIDE = Frame()
STRONGEST = 0.5  # of a cell's colour, so that its text stays readable, light and dark
DOTTED = 60  # figures of a line; more of them would hide it


def bars(rows: Sequence[tuple[str, float, str]], frame: Frame = WIDE) -> str:
    """Horizontal bars: name, value, and the value as people read it."""
    most = max((value for _, value, _ in rows), default=0) or 1
    above = frame.width < NARROW
    left, row = (0, ABOVE) if above else (LABELS, ROW)
    longest = max((len(text) for _, _, text in rows), default=0)
    room = frame.width - left - max(90, 8 * longest)
    parts = []
    for n, (name, value, text) in enumerate(rows):
        y = n * row + (14 if above else 0)
        width = max(2, room * value / most)
        place = (
            f'x="0" y="{y}" class="value"'
            if above
            else f'x="{left - 10}" y="{y + 17}" class="name"'
        )
        parts.append(
            f"<text {place}>{escape(name)}</text>"
            f'<rect x="{left}" y="{y + 4}" width="{width:.1f}" height="18" rx="4" class="c0">'
            f"<title>{escape(name)}: {escape(text)}</title></rect>"
            f'<text x="{left + width + 8:.1f}" y="{y + 17}" class="value">{escape(text)}</text>'
        )
    return frame.svg(len(rows) * row + 4, parts)


def stacked(parts: Sequence[tuple[str, int]], frame: Frame = WIDE) -> str:
    """One bar cut into shares, with a legend that has the numbers."""
    total = sum(value for _, value in parts) or 1
    drawn, x = [], 0.0
    for n, (name, value) in enumerate(parts):
        width = frame.width * value / total
        if value:
            drawn.append(
                f'<rect x="{x:.1f}" y="0" width="{max(width, 1.5):.1f}" height="30" class="c{n}">'
                f"<title>{escape(name)}: {value:,}</title></rect>"
            )
        x += width
    lines, marks = frame.legend([f"{name} {value:,}" for name, value in parts], 52)
    return frame.svg(42 + 22 * lines, drawn + marks)


def columns(labels: Sequence[str], series: Sequence[Series], frame: Frame = WIDE) -> str:
    """Columns side by side for each label."""
    most = nice(max((one.most for one in series), default=0))
    parts = frame.grid(most)
    slot = frame.room / max(1, len(labels))
    width = slot * 0.8 / max(1, len(series))
    for n, label in enumerate(labels):
        for k, one in enumerate(series):
            value = one.values[n] or 0
            height = frame.plot * value / most
            x = LEFT + slot * n + slot * 0.1 + width * k
            y = TOP + frame.plot - height
            parts.append(_column((x, y, width, height), k, _said(one.name, label, value)))
    return frame.with_legend(parts + frame.ticks(labels), series)


def piled(labels: Sequence[str], series: Sequence[Series], frame: Frame = WIDE) -> str:
    """Columns of which each is made of all series, one upon the other."""
    sums = [sum(one.values[n] or 0 for one in series) for n in range(len(labels))]
    most = nice(max(sums, default=0))
    parts = frame.grid(most)
    slot = frame.room / max(1, len(labels))
    for n, label in enumerate(labels):
        y = float(TOP + frame.plot)
        for k, one in enumerate(series):
            value = one.values[n] or 0
            height = frame.plot * value / most
            y -= height
            place = (LEFT + slot * n + slot * 0.1, y, slot * 0.8, height)
            if value:
                parts.append(_column(place, k, _said(one.name, label, value)))
    return frame.with_legend(parts + frame.ticks(labels), series)


def trend(labels: Sequence[str], series: Sequence[Series], frame: Frame = WIDE) -> str:
    """Lines over places of equal width; where a figure is missing the line is broken."""
    most = nice(max((one.most for one in series), default=0))
    parts = frame.grid(most)
    slot = frame.room / max(1, len(labels))
    for k, one in enumerate(series):
        for run in _runs(one.values):
            points = [
                (LEFT + slot * (n + 0.5), TOP + frame.plot * (1 - value / most)) for n, value in run
            ]
            parts.append(_line(points, k, f"{one.name}: {spelled(one.most)}"))
        parts += [
            f'<circle cx="{LEFT + slot * (n + 0.5):.1f}" '
            f'cy="{TOP + frame.plot * (1 - value / most):.1f}" r="2.5" class="c{k}">'
            f"<title>{escape(_said(one.name, labels[n], value))}</title></circle>"
            for n, value in enumerate(one.values)
            if value is not None and len(labels) <= DOTTED
        ]
    return frame.with_legend(parts + frame.ticks(labels), series)


def lines(
    seconds: Sequence[float], series: Sequence[Series], unit: str = "", frame: Frame = WIDE
) -> str:
    """Lines over the time since the start."""
    most = nice(max((one.most for one in series), default=0))
    last = max(seconds, default=0) or 1
    parts = frame.grid(most, unit)
    for k, one in enumerate(series):
        points = [
            (LEFT + frame.room * at / last, TOP + frame.plot * (1 - (value or 0) / most))
            for at, value in zip(seconds, one.values, strict=True)
        ]
        parts.append(_line(points, k, f"{one.name}: {one.most:,.0f} {unit}"))
    for n in range(MANY + 1):
        x, at = LEFT + frame.room * n / MANY, last * n / MANY
        anchor = ' style="text-anchor:end"' if n == MANY else ""
        y = frame.height - 12
        parts.append(f'<text x="{x:.1f}" y="{y}" class="tick"{anchor}>{at:.0f} s</text>')
    return frame.with_legend(parts, series)


def heat(
    rows: Sequence[tuple[str, Sequence[float | None]]], heads: Sequence[str], frame: Frame = WIDE
) -> str:
    """Cells, the darker the more of it there is; every cell says its figure, shares as percents."""
    most = max((one for _, row in rows for one in row if one is not None), default=0) or 1
    left = 8 + max((len(name) for name, _ in rows), default=0) * 7
    slot = (frame.width - left) / max(1, len(heads))
    parts = [
        f'<text x="{left + slot * (n + 0.5):.1f}" y="14" class="tick">{escape(head)}</text>'
        for n, head in enumerate(heads)
    ]
    for k, (name, row) in enumerate(rows):
        y = ROW * (k + 1)
        parts.append(f'<text x="{left - 6}" y="{y + 13}" class="name">{escape(name)}</text>')
        for n, value in enumerate(row):
            if value is not None:
                said = f"{value:.0%}" if most <= 1 else spelled(value)
                said = said if len(said) * LETTER < slot else said.rstrip("%")
                parts.append(_cell(left + slot * n, y - 5, slot, said, value / most))
    return frame.svg(ROW * (len(rows) + 1), parts)


def histogram(values: Iterable[float], edges: Sequence[float]) -> list[int]:
    """How many values lie below each edge and not below the one before; the last takes the rest."""
    counts = [0] * (len(edges) + 1)
    for value in values:
        counts[next((n for n, edge in enumerate(edges) if value < edge), len(edges))] += 1
    return counts


def _cell(x: float, y: float, width: float, said: str, share: float) -> str:
    """A cell of one colour, more or less of it, and its figure."""
    return (
        f'<rect x="{x:.1f}" y="{y}" width="{width - 2:.1f}" height="{ROW - 2}" rx="3" class="c0" '
        f'style="fill-opacity:{share * STRONGEST:.2f}"/>'
        f'<text x="{x + width / 2 - 1:.1f}" y="{y + 17}" class="tick value">{said}</text>'
    )


def _column(place: tuple[float, float, float, float], colour: int, said: str) -> str:
    x, y, width, height = place
    return (
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" rx="2" '
        f'class="c{colour}"><title>{escape(said)}</title></rect>'
    )


def _line(points: Sequence[tuple[float, float]], colour: int, said: str) -> str:
    drawn = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    title = f"<title>{escape(said)}</title>"
    return f'<polyline points="{drawn}" class="line l{colour}">{title}</polyline>'


def _runs(values: Sequence[float | None]) -> list[list[tuple[int, float]]]:
    """What stands next to each other without a gap."""
    found: list[list[tuple[int, float]]] = [[]]
    for n, value in enumerate(values):
        if value is None:
            found.append([])
        else:
            found[-1].append((n, value))
    return [run for run in found if len(run) > 1]


def _said(series: str, label: str, value: float) -> str:
    return f"{series}, {label}: {spelled(value)}" if series else f"{label}: {spelled(value)}"
