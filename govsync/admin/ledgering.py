"""A run's ledger: causes, batches, what was given up, and what does not agree."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from govsync import services
from govsync.admin import ending, labels
from govsync.admin.base import (
    NOTHING,
    OfRun,
    address,
    grade_page,
    moment,
    names,
    run_page,
    said,
)
from govsync.admin.listing import student_cell
from govsync.admin.tables import Cell, Table, paged
from govsync.services import Carried, Cause
from luca.aws import jobs
from luca.dynadmin.saying import said as told
from luca.dynadmin.screens import Crumb, Place, Progress

BATCHES, LETTERS, DIFFERENCES = 50, 100, 200  # rows of a page


class Causes(OfRun):
    """Why records did not get through; a worker adds it up where there are many batches."""

    title = gettext_lazy("What did not get through")
    template = "govsync/causes.html"

    def shown(self, **where: str) -> Mapping[str, Any]:
        found = services.causes_at_once(where["run"])
        return {"table": None if found is None else causes_table(found, where["run"])}

    def post(self, request: HttpRequest, **where: str) -> HttpResponse:
        run = where["run"]
        return self.begun(lambda: address("causes_found", run, services.begin_causes(run).id))


class CausesFound(OfRun):
    title = gettext_lazy("What did not get through")
    template = "govsync/causes.html"

    def get(self, request: HttpRequest, **where: str) -> HttpResponse:
        job, found = services.causes_of(where["job"], where["run"])
        asking = request.headers.get("HX-Request")
        if found is not None:
            if asking:
                return HttpResponse(headers={"HX-Refresh": "true"})
            return self.page({"table": causes_table(found, where["run"])}, **where)
        shown = {"progress": adding_up(job, where["run"]), "address": request.path}
        if asking:
            return TemplateResponse(request, "dynadmin/work.html", shown)
        return self.page(shown, **where)


class Batches(OfRun):
    title = gettext_lazy("Batches of the run")
    template = "govsync/table_page.html"

    def shown(self, **where: str) -> Mapping[str, Any]:
        run = where["run"]
        rows, pages = paged(
            self.request,
            f"sync batches {run}",
            lambda start: services.batches_page(run, None, limit=BATCHES, start=start),
            {},
        )
        return {"table": batches_table(run, rows, _("No batch yet."), pages)}


class OneBatch(OfRun):
    """All that happened to a batch, attempt by attempt."""

    template = "govsync/table_page.html"

    def heading(self, **where: str) -> str:
        return _("Batch %(number)s") % {"number": where["number"]}

    def crumbs(self, **where: str) -> Iterable[Crumb]:
        yield from super().crumbs(**where)
        yield Crumb(_("Batches"), address("batches", where["run"]))

    def shown(self, **where: str) -> Mapping[str, Any]:
        found = services.batch(where["run"], where["number"])
        rows = [
            (
                Cell(moment(one.at)),
                Cell(str(one.attempt)),
                Cell(labels.state(one.state), tone=labels.tone(one.state)),
                Cell(labels.code(one.reason) if one.reason else NOTHING),
            )
            for one in reversed(found.history)
        ]
        heads = (_("When"), _("Attempt"), _("State"), _("Answer"))
        caption = _("What happened to the batch, the newest first")
        return {"table": Table(caption, heads, rows, _("Nothing happened to it yet."))}


class Letters(OfRun):
    """What was given up, and what to do about it."""

    title = gettext_lazy("Given up")
    template = "govsync/letters.html"

    def shown(self, **where: str) -> Mapping[str, Any]:
        run, found, number = services.given_up(where["run"], LETTERS)
        more = number - len(found)
        return {
            "table": batches_table(run.id, found, _("No batch was given up.")),
            "more": ngettext("%(n)s more batch.", "%(n)s more batches.", more) % {"n": more}
            if more
            else "",
            "trouble": labels.error(run.execution.error) if run.execution.error else "",
            "again_at": address("redrive", run.id) if found or run.execution.error else "",
        }


class Reconciliation(OfRun):
    """Whether the run adds up, and what does not agree with the authority."""

    title = gettext_lazy("Reconciliation")
    template = "govsync/reconciliation.html"

    def shown(self, **where: str) -> Mapping[str, Any]:
        run, balance, found = services.reconciliation(where["run"])
        some = found.items[:DIFFERENCES]
        called = names(one.student for one in some)
        rows = [
            (
                Cell(labels.discrepancy(one.kind), tone=labels.BAD),
                student_cell(one.student, called, grade_page(one.student, one.subject, run.period)),
                Cell(one.subject or NOTHING),
                Cell(one.batch or NOTHING),
                Cell(one.record, code=True),
            )
            for one in some
        ]
        heads = (_("What"), _("Student"), _("Subject"), _("Batch"), _("Record there"))
        more = len(found.items) - len(some)
        return {
            "balance": balance,
            "verdict": balance and ending.verdict(balance),
            "counts": [
                {"text": labels.state(state), "tone": labels.tone(state), "number": number}
                for state, number in (balance.counts if balance else {}).items()
            ],
            "read_at": found.at,
            "more": ngettext("%(n)s more.", "%(n)s more.", more) % {"n": more} if more else "",
            "table": Table(
                _("What does not agree"), heads, rows, _("Everything agrees with the authority.")
            ),
            "again_at": address("reconcile", run.id),
            "evidence_at": address("evidence", run.id),
            "whole_at": address("whole", run.period),
        }


def causes_table(found: Sequence[Cause], run: str) -> Table:
    """Causes, the largest first; with a run each leads to its records."""
    rows = [
        (
            Cell(labels.state(one.state), tone=labels.tone(one.state)),
            Cell(labels.code(one.code), note=one.subject),
            Cell(str(one.records), link=_link(run, one)),
            Cell(said(one.advice)),
        )
        for one in found
    ]
    heads = (_("Outcome"), _("Cause"), _("Records"), _("What to do"))
    return Table(_("Causes, the most frequent first"), heads, rows, _("Nothing is in the way."))


def batches_table(
    run: str, found: Iterable[Carried], empty: str, pages: Mapping[str, Any] | None = None
) -> Table:
    rows = [
        (
            Cell(one.line.number, link=address("batch", run, one.line.number)),
            Cell(labels.state(one.line.state), tone=labels.tone(one.line.state)),
            Cell(_counts(one)),
            Cell(str(one.attempts)),
            Cell(labels.answer(one.answer) or NOTHING, note=labels.code(one.reason)),
            Cell(said(one.next_step)),
        )
        for one in found
    ]
    heads = (
        *(_("Batch"), _("State"), _("Records"), _("Attempts")),
        *(_("Last answer"), _("What happens next")),
    )
    return Table(_("Batches"), heads, rows, empty, pages or {})


def adding_up(job: jobs.Job, run: str) -> Progress:
    if job.state is jobs.State.FAILED:
        why = {"why": told(job.detail or job.reason)}
        text = _("The causes could not be added up: %(why)s") % why
        back = [Crumb(_("Back to the run"), run_page(run))]
        return Progress(job.done, None, going=False, text=text, failed=True, links=back)
    text = ngettext("%(n)s record looked at.", "%(n)s records looked at.", job.done)
    return Progress(job.done, None, going=True, text=text % {"n": job.done})


def _counts(one: Carried) -> str:
    """How many records of a batch stand where."""
    if len(one.line.counts) == 1:
        return str(sum(one.line.counts.values()))
    found = (f"{labels.state(state)}: {number}" for state, number in one.line.counts.items())
    return ", ".join(found)


def _link(run: str, cause: Cause) -> str:
    if not run:
        return ""
    return f"{address('records', run)}?state={cause.state.value}&code={cause.code}"


SCREENS = (
    Place("<str:run>/causes/", Causes, "causes"),
    Place("<str:run>/causes/<str:job>/", CausesFound, "causes_found"),
    Place("<str:run>/batches/", Batches, "batches"),
    Place("<str:run>/batches/<str:number>/", OneBatch, "batch"),
    Place("<str:run>/letters/", Letters, "letters"),
    Place("<str:run>/reconciliation/", Reconciliation, "reconciliation"),
)
