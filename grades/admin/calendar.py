"""A school year and its periods, drawn on the server."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from luca.dynadmin import days
from luca.dynadmin.screens import Screen
from tenants import services as tenants
from tenants.domain import Period

AUGUST = 8  # in which a school year begins
FIRST, LAST = 2000, 2100
WIDTH, ROW, TOP = 960.0, 34, 30


@dataclass(frozen=True, slots=True)
class Bar:
    """A period within the year, in the drawing's units."""

    period: Period
    x: float
    width: float
    y: float

    @property
    def top(self) -> float:
        return self.y + 5

    @property
    def text_y(self) -> float:
        return self.y + ROW / 2 + 5

    @property
    def text_fits(self) -> bool:
        return self.width > 7 * len(self.period.name) + 16

    @property
    def text_x(self) -> float:
        """Inside the bar, behind it, or before it where the drawing ends."""
        behind = self.x + self.width + 6
        if self.text_fits:
            return self.x + 8
        return behind if behind + 7 * len(self.period.name) < WIDTH else self.x - 6

    @property
    def anchor(self) -> str:
        return "end" if self.text_x < self.x else "start"


@dataclass(frozen=True, slots=True)
class Year:
    """From the first of August on."""

    begins: int

    @property
    def first(self) -> date:
        return date(self.begins, AUGUST, 1)

    @property
    def last(self) -> date:
        return date(self.begins + 1, AUGUST, 1) - timedelta(days=1)

    @property
    def name(self) -> str:
        return f"{self.begins}-{self.begins + 1}"

    @property
    def before(self) -> int:
        return self.begins - 1

    @property
    def after(self) -> int:
        return self.begins + 1

    def x(self, day: date) -> float:
        """Where a day begins."""
        return round(WIDTH * (day - self.first).days / ((self.last - self.first).days + 1), 1)

    def months(self) -> list[tuple[float, float, str]]:
        """Where each begins, where its name stands, and the name."""
        firsts = [_month(self.first, number) for number in range(12)]
        return [(self.x(one), self.x(one) + 5, date_format(one, "M")) for one in firsts]

    def bars(self, periods: Sequence[Period]) -> list[Bar]:
        here = [one for one in periods if one.starts <= self.last and one.ends >= self.first]
        return [self._bar(one, row) for row, one in enumerate(here)]

    def _bar(self, period: Period, row: int) -> Bar:
        begin = self.x(max(period.starts, self.first))
        end = self.x(min(period.ends, self.last) + timedelta(days=1))
        return Bar(period, begin, max(end - begin, 4), TOP + row * ROW)


def _month(first: date, number: int) -> date:
    month = first.month + number
    return date(first.year + (month - 1) // 12, (month - 1) % 12 + 1, 1)


class Calendar(Screen):
    title = gettext_lazy("The year on a calendar")
    template = "grades/calendar.html"

    def shown(self, **where: str) -> Mapping[str, Any]:
        today = days.today()
        year = Year(self._asked(today))
        bars = year.bars(tenants.periods())
        return {
            "year": year,
            "bars": bars,
            "width": WIDTH,
            "height": TOP + max(len(bars), 1) * ROW + 8,
            "months": year.months(),
            "today": year.x(today) if year.first <= today <= year.last else None,
            "overlaps": _overlaps([one.period for one in bars]),
        }

    def _asked(self, today: date) -> int:
        """The year in the address, or the one in which today is."""
        given = self.request.GET.get("year", "")
        if given.isascii() and given.isdigit() and FIRST <= int(given) <= LAST:
            return int(given)
        return today.year if today.month >= AUGUST else today.year - 1


def _overlaps(periods: Sequence[Period]) -> list[str]:
    """Say what the drawing shows and a list does not: periods that overlap."""
    told = []
    for one, other in pairwise(periods):
        if other.starts <= one.ends:
            names = {"one": one.name, "other": other.name}
            told.append(_("%(one)s and %(other)s overlap.") % names)
    return told
