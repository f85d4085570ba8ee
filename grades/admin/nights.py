"""Nightly runs: how the last nights ended, what failed and why, and computing grades now."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import forms
from django.contrib.admin import site
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminSelectWidget

from grades import services
from grades.admin import night_tables as tables
from grades.domain.nights import Failure, Night, NightState
from luca.aws import job_lists
from luca.aws.jobs import Job, State
from luca.dynadmin.saying import said
from luca.dynadmin.screens import Asked, Confirm, Crumb, Place, Progress, Screen, Watch
from luca.kernel import clock
from luca.kernel.ids import PeriodId, SubjectId
from tenants import services as tenants

NIGHTS = "grades_nights"
WORK = "consolidation"


class Nights(Screen):
    """The last two weeks, and what was computed on demand."""

    title = gettext_lazy("Nightly runs")
    template = "grades/nights.html"

    def shown(self, **where: str) -> Mapping[str, Any]:
        return {
            "run": reverse(f"admin:{tables.RUN}"),
            "nights": tables.nights(services.school_nights()),
            "runs": tables.runs(job_lists.recent(WORK)),
        }


class OneNight(Watch):
    """A night: how far it is while it runs, and then what it computed and what it did not."""

    template = "grades/night.html"
    leads_on = True
    seen: Night | None = None  # one read serves the bar and the page around it

    def heading(self, **where: str) -> str:
        return _("Night of %(date)s") % {"date": tables.day(where["date"])}

    def crumbs(self, **where: str) -> Iterable[Crumb]:
        yield Crumb(Nights.title, reverse(f"admin:{NIGHTS}"))

    def progress(self, **where: str) -> Progress:
        night = self._night(**where)
        over = night.ended_at is not None
        return Progress(
            done=night.done,
            total=night.total or None if not over else None,
            going=not over and not night.overdue(clock.now()),
            text=tables.state(night),
            failed=night.state is NightState.FAILED or night.overdue(clock.now()),
            links=_result(self.request),
        )

    def shown(self, **where: str) -> Mapping[str, Any]:
        night = self._night(**where)
        return {
            "facts": tables.facts(night) if night.ended_at else (),
            "failures": tables.failures(night.failures) if night.ended_at else None,
            "error": night.error,
            "run": reverse(f"admin:{tables.RUN}"),
            "again": night.state is NightState.FAILED or night.overdue(clock.now()),
        }

    def _night(self, **where: str) -> Night:
        if self.seen is None:
            self.seen = services.school_night(where["date"])
        return self.seen


class RunForm(Asked):
    """Which part of the school, and why."""

    period = forms.ChoiceField(
        label=gettext_lazy("Period"),
        required=False,
        widget=UnfoldAdminSelectWidget(),
    )
    subject = forms.ChoiceField(
        label=gettext_lazy("Subject"),
        required=False,
        widget=UnfoldAdminSelectWidget(),
    )
    field_order = ("period", "subject", "reason")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        offer = tenants.catalogue()
        periods = [(one.id, one.name or one.id) for one in reversed(offer.periods)]
        taught = {one.subject for one in offer.courses}
        subjects = [(one.id, one.name) for one in offer.subjects if one.id in taught]
        self.fields["period"].choices = [("", _("All periods")), *periods]  # type: ignore[attr-defined]
        self.fields["subject"].choices = [("", _("All subjects")), *subjects]  # type: ignore[attr-defined]


class Run(Confirm):
    """Asks before grades are computed in the middle of the day."""

    title = gettext_lazy("Compute grades now")
    button = gettext_lazy("Compute now")
    done = gettext_lazy("A worker is computing the grades.")
    form = RunForm
    danger = False

    def crumbs(self, **where: str) -> Iterable[Crumb]:
        yield Crumb(Nights.title, reverse(f"admin:{NIGHTS}"))

    def effects(self, **where: str) -> Iterable[str]:
        yield _("Every result that waits for the night becomes part of its grade now.")
        yield _("Grades that change are published at once; earlier versions are kept.")

    def initial(self, **where: str) -> Mapping[str, Any]:
        return {name: self.request.GET.get(name, "") for name in ("period", "subject")}

    def act(self, given: Mapping[str, Any], **where: str) -> str:
        period, subject = given["period"], given["subject"]
        job = services.ask_for_consolidation(
            PeriodId(period) if period else None,
            SubjectId(subject) if subject else None,
            reason=given["reason"],
        )
        return reverse(f"admin:{tables.RUNS}", args=[job.id])


class OneRun(Watch):
    """What somebody asked for: how far it is, and what came of it."""

    title = gettext_lazy("Grades on demand")
    template = "grades/night.html"
    leads_on = True
    seen: Job | None = None

    def crumbs(self, **where: str) -> Iterable[Crumb]:
        yield Crumb(Nights.title, reverse(f"admin:{NIGHTS}"))

    def progress(self, **where: str) -> Progress:
        job = self._job(**where)
        going = job.state in {State.WAITING, State.RUNNING}
        return Progress(
            job.done,
            job.total if going else None,
            going=going,
            text=tables.JOB_STATES[job.state],
            failed=job.state is State.FAILED or bool(job.data.get("failed")),
            links=_result(self.request),
        )

    def shown(self, **where: str) -> Mapping[str, Any]:
        job = self._job(**where)
        if job.state is State.FAILED:
            return {"error": said(job.detail) or job.reason, "run": reverse(f"admin:{tables.RUN}")}
        if job.state is not State.DONE:
            return {}
        failures = [Failure(**one) for one in job.data.get("failures", [])]
        return {
            "facts": tables.job_facts(job),
            "failures": tables.failures(failures),
            "again": bool(failures or job.data.get("left")),
            "run": reverse(f"admin:{tables.RUN}"),
        }

    def _job(self, **where: str) -> Job:
        if self.seen is None:
            self.seen = services.consolidation_job(where["job"])
        return self.seen


def _result(request: HttpRequest) -> Sequence[Crumb]:
    """Where a bar that was watched to its end leads: the page around it is of before."""
    if not request.headers.get("HX-Request"):
        return ()
    return (Crumb(_("Show what came of it"), request.path),)


site.screens += [  # type: ignore[attr-defined]  # Luca's own site
    Place("grades/nights/", Nights, NIGHTS),
    Place("grades/nights/run/", Run, tables.RUN),
    Place("grades/nights/run/<str:job>/", OneRun, tables.RUNS),
    Place("grades/nights/<str:date>/", OneNight, tables.NIGHT),
]
