"""What a course asks for: its list, its form, and taking one away."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.admin import ModelAdmin
from unfold.widgets import UnfoldAdminSelectWidget

from grades import services
from grades.admin import places, words
from grades.admin.assessments_records import Assessment
from grades.admin.choosing import unchosen
from grades.admin.curves import Apply, Desk, UndoCurve
from grades.domain import CurveKind
from luca.dynadmin.forms import REASON, RecordForm
from luca.dynadmin.options import OverSource
from luca.dynadmin.screens import Asked, Confirm, Crumb, Place
from luca.kernel.errors import NotFound
from tenants import services as tenants

COURSE = ("period", "subject")


class Seen(Asked):
    version = forms.IntegerField(widget=forms.HiddenInput)


class Remove(Confirm):
    form: ClassVar[type[forms.Form]] = Seen
    title = gettext_lazy("Remove an assessment")
    button = gettext_lazy("Remove it")
    done = gettext_lazy("The assessment is removed.")

    def heading(self, **where: str) -> str:
        return _("Remove %(assessment)s") % {"assessment": self._row(**where)}

    def crumbs(self, **where: str) -> Iterator[Crumb]:
        row = self._row(**where)
        address = reverse("admin:grades_assessment_changelist")
        yield Crumb(_("Assessments"), f"{address}?period={row.period}&subject={row.subject}")

    def _asked(self, form: forms.Form, **where: str) -> HttpResponse:
        form.initial.setdefault("version", self._row(**where).version)
        return super()._asked(form, **where)

    def effects(self, **where: str) -> Iterable[str]:
        yield _("The course does not ask for it any more; everybody's grade is computed anew.")
        yield _("This is possible only while nobody has a result in it.")

    def act(self, given: Mapping[str, Any], **where: str) -> None:
        row = self._row(**where)
        place = places.assessment(row.pk)
        if place:
            version = given["version"]
            services.remove_assessment(*place, version=version, reason=given[REASON])

    def _row(self, **where: str) -> Assessment:
        found = getattr(self, "_known", None) or list(
            Assessment.source.several([places.named(where, *places.ASSESSMENT)])
        )
        if not found:
            raise NotFound("There is no such assessment.", code="assessment_not_found")
        self._known = found
        row: Assessment = found[0]
        return row


@admin.register(Assessment)
class AssessmentAdmin(OverSource, ModelAdmin):  # type: ignore[misc]  # the theme ships no types
    class Media:
        css: ClassVar[dict[str, list[str]]] = {"all": ["grades/grades.css"]}

    form = RecordForm
    adds = changes = removes = True
    list_display = ("__str__", "counts_as", "worth", "due", "group", "shown", "curved")
    list_per_page = 100
    search_fields = ("name",)
    sortable_by = ()
    actions = None
    list_before_template = "grades/choose_lazily.html"
    change_form_outer_after_template = "grades/assessment_after.html"
    fields = (
        *COURSE,
        "key",
        "name",
        ("type", "category"),
        ("max", "weight"),
        "due",
        "group",
        "published",
        "extra_credit",
    )
    screens = (
        Place(places.route(places.ASSESSMENT, "remove/"), Remove, "remove"),
        Place(places.route(places.ASSESSMENT, "curve/"), Desk, "curve"),
        Place(places.route(places.ASSESSMENT, "curve/apply/"), Apply, "apply_curve"),
        Place(places.route(places.ASSESSMENT, "curve/undo/"), UndoCurve, "undo_curve"),
    )

    @admin.display(description=gettext_lazy("counts in"))
    def counts_as(self, row: Assessment) -> str:
        return row.category or row.type

    @admin.display(description=gettext_lazy("possible points"))
    def worth(self, row: Assessment) -> str:
        return words.number(row.max)

    @admin.display(description=gettext_lazy("published"))
    def shown(self, row: Assessment) -> str:
        return _("yes") if row.published else _("no")

    @admin.display(description=gettext_lazy("curve"))
    def curved(self, row: Assessment) -> str:
        return str(words.CURVE[CurveKind(row.curve)]) if row.curve else "—"

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Where an assessment lies never changes."""
        return (*COURSE, "key") if obj else ()

    def get_form(self, request: HttpRequest, obj: Any = None, **options: Any) -> Any:
        form = super().get_form(request, obj, **options)
        offer = tenants.catalogue()
        offered = {
            "period": [(one.id, one.name or one.id) for one in reversed(offer.periods)],
            "subject": list(
                {one.subject: offer.subject(one.subject) for one in offer.courses}.items()
            ),
            "group": [
                ("", _("everybody in the course")),
                *((one.id, one.name) for one in offer.groups),
            ],
        }
        for name in offered.keys() & form.base_fields.keys():
            form.base_fields[name].widget = UnfoldAdminSelectWidget(choices=offered[name])
        return form

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """A new one is for the course whose list one comes from."""
        listed = QueryDict(request.GET.get("_changelist_filters", ""))
        given: dict[str, Any] = super().get_changeform_initial_data(request)
        return {**{name: listed[name] for name in COURSE if name in listed}, **given}

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> Any:
        return unchosen(self, request, groups=False) or super().changelist_view(
            request, extra_context
        )

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        name = unquote(object_id)
        if places.assessment(name) is None:
            raise NotFound("There is no such assessment.", code="assessment_not_found")
        more = {
            "remove_link": places.screen("assessment_remove", name),
            "curve_link": places.screen("assessment_curve", name),
        }
        shown = {**(extra_context or {}), **more, "show_delete": False}
        return super().change_view(request, object_id, form_url, shown)  # type: ignore[no-any-return]

    def response_post_save_add(self, request: HttpRequest, obj: Assessment) -> HttpResponse:
        """Back to the list of its course."""
        address = reverse("admin:grades_assessment_changelist")
        return HttpResponseRedirect(f"{address}?period={obj.period}&subject={obj.subject}")

    response_post_save_change = response_post_save_add

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Without a reason nothing is removed: the question with one has its own page."""
        del extra_context
        name = unquote(object_id)
        if not self.has_delete_permission(request):
            raise PermissionDenied
        if places.assessment(name) is None:
            raise NotFound("There is no such assessment.", code="assessment_not_found")
        return HttpResponseRedirect(places.screen("assessment_remove", name))
