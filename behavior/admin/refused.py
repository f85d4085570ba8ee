"""Rejected events: which, why, what can be done, and trying them again."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.utils import unquote
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from unfold.admin import ModelAdmin
from unfold.widgets import UnfoldAdminSelectWidget

from behavior import services
from behavior.admin import words
from behavior.admin.refused_records import RefusedEvent
from behavior.services import Tried
from luca.aws.jobs import Job, State
from luca.dynadmin.options import OverSource
from luca.dynadmin.saying import said
from luca.dynadmin.screens import Asked, Confirm, Crumb, Place, Progress, Watch

LIST, JOB = "admin:behavior_refusedevent_changelist", "admin:behavior_refusedevent_job"


def told(done: Tried) -> tuple[str, int]:
    """What became of a try, in a sentence, and how loud it is said."""
    parts = [ngettext("%(n)s event is stored.", "%(n)s events are stored.", done.stored)
             % {"n": done.stored}]  # fmt: skip
    if done.refused:
        still = ngettext("%(n)s is still refused.", "%(n)s are still refused.", done.refused)
        parts.append(still % {"n": done.refused})
    if done.failed:
        busy = ngettext(
            "%(n)s could not be stored just now.",
            "%(n)s could not be stored just now.",
            done.failed,
        )
        parts.append(busy % {"n": done.failed})
    if done.gone:
        gone = ngettext("%(n)s is no longer here.", "%(n)s are no longer here.", done.gone)
        parts.append(gone % {"n": done.gone})
    good = not (done.refused or done.failed)
    return " ".join(parts), messages.SUCCESS if good else messages.WARNING


class Once(forms.Form):
    once = forms.CharField(widget=forms.HiddenInput, max_length=64)


class TryOne(Confirm):
    """One event, under the rights of whoever sent it."""

    title = gettext_lazy("Try again")
    button = gettext_lazy("Try again")
    form = Once
    danger = False

    def effects(self, **where: str) -> Iterable[str]:
        yield _("Luca judges the event anew, as if it came now from whoever sent it.")
        yield _("If it fits it is stored once; if not, it stays in this list with the reason.")

    def act(self, given: Mapping[str, Any], **where: str) -> str | None:
        done = services.redrive_refused([unquote(where["refused"])])
        self.say(*told(done))
        return None


class AllForm(Asked):
    code = forms.ChoiceField(
        label=gettext_lazy("Which ones"),
        required=False,
        widget=UnfoldAdminSelectWidget(),
        choices=[
            ("", gettext_lazy("All of them")),
            *((code, label) for code, (label, _) in words.REASONS.items()),
        ],
    )
    field_order = ("code", "reason")


class TryAll(Confirm):
    """All of them, or those of one reason: a worker does it."""

    title = gettext_lazy("Try rejected events again")
    button = gettext_lazy("Try again")
    form = AllForm
    danger = False

    def effects(self, **where: str) -> Iterable[str]:
        yield _("A worker judges every event of the list anew, as if it came now.")
        yield _("What fits is stored once; what does not stays in the list with its reason.")

    def act(self, given: Mapping[str, Any], **where: str) -> str:
        job = services.ask_to_redrive(given["code"], reason=given["reason"])
        return reverse(JOB, args=[job.id])


class Trying(Watch):
    """How far the worker is, and what became of them."""

    title = gettext_lazy("Trying rejected events again")

    def progress(self, **where: str) -> Progress:
        job = services.redrive_job(where["job"])
        going = job.state in {State.WAITING, State.RUNNING}
        return Progress(
            job.done,
            job.total,
            going=going,
            text=_outcome(job),
            failed=job.state is State.FAILED,
            links=[Crumb(_("Back to the list"), reverse(LIST))],
        )


def _outcome(job: Job) -> str:
    if job.state is State.FAILED:
        return (
            said(job.detail) if job.detail else _("The worker has gone silent. Ask for it again.")
        )
    if job.state is not State.DONE:
        return _("Trying them again")
    data = job.data
    return told(Tried(data["stored"], data["refused"], data["failed"]))[0]


@admin.register(RefusedEvent)
class RefusedEventAdmin(OverSource, ModelAdmin):  # type: ignore[misc]  # the theme ships no types
    list_display = ["received", "code", "type", "whose", "tries"]
    list_filter = ["code"]
    list_per_page = 25
    sortable_by = ()
    list_before_template = "behavior/refused_before.html"
    change_form_outer_after_template = "behavior/refused_after.html"
    actions = ["try_again"]
    fields = [
        "received",
        "type",
        "whose",
        "code",
        "detail",
        "advice",
        "happened",
        "content",
        "tries",
    ]
    readonly_fields = fields
    screens = (
        Place("again/", TryAll, "all"),
        Place("again/<str:job>/", Trying, "job"),
        Place("<str:refused>/again/", TryOne, "again"),
    )

    @admin.action(description=gettext_lazy("Try the chosen ones again"))
    def try_again(self, request: HttpRequest, _queryset: Any) -> None:
        chosen = request.POST.getlist(ACTION_CHECKBOX_NAME)[: self.list_per_page]
        text, level = told(services.redrive_refused(chosen))
        self.message_user(request, text, level)

    @admin.display(description=gettext_lazy("student"))
    def whose(self, one: RefusedEvent) -> str:
        if not one.student:
            return one.student_name or "—"
        link = reverse("admin:behavior_timeline", args=[one.student])
        return format_html('<a class="underline" href="{}">{}</a>', link, one.student_name)

    @admin.display(description=gettext_lazy("in detail"))
    def detail(self, one: RefusedEvent) -> str:
        return words.details(one.reason)

    @admin.display(description=gettext_lazy("what to do"))
    def advice(self, one: RefusedEvent) -> str:
        return words.advice(one.code)

    @admin.display(description=gettext_lazy("what was sent"))
    def content(self, one: RefusedEvent) -> SafeString:
        rows = words.content(one.content)
        if not rows:
            return format_html("{}", _("Nothing beside it."))
        return format_html_join("", "<div><b>{}</b>: {}</div>", rows)

    def change_view(self, request: HttpRequest, object_id: str, *args: Any, **more: Any) -> Any:
        more["extra_context"] = {
            **(more.get("extra_context") or {}),
            "again": reverse("admin:behavior_refusedevent_again", args=[object_id]),
        }
        return super().change_view(request, object_id, *args, **more)
