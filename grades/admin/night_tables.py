"""What the pages of nights show: tables and figures, in the reader's words."""

from collections.abc import Sequence
from datetime import date, datetime
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from grades.domain.nights import Failure, Night, NightState
from luca.aws.jobs import Job, State
from luca.dynadmin.grids import Cell, Grid
from luca.kernel import clock

NIGHT, RUN, RUNS = "grades_night", "grades_run", "grades_runs"
STATES = {
    NightState.CLAIMED: gettext_lazy("About to begin"),
    NightState.ENQUEUED: gettext_lazy("Waiting for a worker"),
    NightState.RUNNING: gettext_lazy("Running"),
    NightState.FINISHED: gettext_lazy("Finished"),
    NightState.FAILED: gettext_lazy("With failures"),
}
OVERDUE = gettext_lazy("Has not ended")
JOB_STATES = {
    State.WAITING: gettext_lazy("Waiting for a worker"),
    State.RUNNING: gettext_lazy("Running"),
    State.DONE: gettext_lazy("Finished"),
    State.FAILED: gettext_lazy("Failed"),
}
NUMBERS = frozenset({2, 3, 4})


def nights(found: Sequence[Night]) -> Grid:
    return Grid(
        _("The last nights"),
        (_("Night"), _("State"), _("Grades written"), _("Failed"), _("Left"), _("Ended")),
        [_night(one) for one in found],
        _("No night has begun yet. The first one begins at two in the morning."),
        NUMBERS,
    )


def _night(one: Night) -> Sequence[Cell]:
    bad = one.state is NightState.FAILED or one.overdue(clock.now())
    good = one.state is NightState.FINISHED
    return (
        Cell(day(one.date), reverse(f"admin:{NIGHT}", args=[one.date])),
        Cell(
            state(one),
            mark="error" if bad else "check_circle" if good else "schedule",
            tone="bad" if bad else "good" if good else "",
        ),
        Cell(one.written),
        Cell(one.failed),
        Cell(one.left),
        Cell(_moment(one.ended_at)),
    )


def runs(found: Sequence[Job]) -> Grid:
    return Grid(
        _("Computed on demand"),
        (_("Asked for"), _("State"), _("Grades written"), _("Failed"), _("Left"), _("What")),
        [_run(one) for one in found],
        _("Nobody has asked for it in the last week."),
        NUMBERS,
    )


def _run(one: Job) -> Sequence[Cell]:
    bad = one.state is State.FAILED or bool(one.data.get("failed"))
    good = one.state is State.DONE and not bad
    period, subject = one.arguments.get("period"), one.arguments.get("subject")
    return (
        Cell(_moment(one.asked_at), reverse(f"admin:{RUNS}", args=[one.id])),
        Cell(
            JOB_STATES[one.state],
            mark="error" if bad else "check_circle" if good else "schedule",
            tone="bad" if bad else "good" if good else "",
        ),
        Cell(one.data.get("written", "")),
        Cell(one.data.get("failed", "")),
        Cell(one.data.get("left", "")),
        Cell(" · ".join(part for part in (period, subject) if part) or _("Everything")),
    )


def facts(one: Night) -> list[tuple[str, str]]:
    return [
        (_("Grades written"), str(one.written)),
        (_("Grades that were right already"), str(one.unchanged)),
        (_("Could not be computed"), str(one.failed)),
        (_("Left for the next run"), str(one.left)),
        (_("Courses looked at"), str(one.courses)),
        (_("Begun"), _moment(one.claimed_at)),
        (_("Ended"), _moment(one.ended_at)),
    ]


def job_facts(job: Job) -> list[tuple[str, str]]:
    names = {
        "written": _("Grades written"),
        "unchanged": _("Grades that were right already"),
        "failed": _("Could not be computed"),
        "left": _("Left for the next run"),
    }
    return [(label, str(job.data.get(name, 0))) for name, label in names.items()]


def failures(found: Sequence[Failure]) -> Grid:
    return Grid(
        _("What failed, and why"),
        (_("Subject"), _("Period"), _("How many"), _("Kind of error"), _("What to do")),
        [_failure(one) for one in found],
        _("Nothing failed."),
        frozenset({2}),
    )


def _failure(one: Failure) -> Sequence[Cell]:
    course = {"subject": one.subject, "period": one.period}
    many = ngettext("%(n)s student", "%(n)s students", one.count) % {"n": one.count}
    return (
        Cell(one.subject),
        Cell(one.period),
        Cell(_("The whole course") if one.whole else many),
        Cell(one.error),
        Cell(_("Run this course again"), f"{reverse(f'admin:{RUN}')}?{urlencode(course)}"),
    )


def state(one: Night) -> str:
    return str(OVERDUE if one.overdue(clock.now()) else STATES[one.state])


def day(text: str) -> str:
    try:
        return formats.date_format(date.fromisoformat(text), "DATE_FORMAT")
    except ValueError:
        return text


def _moment(at: datetime | None) -> str:
    if at is None:
        return ""
    return formats.date_format(timezone.localtime(at), "SHORT_DATETIME_FORMAT")
