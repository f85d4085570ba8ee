"""Students, teachers and guardians: lists, search, forms."""

from typing import Any, ClassVar

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.admin import ModelAdmin
from unfold.decorators import display

from luca.dynadmin.forms import ReasonField, RecordForm
from luca.dynadmin.options import OverSource
from luca.dynadmin.records import Records
from luca.dynadmin.screens import Place
from tenants import services
from tenants.admin import around, exports, invitations, leaving
from tenants.admin.people_records import Guardian, PersonRecord, Student, Teacher
from tenants.domain import Status


class PersonForm(RecordForm):
    reason = ReasonField(required=False)


class PersonAdmin(OverSource, ModelAdmin):  # type: ignore[misc]  # the theme ships no types
    form = PersonForm
    adds = changes = True
    list_display = ("shown_name", "id", "external_id", "shown_status")
    list_filter = ("status",)
    list_per_page = 50
    search_fields = ("family_name",)  # what is searched is the services' to say
    search_help_text = gettext_lazy("Part of a name, an ID, an external ID or an e-mail")
    sortable_by = ()
    warn_unsaved_form = True
    own_fields: ClassVar[tuple[str, ...]] = ()
    list_before_template = "people/people_before.html"
    actions = ("invite",)

    @admin.action(description=gettext_lazy("Invite to sign in"))
    def invite(self, _request: HttpRequest, queryset: Records[Any]) -> HttpResponse:
        """On to a page that says who can be invited, and who not."""
        source: Any = self.model.source
        return HttpResponseRedirect(
            invitations.asked(source.role, [str(one.pk) for one in queryset])
        )

    change_form_outer_after_template = "people/lazily.html"

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """With the address of what lies around the person, and of their leaving."""
        name = self.model._meta.model_name  # noqa: SLF001 -- Django's own door
        links = {
            one: reverse(f"admin:tenants_{name}_{one}", args=[unquote(object_id)])
            for one in ("around", "leave", "return")
        }
        shown = {**links, **(extra_context or {})}
        answer: HttpResponse = super().change_view(request, object_id, form_url, shown)
        return answer

    @display(description=gettext_lazy("Name"))  # type: ignore[untyped-decorator]
    def shown_name(self, person: PersonRecord) -> str:
        return f"{person.family_name} {person.given_name}".strip()

    @display(  # type: ignore[untyped-decorator]
        description=gettext_lazy("Status"),
        label={Status.ACTIVE.value: "success", Status.LEFT.value: "warning"},
    )
    def shown_status(self, person: PersonRecord) -> tuple[str, str]:
        return person.status, person.get_status_display()  # type: ignore[attr-defined]  # Django makes it

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        known = ["given_name", "family_name", *self.own_fields, "email", "external_id"]
        if obj is None:
            return ["id", *known]
        return ["id", *known, *(["left_on"] if obj.left_on else []), "reason"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return () if obj is None else ("id", "left_on")

    def get_search_results(
        self, request: HttpRequest, queryset: Records[Any], search_term: str
    ) -> tuple[Records[Any], bool]:
        if search_term and not services.is_searchable(search_term):
            messages.warning(request, _("Type at least two letters of a name."))
            return queryset.none(), False
        return super().get_search_results(request, queryset, search_term)


@admin.register(Student)
class StudentAdmin(PersonAdmin):
    own_fields = ("curp",)
    screens = (
        Place("export/", exports.StudentExport, "export"),
        Place("<str:student>/around/", around.AroundStudent, "around"),
        Place("<str:student>/leave/", leaving.StudentLeaves, "leave"),
        Place("<str:student>/return/", leaving.StudentReturns, "return"),
        Place("<str:student>/guardians/add/", around.AddGuardian, "add_guardian"),
        Place(
            "<str:student>/guardians/<str:guardian>/remove/",
            around.RemoveGuardian,
            "remove_guardian",
        ),
        Place("<str:student>/enrol/", around.Enrol, "enrol"),
        Place(
            "<str:student>/courses/<str:subject>/<str:period>/withdraw/",
            around.Withdraw,
            "withdraw",
        ),
        Place("<str:student>/enrolments/", around.Enrolments, "enrolments"),
    )
    search_help_text = gettext_lazy("Part of a name, an ID, a CURP, an external ID or an e-mail")


@admin.register(Teacher)
class TeacherAdmin(PersonAdmin):
    screens = (
        Place("export/", exports.TeacherExport, "export"),
        Place("<str:teacher>/around/", around.AroundTeacher, "around"),
        Place("<str:teacher>/leave/", leaving.TeacherLeaves, "leave"),
        Place("<str:teacher>/return/", leaving.TeacherReturns, "return"),
    )


@admin.register(Guardian)
class GuardianAdmin(PersonAdmin):
    screens = (
        Place("export/", exports.GuardianExport, "export"),
        Place("<str:guardian>/around/", around.AroundGuardian, "around"),
        Place("<str:guardian>/leave/", leaving.GuardianLeaves, "leave"),
        Place("<str:guardian>/return/", leaving.GuardianReturns, "return"),
        Place("<str:guardian>/students/add/", around.AddChild, "add_child"),
    )
