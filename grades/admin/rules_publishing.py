"""What rules would change, and publishing them with a day and a reason."""

import re
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from unfold.widgets import UnfoldAdminTextInputWidget

from grades import rules, services
from grades.admin import rules_words as words
from grades.domain import Concern, Misfit, Publication
from grades.serializers import rules as serializers
from grades.serializers import simulations
from luca.api import sealing
from luca.aws import jobs
from luca.aws.jobs import Job, State
from luca.dynadmin import days
from luca.dynadmin.saying import said
from luca.dynadmin.screens import Asked, Confirm, Crumb, Progress, Watch
from luca.kernel import context
from luca.kernel.errors import NotFound
from luca.kernel.ids import PeriodId, StudentId, SubjectId
from tenants import services as tenants
from tenants.domain import Course

PAGE = "admin:grades_rulesrecord_"
SHOWN = 50  # students of a page
PERIOD = "warnings"  # in an address: the period whose assessments are looked at
DRAFT, LIFETIME = "rules draft", 3600
_NUMBER = re.compile(r"\d{1,6}", re.ASCII)
ONLY = {
    "changed": gettext_lazy("Who changes"),
    "up": gettext_lazy("Who would pass"),
    "down": gettext_lazy("Who would not pass"),
    "": gettext_lazy("Everybody"),
}


def draft_of(subject: SubjectId, given: Mapping[str, Any]) -> str:
    """Rules on their way to the page that publishes them, as they are once parsed."""
    return sealing.seal(rules.as_mapping(rules.parse(given, version=0)), _purpose(subject))


def _purpose(subject: str) -> str:
    return f"{DRAFT}\0{context.school()}\0{context.actor()}\0{subject}"


class WhatIf(Watch):
    """How far the comparison is, and then its report."""

    template = "grades/what_if.html"
    leads_on = True
    seen: Job | None = None

    def heading(self, **where: str) -> str:
        return _("What the new rules would change")

    def progress(self, **where: str) -> Progress:
        job = self._job(**where)
        going = job.state in {State.WAITING, State.RUNNING}
        text = _("Everybody enrolled is graded by both rules. Nothing is published.")
        if not going:
            text = _("The comparison is ready.")
        if job.state is State.FAILED:
            text = said(job.detail) if job.detail else _("It could not be finished.")
        links = () if going else (Crumb(_("Show it"), self.request.path),)
        return Progress(job.done, job.total, going, text, job.state is State.FAILED, links)

    def shown(self, **where: str) -> Mapping[str, Any]:
        job = self._job(**where)
        if job.state is not State.DONE:
            return {}
        begin, only = self._asked()
        content = jobs.content(job)
        report, rows, end = simulations.page(content.content, begin, SHOWN, only)
        subject = str(report["subject"])
        return {
            "report": report,
            "summary": words.summary(report["summary"]),
            "students": words.students(rows, _names(rows)),
            "lists": [
                {"title": title, "link": f"?{urlencode({'only': one})}", "here": one == only}
                for one, title in ONLY.items()
            ],
            "further": f"?{urlencode({'only': only, 'from': end})}" if end else "",
            "publish": reverse(f"{PAGE}publish_tried", args=[subject, job.id]),
            "write": reverse(f"{PAGE}write", args=[subject]),
        }

    def _asked(self) -> tuple[int, str]:
        begin, only = self.request.GET.get("from", "0"), self.request.GET.get("only", "changed")
        return int(begin) if _NUMBER.fullmatch(begin) else 0, only if only in ONLY else "changed"

    def _job(self, **where: str) -> Job:
        if self.seen is None:
            self.seen = services.simulation_job(where["job"])
        return self.seen


def _names(rows: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    found = tenants.students([StudentId(row["student"]) for row in rows])
    return {one.id: f"{one.family_name} {one.given_name}".strip() for one in found.values()}


class PublishForm(Asked):
    valid_from = forms.DateField(
        label=gettext_lazy("In force from"),
        help_text=gettext_lazy("Empty: from now on, for everything that is open."),
        required=False,
        widget=UnfoldAdminTextInputWidget({"type": "date"}),
    )
    field_order = ("valid_from", "reason", "once")


class Publish(Confirm):
    """Makes them the school's rules.

    Where they do not fit a course's assessments is fetched after the page, course by course.
    """

    template = "grades/rules_publish.html"
    form = PublishForm
    danger = False
    button = gettext_lazy("Publish these rules")
    done = gettext_lazy("The rules are published.")
    seen: Mapping[str, Any] | None = None
    plan: Publication | None = None

    def heading(self, **where: str) -> str:
        return _("Publish these rules for %(subject)s?") % {"subject": where["subject"]}

    def get(self, request: HttpRequest, **where: str) -> HttpResponse:
        if PERIOD not in request.GET:
            return super().get(request, **where)
        period = request.GET[PERIOD]
        course = Course(SubjectId(where["subject"]), PeriodId(period))
        found = services.misfits_of(course, self._given(**where))
        shown = {"period": period, "told": [_misfit(one) for one in found]}
        if request.headers.get("HX-Request"):
            return TemplateResponse(request, "grades/rules_misfits.html", shown)
        self.template = "grades/rules_misfits_page.html"
        return self.page(shown, **where)

    def effects(self, **where: str) -> Iterable[str | Promise]:
        plan = self._plan(**where)
        if not plan.fresh:
            yield _("The last version says the same: nothing would change.")
            return
        facts = {"number": plan.version.number, "day": plan.version.valid_from}
        yield _("They become version %(number)s. Without a day they begin on %(day)s.") % facts
        if plan.courses:
            periods = ", ".join(course.period for course in plan.courses)
            yield _("Everybody is graded anew in: %(periods)s.") % {"periods": periods}
        for concern in plan.concerns:
            yield serializers.says(concern, get_language() or "")

    def shown(self, **where: str) -> Mapping[str, Any]:
        return {"misfits": [self._misfits(one.period) for one in self._plan(**where).courses]}

    def _misfits(self, period: str) -> Crumb:
        asked = self.request.GET.copy()
        asked[PERIOD] = period
        return Crumb(period, f"{self.request.path}?{asked.urlencode()}")

    def _plan(self, **where: str) -> Publication:
        if self.plan is None:
            self.plan = services.planned_rules(
                SubjectId(where["subject"]),
                self._given(**where),
                day=days.today(),
            )
        return self.plan

    def act(self, given: Mapping[str, Any], **where: str) -> None:
        services.publish_rules(
            SubjectId(where["subject"]),
            self._given(**where),
            valid_from=given["valid_from"],
            reason=given["reason"],
        )

    def _given(self, **where: str) -> Mapping[str, Any]:
        """The rules of the comparison, or of the draft: never what a browser made of them."""
        if self.seen is None:
            self.seen = self._of_job(**where) if "job" in where else self._of_draft(**where)
        return self.seen

    def _of_job(self, **where: str) -> Mapping[str, Any]:
        job = services.simulation_job(where["job"])
        if job.state is not State.DONE or job.data.get("subject") != where["subject"]:
            raise _gone()
        found: Mapping[str, Any] = job.data["rules"]["after"]["rules"]
        return found

    def _of_draft(self, **where: str) -> Mapping[str, Any]:
        try:
            found: Mapping[str, Any] = sealing.unseal(
                self.request.GET.get("draft", ""), _purpose(where["subject"]), lifetime=LIFETIME
            )
        except ValueError:
            raise _gone() from None
        return found


def _misfit(concern: Concern) -> str:
    """Of one course: an unused category may well be used in another."""
    if concern.what is Misfit.UNUSED:
        return _("No assessment of this period is in the category %(name)s.") % {
            "name": concern.name
        }
    return serializers.says(concern, get_language() or "")


def _gone() -> NotFound:
    return NotFound("These rules are not here any more: write them again.", code="draft_gone")


__all__ = ["Publish", "WhatIf", "draft_of"]
