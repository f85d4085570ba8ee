"""Charts as inline SVG: no script, no font and no picture from anywhere else.

Colours are classes (c0, c1, …) that the page's style sheet defines for light and
dark. Every mark has a title, which browsers show as a tooltip and screen
readers read aloud.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

WIDTH = 640
LABELS = 190  # room for the names at the left of horizontal bars
ROW = 26
HEIGHT, LEFT, BOTTOM, TOP = 210, 48, 30, 10
MANY = 6  # at most so many labels below columns


@dataclass(frozen=True, slots=True)
class Series:
    """One line, or one colour of columns."""

    name: str
    values: Sequence[float]


def bars(rows: Sequence[tuple[str, float, str]]) -> str:
    """Horizontal bars: name, value, and the value as people read it."""
    most = max((value for _, value, _ in rows), default=0) or 1
    room = WIDTH - LABELS - 90
    parts = []
    for n, (name, value, text) in enumerate(rows):
        y = n * ROW
        width = max(2, room * value / most)
        parts.append(
            f'<text x="{LABELS - 10}" y="{y + 17}" class="name">{escape(name)}</text>'
            f'<rect x="{LABELS}" y="{y + 4}" width="{width:.1f}" height="18" rx="4" class="c0">'
            f"<title>{escape(name)}: {escape(text)}</title></rect>"
            f'<text x="{LABELS + width + 8:.1f}" y="{y + 17}" class="value">{escape(text)}</text>'
        )
    return _svg(len(rows) * ROW + 4, parts)


def stacked(parts: Sequence[tuple[str, int]]) -> str:
    """One bar cut into shares, with a legend that has the numbers."""
    total = sum(value for _, value in parts) or 1
    drawn, x = [], 0.0
    for n, (name, value) in enumerate(parts):
        width = WIDTH * value / total
        if value:
            drawn.append(
                f'<rect x="{x:.1f}" y="0" width="{max(width, 1.5):.1f}" height="30" class="c{n}">'
                f"<title>{escape(name)}: {value:,}</title></rect>"
            )
        x += width
    drawn += _legend([f"{name} {value:,}" for name, value in parts], 52)
    return _svg(64, drawn)


def columns(labels: Sequence[str], series: Sequence[Series]) -> str:
    """Columns side by side for each label."""
    most = _nice(max((v for one in series for v in one.values), default=0))
    parts = _grid(most)
    slot = (WIDTH - LEFT) / max(1, len(labels))
    width = slot * 0.8 / max(1, len(series))
    for n, label in enumerate(labels):
        for k, one in enumerate(series):
            value = one.values[n]
            height = _plot() * value / most
            x = LEFT + slot * n + slot * 0.1 + width * k
            parts.append(
                f'<rect x="{x:.1f}" y="{TOP + _plot() - height:.1f}" width="{width:.1f}" '
                f'height="{height:.1f}" rx="2" class="c{k}">'
                f"<title>{escape(one.name)}, {escape(label)}: {value:,}</title></rect>"
            )
        x = LEFT + slot * (n + 0.5)
        if len(labels) <= 2 * MANY or n % (len(labels) // MANY) == 0:
            parts.append(f'<text x="{x:.1f}" y="{HEIGHT - 12}" class="tick">{escape(label)}</text>')
    return _with_legend(parts, series)


def lines(seconds: Sequence[float], series: Sequence[Series], unit: str = "") -> str:
    """Lines over the time since the start."""
    most = _nice(max((v for one in series for v in one.values), default=0))
    last = max(seconds, default=0) or 1
    parts = _grid(most, unit)
    for k, one in enumerate(series):
        points = " ".join(
            f"{LEFT + (WIDTH - LEFT) * at / last:.1f},{TOP + _plot() * (1 - value / most):.1f}"
            for at, value in zip(seconds, one.values, strict=True)
        )
        highest = max(one.values, default=0)
        parts.append(
            f'<polyline points="{points}" class="line l{k}">'
            f"<title>{escape(one.name)}: {highest:,.0f} {escape(unit)}</title></polyline>"
        )
    for n in range(MANY + 1):
        x, at = LEFT + (WIDTH - LEFT) * n / MANY, last * n / MANY
        anchor = ' style="text-anchor:end"' if n == MANY else ""
        parts.append(f'<text x="{x:.1f}" y="{HEIGHT - 12}" class="tick"{anchor}>{at:.0f} s</text>')
    return _with_legend(parts, series)


def histogram(values: Iterable[float], edges: Sequence[float]) -> list[int]:
    """How many values lie below each edge and not below the one before; the last takes the rest."""
    counts = [0] * (len(edges) + 1)
    for value in values:
        counts[next((n for n, edge in enumerate(edges) if value < edge), len(edges))] += 1
    return counts


def _with_legend(parts: list[str], series: Sequence[Series]) -> str:
    if len(series) < 2:  # noqa: PLR2004 -- one series needs no legend
        return _svg(HEIGHT, parts)
    return _svg(HEIGHT + 22, parts + _legend([one.name for one in series], HEIGHT + 10))


def _legend(names: Sequence[str], y: int) -> list[str]:
    slot = WIDTH / max(1, len(names))
    return [
        f'<circle cx="{n * slot + 6:.1f}" cy="{y - 4}" r="5" class="c{n}"/>'
        f'<text x="{n * slot + 17:.1f}" y="{y}" class="value">{escape(name)}</text>'
        for n, name in enumerate(names)
    ]


def _grid(most: float, unit: str = "") -> list[str]:
    parts = []
    for n in range(5):
        y = TOP + _plot() * (1 - n / 4)
        text = f"{most * n / 4:,.4g}" if most < 10_000 else f"{most * n / 4:,.0f}"  # noqa: PLR2004
        parts.append(
            f'<line x1="{LEFT}" x2="{WIDTH}" y1="{y:.1f}" y2="{y:.1f}" class="grid"/>'
            f'<text x="{LEFT - 6}" y="{y + 4:.1f}" class="name">{text}</text>'
        )
    if unit:
        parts.append(f'<text x="{LEFT + 4}" y="{TOP + 12}" class="value">{escape(unit)}</text>')
    return parts


def _plot() -> int:
    return HEIGHT - TOP - BOTTOM


def _nice(most: float) -> float:
    """The next round number, so that the grid's labels are round too."""
    if most <= 0:
        return 4
    power: float = 10 ** math.floor(math.log10(most))
    return next(step * power for step in (1, 2, 4, 6, 8, 10) if most <= step * power)


def _svg(height: int, parts: Iterable[str]) -> str:
    return (
        f'<svg viewBox="0 0 {WIDTH} {height}" role="img" xmlns="http://www.w3.org/2000/svg">'
        f"{''.join(parts)}</svg>"
    )
