"""What the screens of the sync have in common."""

import secrets
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

from django.contrib.admin.utils import quote
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import formats, timezone, translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from govsync.services import NextStep
from luca.aws.idempotency import Answer, Ticket
from luca.dynadmin.saying import said as told
from luca.dynadmin.screens import ONCE, Crumb, Screen
from luca.kernel import context
from luca.kernel.errors import LucaError
from luca.kernel.ids import StudentId
from tenants import services as tenants

Text = str | Promise
OFFICE = frozenset({"school_admin"})
OPERATORS = frozenset({"school_admin", "gov_operator"})
NOTHING = "—"
REFUSALS: Mapping[str, Text] = {  # what services say with ids in it, which people need not
    "sync_held": gettext_lazy("The school's sync is held. Resume it first."),
    "run_under_way": gettext_lazy("A run is still under way."),
    "run_paused": gettext_lazy("Another run of the period is paused. Resume it first."),
}


class OfSync(Screen):
    """A screen for who answers for the sync: the same groups as over REST."""

    readers = writers = OPERATORS

    def page(self, shown: Mapping[str, Any], **where: str) -> HttpResponse:
        return super().page({ONCE: secrets.token_urlsafe(16), **shown}, **where)

    def begun(self, begin: Callable[[], str], *about: str) -> HttpResponse:
        """Lead to the work that `begin` asks a worker for: one showing of a page asks once."""
        showing = self.request.POST.get(ONCE, "")
        if not showing:
            return HttpResponseRedirect(begin())
        scope = (str(context.actor()), "admin", self.request.path, *about, showing)
        ticket = Ticket.of(scope, b"", lambda link: Answer(302, link))
        stored = ticket.reserve()
        if stored is not None:
            return HttpResponseRedirect(stored.body)
        try:
            link = begin()
        except BaseException:
            ticket.give_back()
            raise
        ticket.keep(ticket.render(link))
        return HttpResponseRedirect(link)


class OfRun(OfSync):
    """A screen under a run's own page."""

    def crumbs(self, **where: str) -> Iterable[Crumb]:
        yield from super().crumbs(**where)
        yield Crumb(_("The run"), run_page(where["run"]))


def address(name: str, *where: str) -> str:
    """Where a screen of the sync stands."""
    return reverse(f"admin:govsync_syncrun_{name}", args=where)


def run_page(run: str) -> str:
    return address("change", run)


def refusal(error: LucaError) -> str:
    """Why a service would not, in the reader's language."""
    return str(REFUSALS[error.code]) if error.code in REFUSALS else told(error)


def moment(at: datetime | None) -> str:
    if at is None:
        return NOTHING
    return formats.date_format(timezone.localtime(at), "SHORT_DATETIME_FORMAT")


def said(step: Any) -> str:
    """What is to be done, in the reader's language."""
    advice = step.advice if isinstance(step, NextStep) else step
    return str(advice.said(translation.get_language() or ""))


def names(students: Iterable[str]) -> dict[str, str]:
    """What students are called, by one call; ids only for who sees no students."""
    wanted = {StudentId(one) for one in students if one}
    if "school_admin" not in context.groups() or not wanted:
        return {}
    found = tenants.students(wanted)
    return {str(one.id): f"{one.family_name} {one.given_name}".strip() for one in found.values()}


def grade_page(student: str, subject: str, period: str) -> str:
    """Where the office sees the grade of a record; nowhere for others."""
    if not OFFICE & context.groups() or not student:
        return ""
    return reverse("admin:grades_grade_change", args=[quote(f"{student}/{subject}/{period}")])


def record_page(run: str, student: str, subject: str) -> str:
    """The same for whoever does not know the run's period yet."""
    if not OFFICE & context.groups() or not (student and subject):
        return ""
    return address("grade_of", run, student, subject)
