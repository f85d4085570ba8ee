"""A gradebook that comes back from a spreadsheet: what it would change, the change, and back."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from unfold.widgets import UnfoldAdminFileFieldWidget

from grades import services
from grades.admin import words
from grades.admin.choosing import chosen
from grades.domain import (
    CellKind,
    CellState,
    GradebookImport,
    ImportedCell,
    ImportReport,
    Said,
    Status,
)
from luca.dynadmin.forms import REASON
from luca.dynadmin.saying import said
from luca.dynadmin.screens import TOLD, Confirm, Crumb, Screen
from luca.kernel.errors import Invalid, TooLarge
from luca.kernel.ids import GroupId, PeriodId, SubjectId
from tenants import services as tenants
from tenants.domain import Course

WEIGHT = 1_000_000  # bytes: 300 students and more assessments than a year has
PAGE = 100  # cells, whose states are one read
SHOWN = 3  # refusals that a message spells out
KINDS = {
    CellKind.NEW: gettext_lazy("new result"),
    CellKind.CORRECTED: gettext_lazy("changed result"),
    CellKind.REFUSED: gettext_lazy("refused cell"),
    CellKind.UNCHANGED: gettext_lazy("same as stored"),
}
STATES = {
    CellState.WAITING: gettext_lazy("not applied yet"),
    CellState.APPLIED: gettext_lazy("applied"),
    CellState.UNDONE: gettext_lazy("undone"),
    CellState.CONFLICT: gettext_lazy("somebody changed it meanwhile"),
    CellState.CHANGED: gettext_lazy("applied, and changed since"),
}


class TableForm(forms.Form):
    table = forms.FileField(
        label=gettext_lazy("Table"),
        widget=UnfoldAdminFileFieldWidget({"accept": ".csv,text/csv"}),
        help_text=gettext_lazy("The CSV that is downloaded here, as your spreadsheet saved it."),
    )


class Upload(Screen):
    title = gettext_lazy("Upload a table of results")
    template = "grades/upload.html"

    def shown(self, **where: str) -> Mapping[str, Any]:
        return {"form": TableForm()}

    def post(self, request: HttpRequest, **where: str) -> HttpResponse:
        """Compare it with what is stored, and lead to what it would change."""
        form = TableForm(request.POST, request.FILES)
        if form.is_valid():
            try:
                return HttpResponseRedirect(self._read(form.cleaned_data["table"]))
            except services.BadTable as error:
                faults = error.said(translation.get_language() or "").errors
                told = [f"{one.field}: {one.message}" for one in faults]
                form.add_error("table", [said(error), *told])
            except (*TOLD, TooLarge) as error:
                form.add_error("table", [said(error), *(said(one.message) for one in error.errors)])
        return self.page({"form": form}, **where)

    def _read(self, table: Any) -> str:
        if table.size > WEIGHT:
            raise TooLarge("The file is too large: a gradebook has at most 1 MB.")
        choice = chosen(self.request.GET, tenants.catalogue())
        if choice.course is None or not choice.group:
            raise Invalid("Choose a course and a group first.")
        made = services.read_gradebook(choice.course, choice.at, table.read())
        place = [choice.subject, choice.period, choice.group, made.id]
        return reverse("admin:grades_gradebook_diff", args=place)


@dataclass(frozen=True, slots=True)
class Line:
    """One cell of the table, beside what is stored."""

    id: str
    line: int
    student: str
    column: str
    kind: str
    label: str
    was: str
    says: str
    state: str
    waits: bool


class _OfImport(Screen):
    """What both pages of a table have in common."""

    def crumbs(self, **where: str) -> Iterator[Crumb]:
        query = QueryDict(mutable=True)
        query.update({name: where[name] for name in ("period", "subject", "group")})
        address = reverse("admin:grades_gradebook_changelist")
        yield Crumb(_("Gradebook"), f"{address}?{query.urlencode()}")

    @staticmethod
    def place(where: Mapping[str, str]) -> tuple[Course, GroupId, str]:
        course = Course(SubjectId(where["subject"]), PeriodId(where["period"]))
        return course, GroupId(where["group"]), where["upload"]

    def tell(self, report: ImportReport, done: CellState) -> None:
        """Say how many cells are where they should be, and what stood in the way of others."""
        count = report.counts[done]
        self.say(
            ngettext("%(count)s result was written.", "%(count)s results were written.", count)
            % {"count": count}
        )
        others = [one for one in report.outcomes if one.state is not done]
        for one in others[:SHOWN]:
            why = said(one.error) if one.error else str(STATES[one.state])
            where = {"line": one.cell.line, "column": one.cell.column, "why": why}
            self.say(_("Line %(line)s, %(column)s: %(why)s") % where, messages.WARNING)
        if report.left:
            self.say(
                _("%(left)s are left: send it again to go on.") % {"left": report.left},
                messages.WARNING,
            )


class Diff(_OfImport):
    """What a table would change, cell by cell; all of it or some of it is applied here."""

    title = gettext_lazy("What the table would change")
    template = "grades/diff.html"

    def shown(self, **where: str) -> Mapping[str, Any]:
        made = services.gradebook_import(*self.place(where))
        kind = self.request.GET.get("kind", "")
        fits = [one for one in made.cells if one.kind == kind or (not kind and _says_more(one))]
        begin = _begin(self.request.GET.get("from", ""), len(fits))
        counts = made.counts
        return {
            "lines": self._lines(made, fits[begin : begin + PAGE]),
            "counts": [(one.value, label, counts[one]) for one, label in KINDS.items()],
            "kind": kind,
            "all": len(made.changes),
            "next": begin + PAGE if begin + PAGE < len(fits) else None,
            "previous": begin - PAGE if begin else None,
            "undo": reverse("admin:grades_gradebook_undo", kwargs=where),
        }

    def post(self, request: HttpRequest, **where: str) -> HttpResponse:
        """Apply; sent twice it is done once, for a cell that is done waits no more."""
        some = request.POST.getlist("cells") if "some" in request.POST else None
        reason = request.POST.get(REASON, "")
        try:
            if some is not None and not some:
                raise Invalid("Choose at least one cell.")
            report = services.apply_import(*self.place(where), cells=some, reason=reason)
        except TOLD as error:
            for text in (str(error), *(one.message for one in error.errors)):
                self.say(said(text), messages.ERROR)
        else:
            self.tell(report, CellState.APPLIED)
        return HttpResponseRedirect(request.get_full_path())

    @staticmethod
    def _lines(made: GradebookImport, cells: list[ImportedCell]) -> list[Line]:
        people = tenants.students({one.student for one in cells if one.student})
        states = {one.cell.id: one.state for one in services.import_states(made, cells)}
        language = translation.get_language() or ""
        found = []
        for one in cells:
            state = states.get(one.id) if one.is_change else None
            person = people.get(one.student) if one.student else None
            name = f"{person.family_name} {person.given_name}".strip() if person else "—"
            says = one.cause.said(language) if one.cause else _told(one.says)
            found.append(
                Line(
                    id=one.id,
                    line=one.line,
                    student=name,
                    column=one.column,
                    kind=one.kind,
                    label=str(KINDS[one.kind]),
                    was=_told(one.was),
                    says=says,
                    state=str(STATES[state]) if state else "",
                    waits=state is CellState.WAITING,
                )
            )
        return found


class Undo(_OfImport, Confirm):
    title = gettext_lazy("Undo the table")
    button = gettext_lazy("Undo it")

    def crumbs(self, **where: str) -> Iterator[Crumb]:
        yield from super().crumbs(**where)
        link = reverse("admin:grades_gradebook_diff", kwargs=where)
        yield Crumb(_("What the table would change"), link)

    def shown(self, **where: str) -> Mapping[str, Any]:
        services.gradebook_import(*self.place(where))
        return {}

    def effects(self, **where: str) -> Iterable[str]:
        yield _("What this table changed is put back, as corrections with your reason.")
        yield _("What somebody has changed since stays as it is.")

    def act(self, given: Mapping[str, Any], **where: str) -> None:
        report = services.undo_import(*self.place(where), reason=given[REASON])
        self.tell(report, CellState.UNDONE)


def _says_more(one: ImportedCell) -> bool:
    return one.kind is not CellKind.UNCHANGED


def _told(said: Said | None) -> str:
    if said is None:
        return "—"
    return words.number(said.score) if said.status is Status.GRADED else words.status(said.status)


def _begin(given: str, most: int) -> int:
    number = int(given) if given.isascii() and given.isdigit() and len(given) < len("10000") else 0
    return number - number % PAGE if number < most else 0
