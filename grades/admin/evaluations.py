"""Results: a list by pages, a form that corrects with a reason, taking back and moving."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, ClassVar
from urllib.parse import quote

from django import forms
from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.admin import ModelAdmin
from unfold.widgets import UnfoldAdminSelectWidget

from grades import services
from grades.admin import places, words
from grades.admin.choosing import Choice, unchosen
from grades.admin.evaluations_records import Evaluation, past_of
from grades.domain import Status
from luca.dynadmin.forms import REASON, ReasonField, RecordForm
from luca.dynadmin.options import OverSource
from luca.dynadmin.screens import Asked, Confirm, Crumb, Place, Screen
from luca.kernel import context
from luca.kernel.errors import NotFound

PLACE = ("student", "subject", "period", "assessment")


class ResultForm(RecordForm):
    """A correction: what it is now, and why."""

    reason = ReasonField()

    def clean(self) -> dict[str, Any] | None:
        """Of what has no points it is enough to say so."""
        given = super().clean() or self.cleaned_data
        if given.get("status") in {Status.EXCUSED, Status.EXEMPT, Status.MISSING}:
            given["score"] = None
        return given


class NewResultForm(ResultForm):
    reason = ReasonField(
        required=False,
        help_text=gettext_lazy("Needed to excuse, and in a period that is closed."),
    )


class _Result(Screen):
    """A page about one result, which is read once."""

    def _row(self, **where: str) -> Evaluation:
        known: list[Evaluation] = getattr(self, "known", None) or list(
            Evaluation.source.several([places.named(where, *places.EVALUATION)])
        )
        if not known:
            raise NotFound("There is no such evaluation.", code="evaluation_not_found")
        self.known = known
        return known[0]


class History(_Result):
    """What a result was, with who said so and why, out of the result itself."""

    template = "dynadmin/history.html"

    def heading(self, **where: str) -> str:
        return _("Change history: %s") % self._row(**where)

    def shown(self, **where: str) -> Mapping[str, Any]:
        read = self._row(**where).read
        return {"past": past_of(read) if read else ()}


class Seen(Asked):
    version = forms.IntegerField(widget=forms.HiddenInput)


class _OfResult(_Result, Confirm):
    """What is asked before something happens to one result, over the version that was seen."""

    form: ClassVar[type[forms.Form]] = Seen

    def _asked(self, form: forms.Form, **where: str) -> HttpResponse:
        form.initial.setdefault("version", self._row(**where).version)
        return super()._asked(form, **where)

    def heading(self, **where: str) -> str:
        return str(self.title)

    def crumbs(self, **where: str) -> Iterator[Crumb]:
        yield from super().crumbs(**where)
        name = places.named(where, *places.EVALUATION)
        yield Crumb(_("Result"), places.link("evaluation_change", name))

    def shown(self, **where: str) -> Mapping[str, Any]:
        row = self._row(**where)
        return {"row": row, "status": words.status(Status(row.status))}


class TakeBack(_OfResult):
    title = gettext_lazy("Take a result back")
    template = "grades/result_question.html"
    button = gettext_lazy("Take it back")
    done = gettext_lazy("The result is taken back.")

    def effects(self, **where: str) -> Iterable[str]:
        yield _("It counts as if nothing had been recorded; its history keeps what it was.")

    def act(self, given: Mapping[str, Any], **where: str) -> None:
        row = self._row(**where)
        place = places.evaluation(row.pk)
        if place:
            version = given["version"]
            services.void(context.actor(), *place, reason=given[REASON], version=version)


class MoveForm(Seen):
    category = forms.CharField(
        label=gettext_lazy("Counts in"),
        max_length=64,
        required=False,
        help_text=gettext_lazy("A category of the rules; empty puts it back into its own."),
    )


class Move(_OfResult):
    title = gettext_lazy("Count a result in another category")
    template = "grades/result_question.html"
    form: ClassVar[type[forms.Form]] = MoveForm
    button = gettext_lazy("Move it")
    done = gettext_lazy("The result counts there now.")
    danger = False

    def effects(self, **where: str) -> Iterable[str]:
        yield _("Only this student's result counts there; the assessment stays as it is.")

    def act(self, given: Mapping[str, Any], **where: str) -> None:
        row = self._row(**where)
        place = places.evaluation(row.pk)
        if place:
            services.move(
                context.actor(),
                *place,
                category=given["category"],
                reason=given[REASON],
                version=given["version"],
            )


@admin.register(Evaluation)
class EvaluationAdmin(OverSource, ModelAdmin):  # type: ignore[misc]  # the theme ships no types
    class Media:
        css: ClassVar[dict[str, list[str]]] = {"all": ["grades/grades.css"]}

    form = ResultForm
    adds = changes = True
    list_display = ("student_name", "title", "points", "status_shown", "recorded_at", "in_grade")
    list_display_links = ("student_name", "title")
    list_per_page = 50
    sortable_by = ()
    actions = None
    list_before_template = "grades/choose_lazily.html"
    change_form_outer_after_template = "grades/result_after.html"
    fields = ("student_name", "title", "worth", "status", "score", "submitted_at", REASON)
    readonly_fields = ("student_name", "title", "worth")
    screens = (
        Place(places.route(places.EVALUATION, "take-back/"), TakeBack, "void"),
        Place(places.route(places.EVALUATION, "move/"), Move, "move"),
    )

    @admin.display(description=gettext_lazy("points"))
    def points(self, row: Evaluation) -> str:
        return words.of_most(row.score, row.max) if row.max is not None else "—"

    @admin.display(description=gettext_lazy("status"))
    def status_shown(self, row: Evaluation) -> str:
        return words.status(Status(row.status))

    @admin.display(description=gettext_lazy("in the final grade"))
    def in_grade(self, row: Evaluation) -> str:
        return _("yes") if row.consolidated else _("from tonight")

    @admin.display(description=gettext_lazy("possible points"))
    def worth(self, row: Evaluation) -> str:
        return f"{words.number(row.max.normalize())} · {row.category}" if row.max else "—"

    def has_add_permission(self, request: HttpRequest) -> bool:
        """From an empty cell of the gradebook: a result is always somebody's in something."""
        placed = all(request.GET.get(name) for name in PLACE)
        return placed and super().has_add_permission(request)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.fields if obj else (*PLACE, "status", "score", "submitted_at", REASON)

    def get_form(self, request: HttpRequest, obj: Any = None, **options: Any) -> Any:
        if obj is None:
            options["form"] = NewResultForm
        form = super().get_form(request, obj, **options)
        for name in PLACE if obj is None else ():
            form.base_fields[name].widget = forms.HiddenInput()
        form.base_fields["status"].widget = UnfoldAdminSelectWidget(
            choices=list(words.STATUS.items())
        )
        return form

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> Any:
        return unchosen(self, request, unless="student") or super().changelist_view(
            request, extra_context
        )

    def response_post_save_add(self, request: HttpRequest, obj: Evaluation) -> HttpResponse:
        """Back to where one comes from: the list, or the student's line of the gradebook."""
        if "_changelist_filters" in request.GET:
            return super().response_post_save_change(request, obj)  # type: ignore[no-any-return]
        group = obj.group or request.GET.get("group", "")
        choice = Choice(str(obj.period), str(obj.subject), group)
        address = reverse("admin:grades_gradebook_changelist")
        return HttpResponseRedirect(f"{address}?{choice.query}#student-{quote(obj.student)}")

    response_post_save_change = response_post_save_add

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> Any:
        del extra_context
        where = zip(places.EVALUATION, unquote(object_id).split(places.APART), strict=False)
        page = History.as_view(admin=self, site=self.admin_site)
        return page(request, **dict(where))

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        name = unquote(object_id)
        of = places.evaluation(name)
        if of is None:
            raise NotFound("There is no such evaluation.", code="evaluation_not_found")
        more = {
            "void_link": places.screen("evaluation_void", name),
            "move_link": places.screen("evaluation_move", name),
            "grade_link": places.link("grade_change", places.of_grade(*of[:2])),
        }
        shown = {**(extra_context or {}), **more}
        return super().change_view(request, object_id, form_url, shown)  # type: ignore[no-any-return]
