"""The gradebook: the students of a group, and what each has in each assessment of a course."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.admin import ModelAdmin

from grades import rules, services
from grades.admin import places, words
from grades.admin.choosing import Choice, chosen, options
from grades.admin.gradebook_imports import Diff, Undo, Upload
from grades.admin.gradebook_records import Gradebook
from grades.admin.noted import SEEN, is_noted, noted
from grades.domain import Assessment, Evaluation, Grade, GradebookRow, Status, Verdict
from grades.domain import Gradebook as Book
from grades.serializers import gradebook_files as files
from luca.dynadmin import cursors
from luca.dynadmin.options import OverSource
from luca.dynadmin.screens import Place, Screen
from luca.kernel import clock
from luca.kernel.errors import Malformed, NotFound
from luca.kernel.ids import CURP_LIKE, ID
from tenants import services as tenants
from tenants.domain import Course

TABLE = "<str:subject>/<str:period>/<str:group>/imports/<str:upload>"
PAGE = 40  # students: a class
LISTS = {name: f"admin:grades_{name}_changelist" for name in ("assessment", "evaluation", "grade")}
WRITERS = {files.CSV: files.as_csv, files.XLSX: files.as_xlsx}


@dataclass(frozen=True, slots=True)
class Cell:
    """One result as the grid shows it: never by its colour alone."""

    kind: str  # of the colour
    text: str
    said: str  # the whole of it, for whoever listens
    link: str
    late: bool = False
    fresh: bool = False  # the official grade does not know it yet


@dataclass(frozen=True, slots=True)
class Line:
    student: str
    name: str
    cells: list[Cell]
    provisional: str
    official: str
    verdict: str
    pending: int
    explained: str  # where it is said how the number came about
    up_to_date: bool


class Frame(Screen):
    """What to choose from, and where the page of the class is asked for: it comes after it."""

    title = gettext_lazy("Gradebook")
    template = "grades/gradebook.html"

    def crumbs(self, **where: str) -> Iterator[Any]:
        return iter(())

    def shown(self, **where: str) -> Mapping[str, Any]:
        offer = tenants.catalogue()
        choice = chosen(self.request.GET, offer)
        shown = {
            "chooser": options(choice, offer, self.request.path),
            "choice": choice,
            "is_fullwidth": "1",
        }
        if choice.course is None or not choice.group:
            return shown
        services.look_at_gradebook(choice.course, choice.at)
        passed = {SEEN: noted(_name(choice)), **self._passed(choice)}
        address = reverse("admin:grades_gradebook_grid")
        return {**shown, "grid": f"{address}?{choice.query}&{urlencode(passed)}"}

    def _passed(self, choice: Choice) -> dict[str, str]:
        """Which page of the class, when the address names one of this school's."""
        page = self.request.GET.get("p", "")
        try:
            cursors.opened(page, _name(choice))
        except Malformed:
            self.say(_("That page is gone; this is the first one."), 30)
            return {}
        return {"p": page} if page else {}


class Grid(Screen):
    """A page of the class: one read each of the course, the results, and the people."""

    template = "grades/grid.html"

    def get(self, request: HttpRequest, **where: str) -> HttpResponse:
        choice = _typed(request.GET)
        course = choice.course
        shown = self._grid(choice, course) if course is not None and choice.group else {}
        return TemplateResponse(request, self.template, {"choice": choice, **shown})

    def _grid(self, choice: Choice, course: Course) -> dict[str, Any]:
        if not is_noted(self.request.GET.get(SEEN), _name(choice)):
            services.look_at_gradebook(course, choice.at)
        trail = self._trail(_name(choice))
        found = services.office_gradebook(course, choice.at, limit=PAGE, start=trail.here)
        if found is None:  # nobody attends it there
            return {"lines": []}
        book, following, name = found.book, found.following, _name(choice)
        return {
            "subject": found.subject,
            "columns": [_column(course, one) for one in book.columns],
            "lines": [_line(book, one) for one in book.rows],
            "as_of": book.as_of,
            "next_page": self._page(choice, trail.forward(following), name) if following else "",
            "previous_page": self._page(choice, trail.back(), name) if trail.here else "",
        }

    def _trail(self, name: str) -> cursors.Trail:
        try:
            return cursors.opened(self.request.GET.get("p"), name)
        except Malformed:
            return cursors.Trail()

    @staticmethod
    def _page(choice: Choice, trail: cursors.Trail, name: str) -> str:
        return f"?{choice.query}&{urlencode({'p': cursors.sealed(trail, name)})}"


class Chooser(Screen):
    """The choice at the top of a list: it comes after the list, which does not need it."""

    def get(self, request: HttpRequest, **where: str) -> HttpResponse:
        page = LISTS.get(request.GET.get("list", ""))
        if page is None:
            raise NotFound("There is no such list.", code="list_not_found")
        offer, groups = tenants.catalogue(), page == LISTS["evaluation"]
        choice = chosen(request.GET, offer, groups=groups)
        if "period" not in request.GET and choice.course is not None:
            return HttpResponse(headers={"HX-Redirect": f"{reverse(page)}?{choice.query}"})
        shown = options(choice, offer, reverse(page), groups=groups)
        return TemplateResponse(request, "grades/chooser.html", {"chooser": shown})


class Download(Screen):
    """All of it as a file for a spreadsheet; that it was taken is recorded."""

    form = files.XLSX

    def get(self, request: HttpRequest, **where: str) -> HttpResponse:
        choice = chosen(request.GET, tenants.catalogue())
        if choice.course is None:
            raise NotFound("There is no such gradebook.", code="gradebook_not_found")
        book = services.whole_gradebook(choice.course, choice.at, self.form)
        content = WRITERS[self.form](book, translation.get_language() or "")
        name = f"{choice.subject}-{choice.period}-{choice.group}.{self.form}"
        disposition = {"Content-Disposition": f'attachment; filename="{name}"'}
        return HttpResponse(content, content_type=files.KINDS[self.form], headers=disposition)


class DownloadCsv(Download):
    form = files.CSV


@admin.register(Gradebook)
class GradebookAdmin(OverSource, ModelAdmin):  # type: ignore[misc]  # the theme ships no types
    screens = (
        Place("grid/", Grid, "grid"),
        Place("chooser/", Chooser, "chooser"),
        Place("xlsx/", Download, "xlsx"),
        Place("csv/", DownloadCsv, "csv"),
        Place("imports/", Upload, "imports"),
        Place(f"{TABLE}/", Diff, "diff"),
        Place(f"{TABLE}/undo/", Undo, "undo"),
    )

    def get_urls(self) -> list[URLPattern]:
        """Its page and its screens: there are no records to open."""
        ours = {f"grades_gradebook_{one.name}" for one in self.screens}
        ours.add("grades_gradebook_changelist")
        return [one for one in super().get_urls() if one.name in ours]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> Any:
        del extra_context
        return Frame.as_view(admin=self, site=self.admin_site)(request)


def _typed(given: Mapping[str, Any]) -> Choice:
    """What an address names, which can be typed: nothing of it when it names nothing."""
    found = Choice(*(str(given.get(one, "")) for one in ("period", "subject", "group")))
    named = (found.period, found.subject, found.group)
    is_one = all(ID.fullmatch(one) and not CURP_LIKE.search(one) for one in named)
    return found if is_one else Choice()


def _name(choice: Choice) -> str:
    return f"gradebook\0{choice.query}"


def _column(course: Course, one: Assessment) -> dict[str, Any]:
    return {
        "title": one.title,
        "most": words.number(one.max),
        "category": one.counts_as,
        "due": one.due,
        "published": one.published,
        "curved": one.curve is not None,
        "link": places.link("assessment_change", places.of_assessment(course, one.id)),
    }


def _line(book: Book, row: GradebookRow) -> Line:
    standing, student = row.standing, row.student.id
    official = standing.official if standing else None
    result = standing.provisional if standing else None
    return Line(
        student=student,
        name=row.name,
        cells=[_cell(book, row, one) for one in book.columns],
        provisional=words.number(result.published) if result else "—",
        official=words.number(official.score) if official else "—",
        verdict=_verdict(official),
        pending=standing.pending if standing else 0,
        explained=places.link("grade_change", places.of_grade(student, book.course)),
        up_to_date=standing.up_to_date if standing else True,
    )


def _verdict(official: Grade | None) -> str:
    """Of a subject without a threshold there is none to tell."""
    if official is None or official.verdict is Verdict.UNDEFINED:
        return ""
    return str(words.VERDICT[official.verdict])


def _cell(book: Book, row: GradebookRow, asked: Assessment) -> Cell:
    found = row.results.get(asked.id)
    late = found is not None and rules.late_hours(asked.due, found.submitted_at) > 0
    kind, text = _kind(found, asked)
    said = [row.name, asked.title, text if found else _("nothing is recorded")]
    if late:
        said.append(_("late"))
    return Cell(
        kind=kind,
        text=text,
        said=", ".join(said),
        link=_address(book, row.student.id, asked.id, found),
        late=late,
        fresh=found is not None and not found.consolidated,
    )


def _kind(found: Evaluation | None, asked: Assessment) -> tuple[str, str]:
    """The colour and the text of a result; what nobody handed in is missing when it is due."""
    if found is None:
        overdue = asked.due is not None and asked.due < clock.now()
        return ("missing", str(words.STATUS[Status.MISSING])) if overdue else ("none", "·")
    label = words.status(found.status)
    if found.score is None:
        return found.status, label
    if found.status is Status.GRADED:
        return found.status, words.number(found.score)
    return found.status, f"{words.number(found.score)} ({label})"


def _address(book: Book, student: str, assessment: str, found: Evaluation | None) -> str:
    """The form of a result, or of a new one."""
    course, group = book.course, book.group
    if found is not None:
        return places.link("evaluation_change", places.of_evaluation(student, course, assessment))
    place = {
        "student": student,
        "assessment": assessment,
        "subject": course.subject,
        "period": course.period,
        "group": group,
    }
    return f"{reverse('admin:grades_evaluation_add')}?{urlencode(place)}"
