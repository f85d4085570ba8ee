"""Results as rows and as a form: read, recorded and corrected by the services."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from grades import domain, services
from grades.admin import places, words
from grades.domain import Change, Correction, Keep, NewEvaluation, Status
from luca.dynadmin.question import Question, Unanswerable
from luca.dynadmin.records import Record
from luca.dynadmin.sources import Page, Past, Source
from luca.kernel import context
from luca.kernel.errors import NotFound
from luca.kernel.ids import AssessmentId, GroupId, PeriodId, StudentId, SubjectId
from tenants import services as tenants
from tenants.domain import Course


class Evaluations(Source["Evaluation"]):
    """Of a student, or of a group in a course: those are the ways in which results lie."""

    paged = True

    def several(self, ids: Collection[str]) -> Iterable["Evaluation"]:
        return [row for name in ids if (row := _one(name))]

    def page(self, question: Question, limit: int, start: Any) -> Page["Evaluation"]:
        if question.search:
            raise Unanswerable("Results are not searched: look for the student.")
        asked = question.only("student", "period", "subject", "group")
        wanted = {field: str(value) for (field, _lookup), value in asked.items()}
        if "student" in wanted:
            found, following = services.evaluations_page(StudentId(wanted["student"]), limit, start)
            return Page(_rows(found), following)
        if not {"period", "subject", "group"} <= wanted.keys():
            raise Unanswerable("Results are listed by student, or by period, subject and group.")
        course = Course(SubjectId(wanted["subject"]), PeriodId(wanted["period"]))
        found, following = services.group_evaluations_page(
            course, GroupId(wanted["group"]), limit, start
        )
        return Page(_rows(found), following)

    def add(self, record: "Evaluation", reason: str) -> "Evaluation":
        """Record what nobody recorded yet; an excuse has its own way."""
        course = Course(SubjectId(record.subject), PeriodId(record.period))
        student, assessment = StudentId(record.student), AssessmentId(record.assessment)
        if record.status == Status.EXCUSED:
            actor = context.actor()
            services.excuse(actor, student, course, assessment, reason=reason, version=0)
        else:
            _recorded(record, course, reason)
        return Evaluation(id=places.of_evaluation(student, course, assessment), version=1)

    def change(self, record: "Evaluation", fields: Mapping[str, Any], reason: str) -> None:
        student, course, assessment = _place(record.pk)
        status = Status(fields.get("status", record.status))
        place = (context.actor(), student, course, assessment)
        if status is Status.EXCUSED:
            services.excuse(*place, reason=reason, version=record.version)
            return
        submitted = fields.get("submitted_at", Keep.KEEP)
        change = Change(fields.get("score", record.score), status, submitted)
        services.correct(*place, change, reason=reason, version=record.version)

    def history(self, ids: str) -> Sequence[Past]:
        try:
            return past_of(services.evaluation(*_place(ids)))
        except NotFound:
            return ()


class Evaluation(Record):
    source: ClassVar[Source[Any]] = Evaluations()
    id = models.CharField(primary_key=True, max_length=300, editable=False)
    student = models.CharField(max_length=64)
    student_name = models.CharField(gettext_lazy("student"), max_length=200, editable=False)
    period = models.CharField(max_length=64)
    subject = models.CharField(max_length=64)
    group = models.CharField(max_length=64, editable=False)
    assessment = models.CharField(max_length=64)
    title = models.CharField(gettext_lazy("assessment"), max_length=200, editable=False)
    status = models.CharField(
        gettext_lazy("status"), max_length=10, choices=list(words.STATUS.items())
    )
    score = models.DecimalField(
        gettext_lazy("points"), max_digits=18, decimal_places=6, null=True, blank=True
    )
    max = models.DecimalField(
        gettext_lazy("of"), max_digits=18, decimal_places=6, null=True, editable=False
    )
    category = models.CharField(gettext_lazy("counts in"), max_length=64, editable=False)
    submitted_at = models.DateTimeField(
        gettext_lazy("handed in"),
        null=True,
        blank=True,
        help_text=gettext_lazy("Empty: in time."),
    )
    recorded_at = models.DateTimeField(gettext_lazy("recorded"), null=True, editable=False)
    consolidated = models.BooleanField(
        gettext_lazy("in the final grade"), default=False, editable=False
    )

    read: domain.Evaluation | None = None  # what the row was made of, with its history

    class Meta(Record.Meta):
        app_label = "grades"
        verbose_name = gettext_lazy("result")
        verbose_name_plural = gettext_lazy("results")

    def __str__(self) -> str:
        return f"{self.student_name or self.student}: {self.title or self.assessment}"


def past_of(found: domain.Evaluation) -> list[Past]:
    """What a result was, the newest first, with who said so and why."""
    present = Correction(
        version=found.version,
        status=found.status,
        score=found.score,
        at=found.recorded_at,
        by=found.recorded_by or "",
        reason=found.reason,
        moved_to=found.moved_to,
    )
    every = [present, *reversed(found.history)]
    names = tenants.staff_names({one.by for one in every})
    return [Past(one.at, names.get(one.by, one.by) or "Luca", _told(one)) for one in every]


def _told(one: Correction) -> str:
    said = [words.status(one.status)]
    if one.score is not None:
        said.append(_("%(points)s points") % {"points": words.number(one.score)})
    if one.moved_to:
        said.append(_("counts in %(category)s") % {"category": one.moved_to})
    told = ", ".join(said)
    return f"{told}. {_('Reason: %s') % one.reason}" if one.reason else told


def _recorded(record: "Evaluation", course: Course, reason: str) -> None:
    row = NewEvaluation(
        StudentId(record.student),
        course.subject,
        course.period,
        AssessmentId(record.assessment),
        record.score,
        status=Status(record.status),
        submitted_at=record.submitted_at,
        reason=reason,
    )
    (outcome,) = services.record(context.actor(), [row])
    if outcome.error is not None:
        raise outcome.error


def _place(name: str) -> tuple[StudentId, Course, AssessmentId]:
    place = places.evaluation(name)
    if place is None:
        raise NotFound("There is no such evaluation.", code="evaluation_not_found")
    return place


def _one(name: str) -> Evaluation | None:
    """A result for its form, in one read."""
    place = places.evaluation(name)
    try:
        full = services.evaluation_in_full(*place) if place else None
    except NotFound:
        return None
    return _row(full[0], _name(full[1]), full[2]) if full else None


def _rows(found: Sequence[domain.Evaluation]) -> list[Evaluation]:
    """The names of all in one batch, the titles of each course's assessments as remembered."""
    people = tenants.students({one.student for one in found})
    titles = {
        (course, one.id): one.title
        for course in {one.course for one in found}
        for one in services.assessments_as_remembered(course)
    }
    return [
        _row(
            one,
            _name(people.get(one.student)) or one.student,
            titles.get((one.course, one.assessment), one.assessment),
        )
        for one in found
    ]


def _name(one: Any) -> str:
    return "" if one is None else f"{one.family_name} {one.given_name}".strip()


def _row(one: domain.Evaluation, name: str, title: str) -> Evaluation:
    row = Evaluation(
        id=places.of_evaluation(one.student, one.course, one.assessment),
        version=one.version,
        student=one.student,
        student_name=name,
        period=one.period,
        subject=one.subject,
        group=one.group,
        assessment=one.assessment,
        title=title,
        status=one.status.value,
        score=one.score,
        max=one.max,
        category=one.moved_to or one.category,
        submitted_at=one.submitted_at,
        recorded_at=one.recorded_at,
        consolidated=one.consolidated,
    )
    row.read = one
    return row
