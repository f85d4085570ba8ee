"""The first page: what needs somebody, then how the school is doing.

Three calls to the table at most beside the session's: the school's periods, the figures, and,
when they are old, the note that they are asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.utils import formats
from django.utils.translation import gettext as _

from luca.office import attention, board, charts, counting, links, troubles
from tenants import services as tenants

if TYPE_CHECKING:
    from datetime import datetime

    from django.http import HttpRequest

    from luca.office.board import Board

OFFICE, OPERATOR = "school_admin", "gov_operator"
SHOWN = 24  # subjects; the rest is said in words


def fill(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """What the theme shows under the address of the admin; platform admins see no school."""
    groups: frozenset[str] = getattr(request.user, "groups_held", frozenset())
    if OFFICE in groups:
        context |= _of_school()
    elif OPERATOR in groups:
        context |= _of_sync()
    else:
        context["platform"] = links.to("schools")
    context["title"] = _("Start")
    return context


def _of_school() -> dict[str, Any]:
    found, periods = _fresh(board.read()), tenants.periods()
    counted = found.attention
    today = counting.today_in(_zone(found))
    shown = counting.present(periods, today)
    tallies = [one for one in found.courses if shown and one.course.period == shown.id]
    subjects = charts.subjects(tallies)
    return {
        **_moment(found),
        "busy": found.busy,
        "steps": attention.first_steps(counted, periods),
        "cards": attention.cards(counted, periods, today),
        "facts": _facts(found),
        "period": shown,
        "charts": [charts.weeks(tallies, today), charts.activity(found.days, today)],
        "subjects": subjects[:SHOWN],
        "others": len(subjects[SHOWN:]),
    }


def _of_sync() -> dict[str, Any]:
    """Operators of the sync see nothing else of the school, and wait for nothing else."""
    found = _fresh(board.read(), charts=False)
    told = (found.attention or {}).get("troubles", ())
    names = {str(one.id): one.name for one in tenants.periods()}
    shown = sorted(troubles.cards(told, names), key=lambda one: one.weight)
    return {**_moment(found), "busy": found.attending, "cards": shown, "sync": links.to("sync")}


def _zone(found: Board) -> str:
    return str(found.attention["zone"]) if found.attention else "UTC"


def _moment(found: Board) -> dict[str, Any]:
    """When it was counted, on the school's clocks."""
    zone = ZoneInfo(_zone(found))

    def told(at: datetime | None) -> str:
        local = at and at.astimezone(zone).replace(tzinfo=None)
        return formats.date_format(local, "SHORT_DATETIME_FORMAT") if local else ""

    return {"board": found, "counted": told(found.counted), "charted": told(found.charted)}


def _fresh(found: Board, *, charts: bool = True) -> Board:
    counting.ask_for_fresh(found, charts=charts)
    return found


def _facts(found: Board) -> list[tuple[str, int]]:
    """A line of numbers."""
    if found.attention is None:
        return []
    people = found.attention["people"]
    return [
        (_("Students"), people.get("STUDENT", 0)),
        (_("Teachers"), people.get("TEACHER", 0)),
        (_("Guardians"), people.get("GUARDIAN", 0)),
        (_("Results waiting for the night"), found.attention["waiting"]),
    ]
