"""What all charts have in common: a frame that scales, a grid, a legend."""

from __future__ import annotations

import math
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

LEFT, BOTTOM, TOP = 48, 30, 10
LETTER = 6.6  # pixels of one, in the type that the charts are set in
LINE = 22  # of a legend


@dataclass(frozen=True, slots=True)
class Series:
    """One line, or one colour of columns; None where there is no figure."""

    name: str
    values: Sequence[float | None]

    @property
    def most(self) -> float:
        return max((one for one in self.values if one is not None), default=0)


@dataclass(frozen=True, slots=True)
class Frame:
    """How large a picture is drawn, before it is scaled, and what it is called for readers.

    Letters scale with it: a frame for a phone is narrow, or nobody can read what is in it.
    """

    width: int = 640
    height: int = 210
    name: str = ""

    @property
    def plot(self) -> int:
        return self.height - TOP - BOTTOM

    @property
    def room(self) -> int:
        return self.width - LEFT

    def svg(self, height: float, parts: Iterable[str]) -> str:
        name = f' aria-label="{escape(self.name)}"' if self.name else ""
        return (
            f'<svg viewBox="0 0 {self.width} {height:.0f}" role="img"{name} '
            f'xmlns="http://www.w3.org/2000/svg">{"".join(parts)}</svg>'
        )

    def grid(self, most: float, unit: str = "") -> list[str]:
        parts = []
        for n in range(5):
            y = TOP + self.plot * (1 - n / 4)
            parts.append(
                f'<line x1="{LEFT}" x2="{self.width}" y1="{y:.1f}" y2="{y:.1f}" class="grid"/>'
                f'<text x="{LEFT - 6}" y="{y + 4:.1f}" class="name">{_short(most * n / 4)}</text>'
            )
        if unit:
            parts.append(f'<text x="{LEFT + 4}" y="{TOP + 12}" class="value">{escape(unit)}</text>')
        return parts

    def ticks(self, labels: Sequence[str]) -> list[str]:
        """Labels below the places of columns, as many of them as find room, and none cut off."""
        slot = self.room / max(1, len(labels))
        longest = max((len(one) for one in labels), default=1) * LETTER + 8
        every = max(1, math.ceil(longest / slot))
        found, free, y = [], 0.0, self.height - 12
        for n in range(0, len(labels), every):
            half = len(labels[n]) * LETTER / 2
            middle = min(LEFT + slot * (n + 0.5), self.width - half)
            if middle - half >= free:
                free = middle + half + 4
                text = escape(labels[n])
                found.append(f'<text x="{middle:.1f}" y="{y}" class="tick">{text}</text>')
        return found

    def with_legend(self, parts: list[str], series: Sequence[Series]) -> str:
        if len(series) < 2:  # noqa: PLR2004 -- one series needs no legend
            return self.svg(self.height, parts)
        lines, marks = self.legend([one.name for one in series], self.height + 10)
        return self.svg(self.height + LINE * lines, parts + marks)

    def legend(self, names: Sequence[str], y: int) -> tuple[int, list[str]]:
        """The names beside their colours, on as many lines as they need."""
        widest = max((len(one) for one in names), default=1) * LETTER + 34
        across = max(1, min(len(names), int(self.width // widest)))
        slot = self.width / across
        marks = [
            f'<circle cx="{n % across * slot + 6:.1f}" cy="{y - 4 + LINE * (n // across)}" r="5" '
            f'class="c{n}"/><text x="{n % across * slot + 17:.1f}" y="{y + LINE * (n // across)}" '
            f'class="value">{escape(one)}</text>'
            for n, one in enumerate(names)
        ]
        return math.ceil(len(names) / across), marks


def nice(most: float) -> float:
    """The next round number, so that the grid's labels are round too."""
    if most <= 0:
        return 4
    power: float = 10 ** math.floor(math.log10(most))
    return next(step * power for step in (1, 2, 4, 6, 8, 10) if most <= step * power)


def spelled(value: float) -> str:
    """A figure as people read it.

    >>> spelled(12345), spelled(0.256), spelled(7.0)
    ('12,345', '0.26', '7')
    """
    return f"{value:,.2f}".rstrip("0").rstrip(".")


def _short(value: float) -> str:
    """A figure in the room beside the grid.

    >>> _short(2_500), _short(250_000), _short(1_500_000)
    ('2,500', '250k', '1.5M')
    """
    for power, letter in ((1_000_000, "M"), (1_000, "k")):
        if value >= 10_000 and value >= power:  # noqa: PLR2004 -- shorter ones fit as they are
            return f"{value / power:,.4g}{letter}"
    return f"{value:,.4g}" if value < 1_000 else f"{value:,.0f}"  # noqa: PLR2004
