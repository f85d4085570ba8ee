"""Starting a run: choose a period, see what would be sent and what not, then begin."""

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from govsync import services
from govsync.admin import labels
from govsync.admin.base import OPERATORS, OfSync, address, refusal, run_page
from govsync.admin.ledgering import causes_table
from govsync.services import Preflight
from luca.aws import jobs
from luca.dynadmin.saying import said as told
from luca.dynadmin.screens import TOLD, Confirm, Crumb, Place, Progress
from luca.kernel.errors import Conflict, LucaError
from luca.kernel.ids import ID, PeriodId
from tenants import services as tenants
from tenants.domain import PeriodState

CORRECTION = "correction"
IN_THE_WAY = frozenset({"run_under_way", "run_paused"})


class Start(OfSync):
    title = gettext_lazy("Start a run")
    template = "govsync/start.html"

    def shown(self, **where: str) -> Mapping[str, Any]:
        closed = [one for one in tenants.periods() if one.state is PeriodState.CLOSED]
        hold = services.held()
        return {
            "periods": [(str(one.id), one.name or str(one.id)) for one in reversed(closed)],
            "chosen": self.request.GET.get("period", ""),
            "kind": _kind(self.request.GET.get("kind", "")),
            "hold": hold,
            "hold_text": labels.HOLDS[hold.reason] if hold else "",
        }

    def post(self, request: HttpRequest, **where: str) -> HttpResponse:
        """Have a worker look at the period."""
        period, kind = request.POST.get("period", ""), _kind(request.POST.get("kind", ""))
        if not ID.fullmatch(period):
            self.say(_("Choose a period."), messages.ERROR)
            return HttpResponseRedirect(address("start"))
        try:
            return self.begun(lambda: _checked(PeriodId(period), kind), period, kind)
        except TOLD as error:
            return HttpResponseRedirect(_refused(self, PeriodId(period), kind, error))


class JustOnce(forms.Form):
    """To begin is no secret, so nobody is asked why; only which showing this answers."""

    once = forms.CharField(widget=forms.HiddenInput, max_length=64)


class Report(Confirm):
    """What would be sent, and the button that sends it."""

    readers = writers = OPERATORS
    form = JustOnce
    danger = False
    template = "govsync/report.html"
    begun = False

    def dispatch(self, request: HttpRequest, *args: Any, **where: Any) -> Any:
        self.button = _("Send corrections") if where["kind"] == CORRECTION else _("Start the run")
        return super().dispatch(request, *args, **where)

    def heading(self, **where: str) -> str:
        return _("Before the run of %(period)s") % {"period": where["period"]}

    def crumbs(self, **where: str) -> Iterable[Crumb]:
        yield from super().crumbs(**where)
        asked = {"period": where["period"], "kind": where["kind"]}
        yield Crumb(_("Start a run"), f"{address('start')}?{urlencode(asked)}")

    def get(self, request: HttpRequest, **where: str) -> HttpResponse:
        job, found = services.preflight_of(where["job"], PeriodId(where["period"]))
        if found is not None:
            return self._report(found, **where)
        shown = {"progress": checking(job), "address": request.path, "found": None}
        if request.headers.get("HX-Request"):
            return TemplateResponse(request, "dynadmin/work.html", shown)
        return self.page(shown, **where)

    def _report(self, found: Preflight, **where: str) -> HttpResponse:
        if self.request.headers.get("HX-Request"):  # the bar has asked: show the page anew
            return HttpResponse(headers={"HX-Refresh": "true"})
        return super().get(self.request, **where)

    def shown(self, **where: str) -> Mapping[str, Any]:
        _job, found = services.preflight_of(where["job"], PeriodId(where["period"]))
        if found is None:
            return {}
        return {
            "found": found,
            "forecast": services.expected(found.ready),
            "table": causes_table(found.causes, ""),
            "codes_at": address("subjects"),
        }

    def act(self, given: Mapping[str, Any], **where: str) -> str:
        self.begun = True
        period, kind = PeriodId(where["period"]), where["kind"]
        try:
            run = services.correct(period) if kind == CORRECTION else services.start(period)
        except Conflict as error:
            return _refused(self, period, kind, error)
        self.say(_("The run has begun. This page may be closed: workers do the rest."))
        return run_page(run.id)

    def _once(self, given: Mapping[str, Any], **where: str) -> str:
        where_to = super()._once(given, **where)
        if not self.begun:
            self.say(_("This run was started already: here it is."), messages.INFO)
        return where_to


def checking(job: jobs.Job) -> Progress:
    """How far a worker is that reads a whole period or run."""
    if job.state is jobs.State.FAILED:
        text = _("The check could not be finished: %(why)s") % {
            "why": told(job.detail or job.reason)
        }
        again = [Crumb(_("Check again"), address("start"))]
        return Progress(job.done, None, going=False, text=text, failed=True, links=again)
    text = ngettext("Checking: %(n)s record so far.", "Checking: %(n)s records so far.", job.done)
    return Progress(job.done, None, going=True, text=text % {"n": job.done})


def _checked(period: PeriodId, kind: str) -> str:
    """Where the report will be that a worker is asked for."""
    job = services.begin_preflight(period, correction=kind == CORRECTION)
    return address("report", kind, period, job.id)


def _refused(screen: Any, period: PeriodId, kind: str, error: LucaError) -> str:
    """Say why not; whoever comes second is led to the run that is there."""
    there = services.under_way(period) if error.code in IN_THE_WAY else None
    if there is not None:
        screen.say(_("A run of this period was started already: here it is."), messages.INFO)
        return run_page(there.id)
    screen.say(refusal(error), messages.ERROR)
    return f"{address('start')}?{urlencode({'period': period, 'kind': kind})}"


def _kind(given: str) -> str:
    return CORRECTION if given == CORRECTION else "first"


SCREENS = (
    Place("start/", Start, "start"),
    Place("start/<str:kind>/<str:period>/<str:job>/", Report, "report"),
)
