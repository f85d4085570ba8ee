"""What a period came to over all of its runs, each record once: a worker adds it up."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from govsync import services
from govsync.admin import ending, labels
from govsync.admin.base import OfSync, address
from luca.aws import jobs
from luca.dynadmin.saying import said as told
from luca.dynadmin.screens import Crumb, Place, Progress
from luca.kernel.ids import PeriodId
from tenants import services as tenants


class Whole(OfSync):
    template = "govsync/whole.html"

    def heading(self, **where: str) -> str:
        return _("%(period)s over all its runs") % {"period": where["period"]}

    def shown(self, **where: str) -> Mapping[str, Any]:
        tenants.period(PeriodId(where["period"]))  # NotFound where there is no such period
        return {}

    def post(self, request: HttpRequest, **where: str) -> HttpResponse:
        period = PeriodId(where["period"])
        return self.begun(lambda: address("whole_found", period, services.begin_whole(period).id))


class WholeFound(Whole):
    def get(self, request: HttpRequest, **where: str) -> HttpResponse:
        job, found = services.whole_of(where["job"], where["period"])
        asking = request.headers.get("HX-Request")
        if found is not None:
            if asking:
                return HttpResponse(headers={"HX-Refresh": "true"})
            counts = [
                {"text": labels.state(state), "tone": labels.tone(state), "number": number}
                for state, number in found.balance.counts.items()
            ]
            verdict = ending.verdict(found.balance)
            return self.page({"found": found, "verdict": verdict, "counts": counts}, **where)
        shown = {"progress": _progress(job, where["period"]), "address": request.path}
        if asking:
            return TemplateResponse(request, "dynadmin/work.html", shown)
        return self.page(shown, **where)


def _progress(job: jobs.Job, period: str) -> Progress:
    if job.state is jobs.State.FAILED:
        why = {"why": told(job.detail or job.reason)}
        text = _("The period could not be added up: %(why)s") % why
        again = [Crumb(_("Try again"), address("whole", period))]
        return Progress(job.done, None, going=False, text=text, failed=True, links=again)
    return Progress(job.done, None, going=True, text=_("The runs are being added up."))


SCREENS = (
    Place("period/<str:period>/whole/", Whole, "whole"),
    Place("period/<str:period>/whole/<str:job>/", WholeFound, "whole_found"),
)
