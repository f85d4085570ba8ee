"""The audit log: who did what, filtered, entry by entry, and as a file."""

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar
from urllib.parse import urlencode

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from unfold.admin import ModelAdmin
from unfold.decorators import display
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from luca.dynadmin.options import OverSource
from luca.dynadmin.saying import said
from luca.dynadmin.screens import Place, Screen, Text
from luca.kernel.errors import Invalid, LucaError, TooLarge
from tenants import services
from tenants.admin import audit_words as words
from tenants.admin.audit_records import ASKED, AuditRecord, actions, searched
from tenants.serializers.audit import as_table

LIST = "admin:tenants_auditrecord_changelist"


class _Asked(admin.SimpleListFilter):
    """A field to fill in, beside the list."""

    template = "luca/filter.html"
    hint: Text = ""
    kind = "text"

    def has_output(self) -> bool:
        return True

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return []

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        value = (self.value() or "").strip()
        return queryset.filter(**{str(self.parameter_name): value}) if value else queryset

    def choices(self, changelist: Any) -> Iterator[Any]:
        name = str(self.parameter_name)
        form = forms.Form(initial={name: self.value()}, auto_id="filter_%s")
        form.fields[name] = self._field()
        yield {"form": form}

    def _field(self) -> forms.Field:
        widget = UnfoldAdminTextInputWidget({"type": self.kind})
        return forms.CharField(
            label=self.title, help_text=str(self.hint), required=False, widget=widget
        )


class Since(_Asked):
    title = gettext_lazy("From the day")
    parameter_name = "since"
    kind = "date"


class Until(_Asked):
    title = gettext_lazy("To the day")
    parameter_name = "until"
    kind = "date"
    hint = gettext_lazy("Without days: the last 30.")


class What(_Asked):
    title = gettext_lazy("What was done")
    parameter_name = "action"

    def _field(self) -> forms.Field:
        choices = [("", _("Anything")), *actions()]
        return forms.ChoiceField(
            label=self.title, choices=choices, required=False, widget=UnfoldAdminSelectWidget
        )


class Who(_Asked):
    title = gettext_lazy("Id of who did it")
    parameter_name = "actor"
    hint = gettext_lazy("A person's id, “operator” or “luca”.")


class About(_Asked):
    title = gettext_lazy("About")
    parameter_name = "about"
    hint = gettext_lazy("A kind and an id, as student:s1 or course:maths/2026-1.")


class Export(Screen):
    """The entries that the list would show, as a file; that is an entry itself."""

    title = gettext_lazy("Export the audit log")

    def get(self, request: HttpRequest, **where: str) -> HttpResponse:
        asked = {name: request.GET[name] for name in ASKED if request.GET.get(name)}
        try:
            search = searched(asked)
            entries = services.exported_audit(search)
        except (Invalid, TooLarge) as error:
            messages.error(request, " ".join(_told(error)))
            return HttpResponseRedirect(f"{reverse(LIST)}?{urlencode(asked)}")
        table = as_table(entries, get_language() or "")
        answer = HttpResponse(table, content_type="text/csv; charset=utf-8")
        days = f"{search.since:%Y%m%d}-{search.until:%Y%m%d}"
        answer["Content-Disposition"] = f'attachment; filename="audit-{days}.csv"'
        return answer


class AuditAdmin(OverSource, ModelAdmin):  # type: ignore[misc]  # the theme ships no types
    list_display = ("shown_at", "shown_who", "what", "shown_about", "reason", "shown_details")
    list_filter = (Since, Until, What, Who, About)
    list_filter_submit = True
    list_before_template = "luca/audit_before.html"
    list_per_page = 50
    fields: ClassVar[tuple[str, ...]] = (
        *("at", "who", "actor", "groups", "what", "action", "shown_about", "reason"),
        *("shown_details", "origin", "correlation"),
    )
    screens = (Place("export/", Export, "export"),)

    @display(description=gettext_lazy("when"))  # type: ignore[untyped-decorator]  # the same
    def shown_at(self, obj: AuditRecord) -> str:
        return words.moment(obj.at)

    @display(description=gettext_lazy("who"))  # type: ignore[untyped-decorator]  # the same
    def shown_who(self, obj: AuditRecord) -> str:
        return _link("actor", obj.actor, obj.who)

    @display(description=gettext_lazy("about"))  # type: ignore[untyped-decorator]  # the same
    def shown_about(self, obj: AuditRecord) -> str:
        return _link("about", obj.about, words.about(obj.about))

    @display(description=gettext_lazy("details"))  # type: ignore[untyped-decorator]  # the same
    def shown_details(self, obj: AuditRecord) -> str:
        return format_html('<span class="luca-long">{}</span>', words.details(obj.details))

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Say what is wrong with a filter above the list without it."""
        asked = {name: value for name in ASKED if (value := request.GET.get(name))}
        export = reverse("admin:tenants_auditrecord_export")
        shown = {"export": f"{export}?{urlencode(asked)}" if asked else export}
        try:
            return super().changelist_view(request, {**shown, **(extra_context or {})})
        except Invalid as error:
            messages.error(request, " ".join(_told(error)))
            return HttpResponseRedirect(reverse(LIST))


def _told(error: LucaError) -> list[str]:
    return [
        said(error),
        *(f"{words.asked(one.field)}: {said(one.message)}" for one in error.errors),
    ]


def _link(name: str, value: str, text: str) -> str:
    """Leads to the entries that have the same."""
    query: Mapping[str, str] = {name: value}
    look = "text-primary-600 dark:text-primary-500"
    address = f"{reverse(LIST)}?{urlencode(query)}"
    return format_html('<a class="{}" href="{}">{}</a>', look, address, text)


admin.site.register(AuditRecord, AuditAdmin)
