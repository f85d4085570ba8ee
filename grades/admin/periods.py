"""The periods: list, form, calendar of the year, and closing one. They close with grades."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.contrib import admin
from django.contrib.admin.utils import quote
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.admin import ModelAdmin
from unfold.decorators import display

from grades import services
from grades.admin.calendar import Calendar
from luca.aws.jobs import Job, State
from luca.dynadmin.options import OverSource
from luca.dynadmin.screens import Confirm, Crumb, Place, Progress, Watch
from luca.kernel.ids import PeriodId
from tenants import services as tenants
from tenants.admin.period_records import PeriodRecord
from tenants.domain import PeriodState

CHANGE = "admin:tenants_periodrecord_change"


def _named(period: str) -> str:
    return tenants.period(PeriodId(period)).name


class Close(Confirm):
    """Ends a period for good."""

    button = gettext_lazy("Close the period")

    def heading(self, **where: str) -> str:
        return _("Close %(period)s?") % {"period": _named(where["period"])}

    def crumbs(self, **where: str) -> Iterable[Crumb]:
        yield from super().crumbs(**where)
        yield Crumb(where["period"], reverse(CHANGE, args=[quote(where["period"])]))

    def effects(self, **where: str) -> Iterable[str | Promise]:
        yield _("From now on no result can be recorded in it; only a school admin may correct.")
        yield _("Everybody enrolled gets a final grade: what is missing counts as the rules say.")
        yield _("The grades become official and may be sent to the authority.")
        yield _("A closed period is never opened again.")

    def act(self, given: Mapping[str, Any], **where: str) -> str:
        job = services.ask_for_closing(PeriodId(where["period"]), given["reason"])
        return reverse("admin:tenants_periodrecord_closing", args=[where["period"], job.id])


class Closing(Watch):
    """How far the closing of a period is."""

    def heading(self, **where: str) -> str:
        return _("Closing %(period)s") % {"period": where["period"]}

    def crumbs(self, **where: str) -> Iterable[Crumb]:
        yield from super().crumbs(**where)
        yield Crumb(where["period"], reverse(CHANGE, args=[quote(where["period"])]))

    def progress(self, **where: str) -> Progress:
        job = services.consolidation_job(where["job"])
        links = (
            Crumb(_("The period"), reverse(CHANGE, args=[quote(where["period"])])),
            Crumb(_("All periods"), reverse("admin:tenants_periodrecord_changelist")),
        )
        going = job.state in {State.WAITING, State.RUNNING}
        failed = job.state is State.FAILED or bool(job.data.get("failed"))
        return Progress(job.done, job.total, going, _told(job), failed, () if going else links)


def _told(job: Job) -> str:
    if job.state is State.WAITING:
        return _("It begins as soon as a worker is free.")
    if job.state is State.RUNNING:
        return _("Grades are being computed. You may leave this page: the work goes on.")
    if job.state is State.FAILED:
        return _(job.detail) if job.detail else _("It could not be finished.")
    if job.data.get("failed") or job.data.get("left"):
        return _(
            "%(written)s grades were written, %(failed)s failed and %(left)s are left: "
            "the period is not closed yet. Ask for it again."
        ) % _counted(job)
    return _("The period is closed. %(written)s grades were written.") % _counted(job)


def _counted(job: Job) -> dict[str, Any]:
    return {name: job.data.get(name, 0) for name in ("written", "failed", "left")}


class PeriodAdmin(OverSource, ModelAdmin):  # type: ignore[misc]  # the theme ships no types
    adds = changes = True
    list_display = ("name", "id", "starts", "ends", "shown_state")
    list_filter = ("state",)
    search_fields = ("name", "id")
    fields = ("id", "name", "starts", "ends")
    list_before_template = "grades/periods_before.html"
    change_form_outer_before_template = "grades/period_before.html"
    screens = (
        Place("calendar/", Calendar, "calendar"),
        Place("<str:period>/close/", Close, "close"),
        Place("<str:period>/closing/<str:job>/", Closing, "closing"),
    )

    @display(  # type: ignore[untyped-decorator]  # the same
        description=gettext_lazy("state"),
        label={"open": "success", "closing": "warning", "closed": "info"},
    )
    def shown_state(self, obj: PeriodRecord) -> tuple[str, str]:
        return obj.state, str(obj.get_state_display())  # type: ignore[attr-defined]  # Django makes it

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("id", "shown_state") if obj else ()

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return (*self.fields, "shown_state") if obj else self.fields

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What is closed stays as it is."""
        still = obj is None or obj.state == PeriodState.OPEN
        return still and super().has_change_permission(request, obj)


admin.site.register(PeriodRecord, PeriodAdmin)
