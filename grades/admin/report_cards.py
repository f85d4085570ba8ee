"""Report cards as PDF: asked for here, printed by a worker, taken along when they are ready."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import forms
from django.contrib.admin import site
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.urls import reverse
from django.utils import formats, timezone
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _
from unfold.widgets import UnfoldAdminSelectWidget

from grades import services
from luca.aws import jobs
from luca.aws.jobs import Job, State
from luca.dynadmin.beside import Beside
from luca.dynadmin.grids import Cell, Grid
from luca.dynadmin.saying import said
from luca.dynadmin.screens import Confirm, Crumb, Place, Progress, Screen, Watch
from luca.kernel.ids import GroupId, PeriodId, StudentId
from tenants import services as tenants
from tenants.admin.finding import FindStudent
from tenants.domain import Period, Student

CARDS, FIND, ONE, JOB, FILE = (
    "grades_cards",
    "grades_cards_find",
    "grades_cards_student",
    "grades_cards_job",
    "grades_cards_file",
)
LANGUAGES = (("es", gettext_lazy("Spanish")), ("en", gettext_lazy("English")))
STATES = {
    State.WAITING: gettext_lazy("Waiting for a worker"),
    State.RUNNING: gettext_lazy("Being printed"),
    State.DONE: gettext_lazy("Ready"),
    State.FAILED: gettext_lazy("Failed"),
}


class WhenForm(forms.Form):
    """Of which period, and in which language; the newest period is chosen already."""

    period = forms.ChoiceField(label=gettext_lazy("Period"), widget=UnfoldAdminSelectWidget())
    language = forms.ChoiceField(
        label=gettext_lazy("Language of the cards"),
        choices=LANGUAGES,
        widget=UnfoldAdminSelectWidget(),
    )
    once = forms.CharField(widget=forms.HiddenInput, max_length=64)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.offer = tenants.catalogue()
        self.periods: Sequence[Period] = self.offer.periods
        newest = [(one.id, one.name or one.id) for one in reversed(self.periods)]
        self.fields["period"].choices = newest  # type: ignore[attr-defined]
        spoken = "en" if str(get_language()).startswith("en") else "es"
        self.fields["language"].initial = spoken


class GroupForm(WhenForm):
    group = forms.ChoiceField(label=gettext_lazy("Group"), widget=UnfoldAdminSelectWidget())
    field_order = ("group", "period", "language")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.groups = self.offer.groups
        named = sorted((one.name or one.id, one.id) for one in self.groups)
        self.fields["group"].choices = [(one, name) for name, one in named]  # type: ignore[attr-defined]


class Cards(Confirm):
    """A whole group's cards; and all that were asked for in the last week."""

    title = gettext_lazy("Report cards")
    template = "grades/cards.html"
    form = GroupForm
    button = gettext_lazy("Print the group's cards")
    danger = False

    def crumbs(self, **where: str) -> Iterable[Crumb]:
        return ()

    def page(self, shown: Mapping[str, Any], **where: str) -> HttpResponse:
        form = shown["form"]
        told = {"find": reverse(f"admin:{FIND}"), "recent": _recent(form.groups, form.periods)}
        return super().page({**shown, **told}, **where)

    def act(self, given: Mapping[str, Any], **where: str) -> str:
        group, period = GroupId(given["group"]), PeriodId(given["period"])
        return _job(services.begin_group_cards(group, period, given["language"]))


class Find(FindStudent):
    """Whose card is wanted: any part of the name."""

    title = gettext_lazy("One student's report card")

    def crumbs(self, **where: str) -> Iterable[Crumb]:
        yield Crumb(Cards.title, reverse(f"admin:{CARDS}"))

    def page_of(self, student: str) -> str:
        return reverse(f"admin:{ONE}", args=[student])


class OneCard(Confirm):
    """One student's card."""

    template = "grades/cards.html"
    form = WhenForm
    button = gettext_lazy("Print the card")
    danger = False
    seen: Student | None = None

    def heading(self, **where: str) -> str:
        if self.seen is None:
            self.seen = tenants.visible_student(StudentId(where["student"]))
        return _("Report card of %(name)s") % {"name": self.seen.full_name}

    def crumbs(self, **where: str) -> Iterable[Crumb]:
        yield Crumb(Cards.title, reverse(f"admin:{CARDS}"))

    def act(self, given: Mapping[str, Any], **where: str) -> str:
        student, period = StudentId(where["student"]), PeriodId(given["period"])
        return _job(services.begin_student_card(student, period, given["language"]))


class CardsJob(Watch):
    """How far a worker is with them, and the file when it is there."""

    title = gettext_lazy("Report cards")
    seen: Job | None = None

    def heading(self, **where: str) -> str:
        return _("Report cards asked for on %(moment)s") % {"moment": _moment(self._job(**where))}

    def crumbs(self, **where: str) -> Iterable[Crumb]:
        yield Crumb(Cards.title, reverse(f"admin:{CARDS}"))

    def progress(self, **where: str) -> Progress:
        job = self._job(**where)
        going = job.state in {State.WAITING, State.RUNNING}
        links = []
        if job.file:
            links.append(Crumb(_("Download the PDF"), reverse(f"admin:{FILE}", args=[job.id])))
        return Progress(
            job.done,
            job.total,
            going=going,
            text=_told(job),
            failed=job.state is State.FAILED,
            links=links,
        )

    def _job(self, **where: str) -> Job:
        if self.seen is None:
            self.seen = services.cards_job(where["job"])
        return self.seen


class CardsFile(Screen):
    """The PDF, passed on while it is read."""

    def get(self, request: HttpRequest, **where: str) -> Any:
        services.cards_job(where["job"])
        job, content = jobs.opened(where["job"])
        answer = StreamingHttpResponse(content.parts, content_type=job.content_type)
        answer["Content-Length"] = str(content.size)
        answer["Content-Disposition"] = f'attachment; filename="{job.file}"'
        answer["Cache-Control"] = "no-store"
        return answer


def _job(job: Job) -> str:
    return reverse(f"admin:{JOB}", args=[job.id])


def _told(job: Job) -> str:
    """What the bar says, in one sentence."""
    if job.state is State.FAILED:
        return (
            said(job.detail) if job.detail else _("The worker has gone silent. Ask for them again.")
        )
    if job.state is not State.DONE:
        return str(STATES[job.state])
    cards, open_ = job.data.get("cards", 0), job.data.get("provisional", 0)
    text = ngettext("%(n)s card is ready.", "%(n)s cards are ready.", cards) % {"n": cards}
    if not open_:
        return text
    more = ngettext("%(n)s is provisional.", "%(n)s are provisional.", open_) % {"n": open_}
    return f"{text} {more}"


def _recent(groups: Iterable[Any], periods: Iterable[Any]) -> Grid:
    names = {one.id: one.name for one in groups}
    called = {one.id: one.name for one in periods}
    return Grid(
        _("Asked for in the last week"),
        (_("When"), _("Whose"), _("Period"), _("State"), _("Cards"), _("PDF")),
        [_row(one, names, called) for one in services.recent_cards()],
        _("No cards were asked for in the last week."),
        frozenset({4}),
    )


def _row(one: Job, groups: Mapping[str, str], periods: Mapping[str, str]) -> Sequence[Cell]:
    about = one.arguments
    group, period = about.get("group", ""), about.get("period", "")
    whose = groups.get(group) or group or _("Student %(id)s") % {"id": about.get("student", "")}
    bad, good = one.state is State.FAILED, one.state is State.DONE
    file = reverse(f"admin:{FILE}", args=[one.id]) if one.file else ""
    return (
        Cell(_moment(one), _job(one)),
        Cell(whose),
        Cell(periods.get(period) or period),
        Cell(
            STATES[one.state],
            mark="error" if bad else "check_circle" if good else "schedule",
            tone="bad" if bad else "good" if good else "",
        ),
        Cell(one.data.get("cards", "")),
        Cell(_("Download") if file else "", file),
    )


def _moment(job: Job) -> str:
    return formats.date_format(timezone.localtime(job.asked_at), "SHORT_DATETIME_FORMAT")


site.screens += [  # type: ignore[attr-defined]  # Luca's own site
    Place("grades/cards/", Cards, CARDS),
    Place("grades/cards/student/", Find, FIND),
    Place("grades/cards/student/<str:student>/", OneCard, ONE),
    Place("grades/cards/job/<str:job>/", CardsJob, JOB),
    Place("grades/cards/job/<str:job>/file/", CardsFile, FILE),
]
site.beside["student"].append(  # type: ignore[attr-defined]  # the same
    Beside(gettext_lazy("Report card"), ONE)
)
