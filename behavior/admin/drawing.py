"""Thirty bars as SVG: how much there was on each day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils import formats
from django.utils.translation import gettext as _

WIDTH, HEIGHT, GAP = 600, 120, 4


@dataclass(frozen=True, slots=True)
class Bar:
    x: int
    y: int
    width: int
    height: int
    title: str


@dataclass(frozen=True, slots=True)
class Bars:
    """What `behavior/days.html` draws; the table beside it says the same."""

    bars: Sequence[Bar]
    width: int
    height: int
    most: int
    first: str
    last: str


def bars(days: Sequence[tuple[date, int]]) -> Bars:
    most = max((events for _day, events in days), default=0)
    step = WIDTH // max(1, len(days))
    found = [
        _bar(number * step, step - GAP, events, most, day)
        for number, (day, events) in enumerate(days)
    ]
    first, last = days[0][0], days[-1][0]
    return Bars(found, WIDTH, HEIGHT, most, _spelled(first), _spelled(last))


def _bar(x: int, width: int, events: int, most: int, day: date) -> Bar:
    """Whatever there is can be seen, be it one event beside ten thousand."""
    height = max(2, events * HEIGHT // most) if events else 0
    title = _("%(day)s: %(events)s") % {"day": _spelled(day), "events": events}
    return Bar(x, HEIGHT - height, width, height, title)


def _spelled(day: date) -> str:
    return formats.date_format(day, "SHORT_DATE_FORMAT")
