"""The evidence of a run: a worker packs it, the page says how far it is, then gives the file."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from govsync import services
from govsync.admin.base import OPERATORS, OfRun, OfSync, address, refusal, run_page
from luca.aws import jobs
from luca.dynadmin.saying import said as told
from luca.dynadmin.screens import TOLD, Crumb, Place, Progress, Watch
from luca.kernel.errors import NotFound


class Evidence(OfRun):
    title = gettext_lazy("Evidence of the run")
    template = "govsync/evidence.html"

    def shown(self, **where: str) -> Mapping[str, Any]:
        services.period_of(where["run"])  # NotFound where there is no such run
        return {}

    def post(self, request: HttpRequest, **where: str) -> HttpResponse:
        run = where["run"]
        try:
            return self.begun(lambda: address("packing", run, services.begin_evidence(run).id))
        except TOLD as error:
            return self.page({"refused": refusal(error)}, **where)


class Packing(Watch):
    title = gettext_lazy("Evidence of the run")
    template = "govsync/packing.html"
    leads_on = True
    readers = writers = OPERATORS

    def crumbs(self, **where: str) -> Any:
        yield from super().crumbs(**where)
        yield Crumb(_("The run"), run_page(where["run"]))
        yield Crumb(_("Evidence"), address("evidence", where["run"]))

    def shown(self, **where: str) -> Mapping[str, Any]:
        return {"root": _job(where["job"]).data.get("root", "")}

    def progress(self, **where: str) -> Progress:
        found = _job(where["job"])
        if found.state is jobs.State.FAILED:
            why = {"why": told(found.detail or found.reason)}
            text = _("The evidence could not be packed: %(why)s") % why
            again = [Crumb(_("Try again"), address("evidence", where["run"]))]
            return Progress(
                found.done, found.total, going=False, text=text, failed=True, links=again
            )
        if found.state is jobs.State.DONE:
            file = [Crumb(_("Download the evidence"), address("file", where["run"], found.id))]
            text = _("The evidence is packed. The file stays for a week.")
            return Progress(found.done, found.total, going=False, text=text, links=file)
        text = _("Packing, a batch at a time.")
        return Progress(found.done, found.total, going=True, text=text)


class File(OfSync):
    """The archive itself, passed on while it is read."""

    def get(self, request: HttpRequest, **where: str) -> Any:
        found, content = jobs.opened(_job(where["job"]).id)
        answer = StreamingHttpResponse(content.parts, content_type=found.content_type)
        answer["Content-Length"] = str(content.size)
        answer["Content-Disposition"] = f'attachment; filename="{found.file}"'
        answer["Cache-Control"] = "no-store"
        return answer


def _job(identity: str) -> jobs.Job:
    found = jobs.get(identity)
    if found.work != services.EVIDENCE:
        raise NotFound("There is no such job.", code="job_not_found")
    return found


SCREENS = (
    Place("<str:run>/evidence/", Evidence, "evidence"),
    Place("<str:run>/evidence/<str:job>/", Packing, "packing"),
    Place("<str:run>/evidence/<str:job>/file/", File, "file"),
)
