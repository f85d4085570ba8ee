"""Tables of people: sent, looked over row by row, stored by a worker, undone."""

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from unfold.admin import ModelAdmin
from unfold.decorators import display
from unfold.widgets import UnfoldAdminFileFieldWidget, UnfoldAdminSelectWidget

from luca.aws import jobs
from luca.dynadmin.options import OverSource
from luca.dynadmin.saying import said
from luca.dynadmin.screens import Asked, Confirm, Crumb, Place, Progress, Screen, Watch
from luca.kernel import sheets
from luca.kernel.errors import Conflict
from tenants.admin import differences
from tenants.admin.imports_records import KINDS, STATES, PeopleImport
from tenants.domain.imports import ImportState
from tenants.services.imports import desk
from tenants.services.imports.desk import ImportSeen

LIST = "admin:tenants_peopleimport_changelist"
BASE = "admin:tenants_peopleimport_"
ENDED = {ImportState.APPLIED, ImportState.STOPPED, ImportState.UNDONE}
LISTS = {  # where one sees what became of the rows; enrolments are in each group
    "students": "admin:tenants_student_changelist",
    "guardians": "admin:tenants_guardian_changelist",
    "teachers": "admin:tenants_teacher_changelist",
    "groups": "admin:tenants_group_changelist",
    "enrolments": "admin:tenants_group_changelist",
}
GOING = {ImportState.APPLYING, ImportState.UNDOING}


def at(name: str, identity: str) -> str:
    return reverse(BASE + name, args=[identity])


class UploadForm(forms.Form):
    kind = forms.ChoiceField(
        label=gettext_lazy("Table of"), choices=KINDS, widget=UnfoldAdminSelectWidget()
    )
    file = forms.FileField(
        label=gettext_lazy("File"),
        help_text=gettext_lazy("CSV or XLSX, at most 5 MB and 5,000 rows."),
        widget=UnfoldAdminFileFieldWidget({"accept": ".csv,.txt,.xlsx"}),
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > desk.LARGEST:
            raise forms.ValidationError(_("The file is too large: divide it."))
        return file


class Upload(Screen):
    """Send a table; nothing of it is stored before somebody has looked it over."""

    title = gettext_lazy("Import a table")
    template = "people/upload.html"

    def shown(self, **where: str) -> Mapping[str, Any]:
        return {"form": UploadForm(initial=self.request.GET.dict()), **_templates()}

    def post(self, request: HttpRequest, **where: str) -> HttpResponse:
        form = UploadForm(request.POST, request.FILES)
        if not form.is_valid():
            return self.page({"form": form, **_templates()}, **where)
        made = desk.send_import(form.cleaned_data["kind"], form.cleaned_data["file"].read())
        return HttpResponseRedirect(at("look", made.id))


def _templates() -> dict[str, Any]:
    link = reverse(BASE + "template")
    return {"templates": [(name, f"{link}?kind={kind}") for kind, name in KINDS]}


class Template(Screen):
    """An empty table with the columns that are known."""

    title = gettext_lazy("Template")

    def get(self, request: HttpRequest, **where: str) -> HttpResponse:
        kind = request.GET.get("kind", "students")
        kind = kind if kind in dict(KINDS) else "students"
        answer = HttpResponse(content_type="text/csv; charset=utf-8")
        answer.write(sheets.BOM + sheets.lines([desk.import_columns(kind)]))
        answer["Content-Disposition"] = f'attachment; filename="{kind}.csv"'
        return answer


class Look(Watch):
    """What a table would do, how far it is, or what became of it: one address from end to end."""

    template = "people/import.html"
    leads_on = True

    def heading(self, **where: str) -> str:
        return _("Import: %s") % dict(KINDS).get(self.seen(**where).made.kind, "")

    def seen(self, **where: str) -> ImportSeen:
        if not hasattr(self, "_seen"):
            self._seen = desk.import_seen(where["people_import"])
        return self._seen

    def progress(self, **where: str) -> Progress:
        seen = self.seen(**where)
        job, state = seen.job, seen.made.state
        failed = job is not None and job.state is jobs.State.FAILED
        going = state in GOING and not failed
        text = str(dict(STATES)[state.value])
        if failed and job is not None:
            text = _("It did not go well: %s") % said(
                job.detail or _("Nobody has heard of the work for an hour.")
            )
        done, total = (job.done, job.total) if job else (0, None)
        partial = bool(self.request.headers.get("HX-Request"))  # the page around it is older
        link = (Crumb(_("Show the result"), at("look", seen.made.id)),) * (partial and not going)
        return Progress(done, total, going=going, text=text, failed=failed, links=link)

    def shown(self, **where: str) -> Mapping[str, Any]:
        seen = self.seen(**where)
        shown: dict[str, Any] = {"made": seen.made, "acts": list(_acts(seen))}
        shown["left"] = [differences.left(*one) for one in seen.made.left.items()]
        if seen.made.state in {ImportState.CHECKED, ImportState.STOPPED}:
            try:
                found = desk.import_difference(seen.made)
            except Conflict as error:
                return {**shown, "gone": said(error), "acts": []}
            return {**shown, "grids": differences.grids(seen.made.kind, found)}
        return shown


def _acts(seen: ImportSeen) -> Iterable[tuple[str, str, bool]]:
    """What can be done now: the words, the address, and whether it is the usual next step."""
    made, failed = seen.made, seen.job is not None and seen.job.state is jobs.State.FAILED
    if made.state in {ImportState.CHECKED, ImportState.STOPPED} and made.new + made.changed:
        yield _("Store these rows"), at("apply", made.id), not made.refused
    if made.state in {ImportState.CHECKED, ImportState.UNDONE}:
        again = f"{reverse(BASE + 'upload')}?kind={made.kind}"
        yield _("Send another file"), again, bool(made.refused)
    if made.state is ImportState.APPLYING:
        yield _("Stop"), at("stop", made.id), False
    if made.state in GOING and failed:
        yield _("Go on"), at("again", made.id), True
    if made.state in {ImportState.APPLIED, ImportState.STOPPED}:
        yield _("Undo the import"), at("undo", made.id), False
    if made.state in ENDED:
        yield _("Show the list"), reverse(LISTS[made.kind]), made.state is ImportState.APPLIED


class Once(forms.Form):
    """A question without a reason: what is answered can be undone."""

    once = forms.CharField(widget=forms.HiddenInput, max_length=64)


class Act(Confirm):
    """A question about one import."""

    form: ClassVar[type[forms.Form]] = Once
    danger = False

    def crumbs(self, **where: str) -> Iterable[Crumb]:
        yield from super().crumbs(**where)
        yield Crumb(_("Import"), at("look", where["people_import"]))

    def get(self, request: HttpRequest, **where: str) -> HttpResponse:
        desk.people_import(where["people_import"])
        return super().get(request, **where)


class Apply(Act):
    title = gettext_lazy("Store the rows")
    button = gettext_lazy("Store")

    def effects(self, **where: str) -> Iterable[str]:
        made = desk.people_import(where["people_import"])
        yield _("%(new)d new, %(changed)d changed.") % {"new": made.new, "changed": made.changed}
        if made.refused:
            text = ngettext(
                "%d row with faults is left out: only the good ones are stored.",
                "%d rows with faults are left out: only the good ones are stored.",
                made.refused,
            )
            yield text % made.refused
        yield _("It can be undone for a week.")

    def act(self, given: Mapping[str, Any], **where: str) -> None:
        made = desk.people_import(where["people_import"])
        desk.apply_import(made.id, partial=bool(made.refused))


class Stop(Act):
    title = gettext_lazy("Stop the import")
    button = gettext_lazy("Stop")
    done = gettext_lazy("It stops after the rows that are being written.")

    def effects(self, **where: str) -> Iterable[str]:
        yield _("The rows that are stored by then stay; they can be undone, or the rest stored.")

    def act(self, given: Mapping[str, Any], **where: str) -> None:
        desk.stop_import(where["people_import"])


class Again(Act):
    title = gettext_lazy("Go on with the import")
    button = gettext_lazy("Go on")

    def act(self, given: Mapping[str, Any], **where: str) -> None:
        desk.again(where["people_import"])


class Undo(Act):
    title = gettext_lazy("Undo the import")
    button = gettext_lazy("Undo")
    form = Asked
    danger = True

    def effects(self, **where: str) -> Iterable[str]:
        yield _("Whom the import added is removed; what it changed becomes what it was.")
        yield _("What somebody has changed or used since stays as it is, and is counted.")

    def act(self, given: Mapping[str, Any], **where: str) -> None:
        desk.undo_import(where["people_import"], reason=given["reason"])


@admin.register(PeopleImport)
class PeopleImportAdmin(OverSource, ModelAdmin):  # type: ignore[misc]  # the theme ships no types
    list_display = ("shown_kind", "made_at", "made_by", "state", "new", "changed", "refused")
    list_display_links = None
    sortable_by = ()
    list_per_page = 50
    list_before_template = "people/imports_before.html"
    screens = (
        Place("upload/", Upload, "upload"),
        Place("template/", Template, "template"),
        Place("<str:people_import>/look/", Look, "look"),
        Place("<str:people_import>/apply/", Apply, "apply"),
        Place("<str:people_import>/stop/", Stop, "stop"),
        Place("<str:people_import>/again/", Again, "again"),
        Place("<str:people_import>/undo/", Undo, "undo"),
    )

    @display(description=gettext_lazy("Table of"))  # type: ignore[untyped-decorator]
    def shown_kind(self, made: PeopleImport) -> str:
        link = '<a class="text-primary-600 underline dark:text-primary-500" href="{}">{}</a>'
        return format_html(link, at("look", str(made.pk)), str(made))

    def change_view(self, request: HttpRequest, object_id: str, *_: Any, **__: Any) -> HttpResponse:
        """An import is looked at on a page of its own."""
        desk.people_import(object_id)
        return HttpResponseRedirect(at("look", object_id))
