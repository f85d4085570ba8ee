"""Today's activity of a group, and a student's last days.

Counting reads every event anew, so the pages stand at once and ask for their figures.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.contrib.admin import site
from django.urls import reverse
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from behavior import services
from behavior.admin import drawing, words
from behavior.domain import Event
from behavior.services import ClassDay
from luca.dynadmin import cursors, days
from luca.dynadmin.beside import Beside
from luca.dynadmin.cursors import Trail
from luca.dynadmin.grids import Cell, Grid
from luca.dynadmin.parts import Part
from luca.dynadmin.screens import Crumb, Place, Screen
from luca.kernel import clock
from luca.kernel.errors import NotFound
from luca.kernel.ids import GroupId, StudentId
from tenants import services as tenants
from tenants.admin.finding import FindStudent

TODAY, COUNTS = "behavior_today", "behavior_counts"
FIND, TIMELINE = "behavior_find", "behavior_timeline"
DAYS, EVENTS = "behavior_days", "behavior_events"
PAGE = 25  # events
Types = Mapping[str, str]


class Today(Screen):
    """Which group, which day: counts come after it."""

    title = gettext_lazy("Today's activity")
    template = "behavior/today.html"

    def crumbs(self, **where: str) -> Iterable[Crumb]:
        return ()

    def shown(self, **where: str) -> Mapping[str, Any]:
        groups = sorted((one.name or one.id, one.id) for one in tenants.groups())
        known = [one for _name, one in groups]
        given = self.request.GET
        group = given.get("group", "")
        group = group if group in known else next(iter(known), "")
        day = _day(given.get("day", ""))
        counts = reverse(f"admin:{COUNTS}", args=[group]) if group else ""
        return {
            "groups": [(one, name) for name, one in groups],
            "group": group,
            "day": day.isoformat(),
            "today": days.today().isoformat(),
            "counts": f"{counts}?{urlencode({'day': day.isoformat()})}" if counts else "",
        }


class Counts(Part):
    """What everybody in the group did on that day, by type and by hour."""

    template = "behavior/counts.html"

    def shown(self, **where: str) -> Mapping[str, Any]:
        day = _day(self.request.GET.get("day", ""))
        found = services.class_day(GroupId(where["group"]), day, _zone())
        types = words.labels(found.total.types)
        named = sorted(types, key=lambda one: types[one])
        return {
            "events": found.total.events,
            "students": _students(found, named, types),
            "hours": _hours(found, named, types) if found.total.events else None,
            "zone": str(found.zone),
            "as_of": words.moment(found.as_of),
        }


class Find(FindStudent):
    """Whose days are wanted: any part of the name."""

    title = gettext_lazy("A student's activity")

    def crumbs(self, **where: str) -> Iterable[Crumb]:
        yield Crumb(Today.title, reverse(f"admin:{TODAY}"))

    def page_of(self, student: str) -> str:
        return _timeline(student)


class Timeline(Screen):
    """One student: thirty days at a glance, and every event of them."""

    template = "behavior/timeline.html"
    name = ""

    def heading(self, **where: str) -> str:
        return _("Activity of %(name)s") % {"name": self.name}

    def crumbs(self, **where: str) -> Iterable[Crumb]:
        yield Crumb(Find.title, reverse(f"admin:{FIND}"))

    def shown(self, **where: str) -> Mapping[str, Any]:
        student = StudentId(where["student"])
        known = tenants.students([student])
        if student not in known:
            raise NotFound("There is no such student.", code="student_not_found")
        self.name = known[student].full_name
        kind = self.request.GET.get("type", "")
        labels = {one.name: words.label(one, one.name) for one in services.event_types()}
        events = reverse(f"admin:{EVENTS}", args=[student])
        return {
            "types": sorted(labels.items(), key=lambda one: one[1]),
            "kind": kind,
            "days": reverse(f"admin:{DAYS}", args=[student]),
            "events": f"{events}?{urlencode({'type': kind})}" if kind else events,
        }


class Days(Part):
    """How much there was on each of the last days."""

    template = "behavior/days.html"

    def shown(self, **where: str) -> Mapping[str, Any]:
        found = services.student_days(StudentId(where["student"]), zone=_zone())
        types = words.labels(found.total.types)
        named = sorted(types, key=lambda one: types[one])
        rows = [
            (
                Cell(formats.date_format(day, "SHORT_DATE_FORMAT")),
                Cell(one.events),
                *_of(one, named),
            )
            for day, one in reversed(found.days)
            if one.events
        ]
        return {
            "bars": drawing.bars([(day, one.events) for day, one in found.days]),
            "total": found.total.events,
            "table": Grid(
                _("Day by day"),
                (_("Day"), _("In all"), *(types[one] for one in named)),
                rows,
                _("Nothing was recorded in the last thirty days."),
                frozenset(range(1, len(named) + 2)),
            ),
        }


class Events(Part):
    """The events themselves, the newest first, page after page."""

    template = "behavior/events.html"

    def shown(self, **where: str) -> Mapping[str, Any]:
        student, kind = StudentId(where["student"]), self.request.GET.get("type", "")
        list_name = f"events of {student}, {kind}"
        trail = cursors.opened(self.request.GET.get("p"), list_name)
        found, following = services.events_of(student, trail.here, PAGE, services.wanted(kind))
        labels = words.labels(one.type for one in found)

        def link(to: Trail) -> str:
            more = {"type": kind, "p": cursors.sealed(to, list_name)}
            return f"{self.request.path}?{urlencode({n: v for n, v in more.items() if v})}"

        return {
            "list": Grid(
                _("Events"),
                (_("When"), _("What"), _("How often"), _("In detail"), _("Source")),
                [_event(one, labels) for one in found],
                _("Nothing was recorded.") if following is None else _("Nothing on this page."),
                frozenset({2}),
            ),
            "next": link(trail.forward(following)) if following else "",
            "previous": link(trail.back()) if trail.here else "",
        }


def _event(one: Event, labels: Types) -> Sequence[Cell]:
    beside = words.content(json.loads(one.metadata))
    details = "; ".join(f"{name}: {value}" for name, value in beside)
    return (
        Cell(words.moment(clock.parse(one.time))),
        Cell(labels[one.type]),
        Cell(one.quantity),
        Cell(details),
        Cell(one.source),
    )


def _students(found: ClassDay, named: Sequence[str], types: Types) -> Grid:
    return Grid(
        _("Student by student"),
        (_("Student"), _("In all"), *(types[one] for one in named)),
        [
            (Cell(student.full_name, _timeline(student.id)), Cell(own.events), *_of(own, named))
            for student, own in found.members
        ],
        _("Nobody is in this group."),
        frozenset(range(1, len(named) + 2)),
    )


def _hours(found: ClassDay, named: Sequence[str], types: Types) -> Grid:
    hours = zip(found.edges, found.hours, strict=False)
    return Grid(
        _("Hour by hour"),
        (_("Starting at"), _("In all"), *(types[one] for one in named)),
        [
            (Cell(f"{start.astimezone(found.zone):%H:%M}"), Cell(one.events), *_of(one, named))
            for start, one in hours
            if one.events
        ],
        numbers=frozenset(range(1, len(named) + 2)),
    )


def _of(counted: Any, named: Sequence[str]) -> list[Cell]:
    return [Cell(counted.types[one].events if one in counted.types else "") for one in named]


def _zone() -> ZoneInfo | None:
    """The school's clocks, as the session knows them."""
    found = timezone.get_current_timezone()
    return found if isinstance(found, ZoneInfo) else None


def _day(text: str) -> date:
    """A day that somebody typed, or today."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return days.today()


def _timeline(student: str) -> str:
    return reverse(f"admin:{TIMELINE}", args=[student])


site.screens += [  # type: ignore[attr-defined]  # Luca's own site
    Place("behavior/today/", Today, TODAY),
    Place("behavior/today/<str:group>/", Counts, COUNTS),
    Place("behavior/students/", Find, FIND),
    Place("behavior/students/<str:student>/", Timeline, TIMELINE),
    Place("behavior/students/<str:student>/days/", Days, DAYS),
    Place("behavior/students/<str:student>/events/", Events, EVENTS),
]
site.beside["student"].append(  # type: ignore[attr-defined]  # the same
    Beside(gettext_lazy("Activity"), TIMELINE)
)
