"""Bars as SVG, drawn by the server: where each one stands, and what it says."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from grades.domain import CourseTally

WIDTH, HEIGHT, FOOT = 360, 140, 22
WEEKS, DAYS = 12, 30
GAP = 0.25  # of a bar's place
WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Bar:
    label: str
    value: int
    x: float
    y: float
    width: float
    height: float
    middle: float
    shows_label: bool
    is_last: bool


@dataclass(frozen=True, slots=True)
class Chart:
    """One picture and the table that says the same."""

    name: str  # an id in the page
    title: str
    told: str  # the picture in a sentence
    heads: tuple[str, str]
    bars: Sequence[Bar]

    @property
    def is_empty(self) -> bool:
        return not any(one.value for one in self.bars)


@dataclass(frozen=True, slots=True)
class Subject:
    """One subject's grades."""

    name: str
    tally: CourseTally
    chart: Chart


def weeks(tallies: Iterable[CourseTally], today: date) -> Chart:
    """Results recorded in each of the last weeks, of all subjects together."""
    monday = today - timedelta(days=today.weekday())
    every = [monday - n * WEEK for n in reversed(range(WEEKS))]
    total = dict.fromkeys(every, 0)
    for tally in tallies:
        for week, number in tally.weeks.items():
            if week in total:
                total[week] += number
    bars = _bars([(_short(week), number) for week, number in total.items()], every=3)
    return Chart(
        "weeks",
        _("Results recorded each week"),
        _("%(n)s results in the last %(weeks)s weeks.")
        % {"n": sum(total.values()), "weeks": WEEKS},
        (_("Week of"), _("Results")),
        bars,
    )


def activity(days: Mapping[date, tuple[int, int]], today: date) -> Chart:
    """Events on each of the last days."""
    every = [today - timedelta(days=n) for n in reversed(range(DAYS))]
    found = [(_short(day), days.get(day, (0, 0))[0]) for day in every]
    total = sum(number for _day, number in found)
    return Chart(
        "activity",
        _("Activity each day"),
        _("%(n)s events in the last %(days)s days.") % {"n": total, "days": DAYS},
        (_("Day"), _("Events")),
        _bars(found, every=7),
    )


def subjects(tallies: Iterable[CourseTally]) -> list[Subject]:
    """How the grades of each subject are spread over the scale."""
    return [
        Subject(one.course.subject, one, _spread(number, one))
        for number, one in enumerate(sorted(tallies, key=lambda one: one.course.subject))
    ]


def _spread(number: int, one: CourseTally) -> Chart:
    step = (one.highest - one.lowest) / len(one.tenths)
    edges = [one.lowest + step * place for place in range(len(one.tenths) + 1)]
    names = [f"{low.normalize():f}-{high.normalize():f}" for low, high in pairwise(edges)]
    return Chart(
        f"subject-{number}",
        one.course.subject,
        _told(sum(one.tenths), one.failed),
        (_("Grade"), _("Students")),
        _bars(list(zip(names, one.tenths, strict=True)), every=3),
    )


def _told(grades: int, failed: int) -> str:
    told = ngettext("%(n)s grade.", "%(n)s grades.", grades) % {"n": grades}
    if not failed:
        return told
    return f"{told} " + _("%(n)s failing.") % {"n": failed}


def _bars(values: Sequence[tuple[str, int]], every: int = 1) -> list[Bar]:
    """Place bars beside each other; the highest reaches the top."""
    place = WIDTH / max(1, len(values))
    most = max((value for _label, value in values), default=0) or 1
    room = HEIGHT - FOOT
    found = []
    for number, (label, value) in enumerate(values):
        height = round(value / most * (room - 8), 1)
        found.append(
            Bar(
                label,
                value,
                round(number * place + place * GAP / 2, 1),
                round(room - height, 1),
                round(place * (1 - GAP), 1),
                height,
                round((number + 0.5) * place, 1),
                (len(values) - 1 - number) % every == 0,
                number == len(values) - 1,
            )
        )
    return found


def _short(day: date) -> str:
    return formats.date_format(day, "j b")
