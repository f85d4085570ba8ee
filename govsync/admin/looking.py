"""A run's own page, which keeps itself up to date while the run is under way."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from govsync import services
from govsync.admin import ending, graph, labels
from govsync.admin.base import NOTHING, OfRun, OfSync, address, moment
from govsync.admin.tables import Cell, Table, paged
from govsync.domain import REDRIVABLE, Run, RunStatus, State
from govsync.services import Standing, Working
from luca.dynadmin.screens import Crumb, Place
from luca.kernel.ids import RunId

FOR_A_PERSON = State.DRIFTED, State.CONFLICT
LATEST = 8  # steps that the run's page shows
MOST = 1_000_000


class RunPage(OfSync):
    """State, numbers and acts at once; machine and forecast a moment later."""

    title = gettext_lazy("Run of the sync")
    template = "govsync/run.html"

    def shown(self, **where: str) -> Mapping[str, Any]:
        return standing(services.standing(where["run"]))


class Numbers(OfSync):
    """The part of the page that counts."""

    def get(self, request: HttpRequest, **where: str) -> HttpResponse:
        found = standing(services.standing(where["run"]))
        return TemplateResponse(request, "govsync/numbers.html", found)


class Engine(OfSync):
    """The part of the page that draws; what is left to send stands in the other part already."""

    def get(self, request: HttpRequest, **where: str) -> HttpResponse:
        left, records = (_number(request, name) for name in ("left", "records"))
        found = services.working(where["run"], left, records)
        return TemplateResponse(request, "govsync/engine.html", engine(found))


class Steps(OfRun):
    title = gettext_lazy("Steps of the run")
    template = "govsync/table_page.html"

    def shown(self, **where: str) -> Mapping[str, Any]:
        run = where["run"]
        rows, pages = paged(
            self.request,
            f"sync steps {run}",
            lambda start: services.steps_page(run, limit=50, start=start),
            {},
        )
        return {"table": steps_table(rows, pages)}


def standing(found: Standing) -> dict[str, Any]:
    status, run = found.status, found.status.run
    text, tone, icon = ending.badge(run.status, status.records)
    total = status.snapshot
    return {
        "run": run,
        "status": status,
        "text": text,
        "tone": tone,
        "icon": icon,
        "going": run.status is RunStatus.RUNNING,
        "kind": labels.KINDS[run.kind],
        "trouble": labels.error(run.execution.error) if run.execution.error else "",
        "hold": found.hold,
        "hold_text": labels.HOLDS[found.hold.reason] if found.hold else "",
        "watch": found.watch,
        "total": total,
        "answered": status.answered,
        "percent": _percent(status.answered, total),
        "to_read": sum(status.records.values()) - status.records.get(State.BLOCKED_LOCAL, 0),
        "outcomes": list(_outcomes(run, status.records)),
        "balance": status.balance,
        "advice": list(ending.advice(run.status, status.records)),
        "acts": list(_acts(found)),
        "pages": list(_pages(run)),
        "numbers_at": address("numbers", run.id),
        "engine_at": address("engine", run.id),
    }


def engine(found: Working) -> dict[str, Any]:
    expected = found.forecast
    return {
        "run": found.run,
        "going": found.run.status is RunStatus.RUNNING,
        "picture": graph.picture(found),
        "forecast": expected,
        "closed_until": found.closed_until,
        "failures": found.failures,
        "schools": expected.schools,
        "latest": steps_table(found.steps[:LATEST], {}),
        "engine_at": address("engine", found.run.id),
        "steps_at": address("steps", found.run.id),
        "scaled": found.run.time_scale if found.run.time_scale != 1 else None,
    }


def steps_table(steps: Iterable[Any], pages: Mapping[str, Any]) -> Table:
    rows = [
        (
            Cell(moment(one.at)),
            Cell(labels.step(one.state), note=one.state),
            Cell(labels.phase(one.phase)),
            Cell(str(one.attempt)),
            Cell(one.note or NOTHING, code=bool(one.note)),
        )
        for one in steps
    ]
    heads = (_("When"), _("Step"), _("What it did"), _("Attempt"), _("Note"))
    return Table(_("Steps, the newest first"), heads, rows, _("No step yet."), pages)


def _outcomes(run: Run, records: Mapping[State, int]) -> Iterable[dict[str, Any]]:
    for state, number in records.items():
        link = f"{address('records', run.id)}?state={state.value}"
        text, tone = labels.STATES[state]
        yield {"text": text, "tone": tone, "number": number, "link": link}


def _acts(found: Standing) -> Iterable[Crumb]:
    """What can be done to it now; the services judge again."""
    run, records = found.status.run, found.status.records
    if run.status is RunStatus.RUNNING:
        yield Crumb(_("Pause"), address("pause_run", run.id))
        return
    if run.status is RunStatus.PAUSED or found.hold:
        yield Crumb(_("Resume"), address("resume_run", run.id))
    if run.status is not RunStatus.PAUSED:
        yield from _of_ended(run, records)


def _of_ended(run: Run, records: Mapping[State, int]) -> Iterable[Crumb]:
    if run.status is RunStatus.FAILED or any(records.get(one) for one in REDRIVABLE):
        yield Crumb(_("Send again what was given up"), address("redrive", run.id))
    if any(records.get(one) for one in FOR_A_PERSON):
        yield Crumb(_("Send anew what differs"), address("resend", run.id))
    yield Crumb(_("Compare once more"), address("reconcile", run.id))
    if run.status is RunStatus.DONE:
        corrections = f"{address('start')}?kind=correction&period={run.period}"
        yield Crumb(_("Send corrections"), corrections)


def _pages(run: Run) -> Iterable[Crumb]:
    for name, title in (
        ("causes", _("What did not get through")),
        ("records", _("Records")),
        ("batches", _("Batches")),
        ("letters", _("Given up")),
        ("reconciliation", _("Reconciliation")),
        ("steps", _("Steps")),
        ("evidence", _("Evidence")),
    ):
        yield Crumb(title, address(name, RunId(run.id)))


def _percent(done: int, total: int | None) -> int | None:
    return min(100, 100 * done // total) if total else None


def _number(request: HttpRequest, name: str) -> int:
    """A count that the page itself has shown; whoever writes another one fools nobody else."""
    given = request.GET.get(name, "")
    return min(int(given), MOST) if given.isdecimal() and len(given) < 9 else 0  # noqa: PLR2004


SCREENS = (
    Place("<str:run>/change/", RunPage, "change"),
    Place("<str:run>/numbers/", Numbers, "numbers"),
    Place("<str:run>/engine/", Engine, "engine"),
    Place("<str:run>/steps/", Steps, "steps"),
)
