"""Grades: a list of a course or a student, and how each came about, step by step."""

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar
from urllib.parse import urlencode

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.admin import ModelAdmin

from grades import services
from grades.admin import places, words, working
from grades.admin.choosing import unchosen
from grades.admin.grades_records import Grade
from grades.admin.noted import SEEN, is_noted, noted
from grades.domain import Verdict
from luca.dynadmin.beside import Beside
from luca.dynadmin.options import OverSource
from luca.dynadmin.screens import Crumb, Place, Screen
from luca.kernel.errors import NotFound
from luca.kernel.ids import StudentId
from tenants.domain import Course

DIGITS = 9  # of a version that anybody asks for
NOW = "now"  # in an address: what it would be with all that is recorded


class Explained(Screen):
    """What goes into a grade on the left, and on the right what was made of it."""

    title = gettext_lazy("How the grade comes about")
    template = "grades/explanation.html"

    def crumbs(self, **where: str) -> Iterator[Crumb]:
        _student, course = _place(where)
        address = reverse("admin:grades_grade_changelist")
        chosen = urlencode({"period": course.period, "subject": course.subject})
        yield Crumb(_("Grades"), f"{address}?{chosen}")

    def get(self, request: HttpRequest, **where: str) -> HttpResponse:
        """What there is to show; without a grade yet, how things stand."""
        student, course = _place(where)
        asked = _version(request.GET.get("version", ""))
        try:
            if asked != 0 or _is_noted(request, student):
                return self.page(self._shown(student, course, asked), **where)
        except NotFound:
            if asked is not None:
                raise
        services.look_at_explanation(student)
        link = places.link("grade_change", places.of_grade(student, course))
        return HttpResponseRedirect(f"{link}?version={NOW}&{_seen(student)}")

    def _shown(self, student: StudentId, course: Course, asked: int | None) -> Mapping[str, Any]:
        found = _told(student, course, asked)
        trace, person = found.of.of.trace, found.student
        name = places.of_grade(student, course)
        seen = _seen(student)
        return {
            "name": f"{person.family_name} {person.given_name}".strip(),
            "subject": found.subject,
            "period": found.period,
            "found": found.of,
            "stands": asked == 0,
            "score": words.number(found.of.of.score),
            "given": [
                (one, places.link("evaluation_change", of))
                for one in working.given(trace, found.titles)
                for of in [places.of_evaluation(student, course, one.assessment)]
            ],
            "steps": working.steps(trace, found.titles),
            "versions": places.screen("grade_versions", name),
            "since": "" if asked is not None else f"{places.screen('grade_since', name)}?{seen}",
        }


class Since(Screen):
    """What a grade does not know yet: it is computed while the page is there already."""

    def get(self, request: HttpRequest, **where: str) -> HttpResponse:
        student, course = _place(where)
        if not _is_noted(request, student):
            services.look_at_explanation(student)
        link = places.link("grade_change", places.of_grade(student, course))
        shown = {
            "provisional": services.what_changed_since(student, course),
            "now": f"{link}?version={NOW}&{_seen(student)}",
        }
        return TemplateResponse(request, "grades/since.html", shown)


class Versions(Screen):
    """Every number that the grade has been, the newest first."""

    title = gettext_lazy("How the grade has changed")
    template = "grades/versions.html"

    def crumbs(self, **where: str) -> Iterator[Crumb]:
        link = places.link("grade_change", places.named(where, *places.GRADE))
        yield Crumb(_("How the grade comes about"), link)

    def shown(self, **where: str) -> Mapping[str, Any]:
        student, course = _place(where)
        link = places.link("grade_change", places.of_grade(student, course))
        found = reversed(services.history(student, course))
        return {"versions": [(one, words.number(one.score), link) for one in found]}


@admin.register(Grade)
class GradeAdmin(OverSource, ModelAdmin):  # type: ignore[misc]  # the theme ships no types
    class Media:
        css: ClassVar[dict[str, list[str]]] = {"all": ["grades/grades.css"]}

    list_display = ("student_name", "subject", "number", "verdict_shown", "calculated")
    list_display_links = ("student_name",)
    list_per_page = 50
    sortable_by = ()
    actions = None
    list_before_template = "grades/choose_lazily.html"
    screens = (
        Place(places.route(places.GRADE, "versions/"), Versions, "versions"),
        Place(places.route(places.GRADE, "since/"), Since, "since"),
    )

    @admin.display(description=gettext_lazy("grade"))
    def number(self, row: Grade) -> str:
        return words.number(row.score)

    @admin.display(description=gettext_lazy("verdict"))
    def verdict_shown(self, row: Grade) -> str:
        return str(words.VERDICT[Verdict(row.verdict)]) if row.version else _("none yet")

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> Any:
        return unchosen(self, request, unless="student", groups=False) or super().changelist_view(
            request, extra_context
        )

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        """A grade is nothing that is typed in: its page says how it came about."""
        del form_url, extra_context
        return self._screen(Explained, request, object_id)

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> Any:
        del extra_context
        return self._screen(Versions, request, object_id)

    def _screen(self, page: type[Screen], request: HttpRequest, named: str) -> Any:
        where = zip(places.GRADE, unquote(named).split(places.APART), strict=False)
        return page.as_view(admin=self, site=self.admin_site)(request, **dict(where))


def _told(student: StudentId, course: Course, asked: int | None) -> services.Explained:
    language = translation.get_language() or ""
    if asked is None:
        return services.newest_explained(student, course, language=language)
    if asked == 0:
        return services.explained_now(student, course, language=language)
    return services.explained_version(student, course, asked, language=language)


def _seen(student: StudentId) -> str:
    return urlencode({SEEN: noted(f"explanation\0{student}")})


def _is_noted(request: HttpRequest, student: StudentId) -> bool:
    return is_noted(request.GET.get(SEEN), f"explanation\0{student}")


def _place(where: Mapping[str, str]) -> tuple[StudentId, Course]:
    place = places.grade(places.APART.join(where.values()))
    if place is None:
        raise NotFound("There is no such grade, or not yet.", code="grade_not_found")
    return place


def _version(given: str) -> int | None:
    if given == NOW:
        return 0
    return int(given) if given.isascii() and given.isdigit() and len(given) <= DIGITS else None


admin.site.beside["student"].append(  # type: ignore[attr-defined]  # Luca's own site
    Beside(gettext_lazy("Grades"), "grades_grade_changelist", asked="student")
)
