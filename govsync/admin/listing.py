"""The records of a run, and the way from each to its grade."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from govsync import services
from govsync.admin import labels
from govsync.admin.base import (
    NOTHING,
    OFFICE,
    OfRun,
    OfSync,
    address,
    grade_page,
    moment,
    names,
    record_page,
    said,
)
from govsync.admin.tables import Cell, Table, paged
from govsync.domain import Record, State
from govsync.services import advice
from luca.dynadmin.screens import Place

PROBLEMS = frozenset(
    {
        *(State.BLOCKED_LOCAL, State.REJECTED_DATA, State.REJECTED_AUTH, State.CONFLICT),
        *(State.DEAD, State.DRIFTED, State.UNKNOWN),
    }
)


class Records(OfRun):
    """Records by outcome and cause; a page is what one batch holds."""

    title = gettext_lazy("Records of the run")
    template = "govsync/records.html"

    def shown(self, **where: str) -> Mapping[str, Any]:
        run, asked = where["run"], self.request.GET
        state, code = asked.get("state", ""), asked.get("code", "")[:64]
        wanted = frozenset({State(state)}) if state in set(State) else frozenset(State)
        kept = {name: value for name, value in (("state", state), ("code", code)) if value}
        rows, pages = paged(
            self.request,
            f"sync records {run}",
            lambda start: services.records_by_batch(run, wanted, code, start),
            kept,
        )
        return {
            "table": _records(rows, run, pages),
            "states": [(one.value, labels.state(one)) for one in State if one is not State.DRAFT],
            "state": state,
            "code": code,
            "code_text": labels.code(code) if code else "",
            "all_at": address("records", run),
        }


class GradeOf(OfSync):
    """The way from a record to its grade: the run's period is looked up when somebody goes it."""

    readers = writers = OFFICE

    def get(self, request: HttpRequest, **where: str) -> HttpResponse:
        period = services.period_of(where["run"])
        return HttpResponseRedirect(grade_page(where["student"], where["subject"], period))


def _records(rows: Sequence[tuple[str, Record]], run: str, pages: Mapping[str, Any]) -> Table:
    called = names(one.student for _number, one in rows)
    shown = [
        (
            student_cell(one.student, called, record_page(run, one.student, one.subject)),
            Cell(one.subject),
            Cell(labels.state(one.state), tone=labels.tone(one.state)),
            Cell(
                labels.code(one.reason) if one.reason else NOTHING,
                note=said(advice(one.state, one.reason)) if one.state in PROBLEMS else "",
            ),
            Cell(number, note=moment(one.history[-1].at) if one.history else ""),
        )
        for number, one in rows
    ]
    heads = (_("Student"), _("Subject"), _("Outcome"), _("Why, and what to do"), _("Batch"))
    return Table(_("Records"), heads, shown, _("No record of this kind here."), pages)


def student_cell(student: str, called: Mapping[str, str], link: str) -> Cell:
    if not student:
        return Cell(NOTHING)
    name = called.get(student, student)
    return Cell(name, link=link, note=student if name != student else "")


SCREENS = (
    Place("<str:run>/records/", Records, "records"),
    Place("<str:run>/records/<str:student>/<str:subject>/", GradeOf, "grade_of"),
)
