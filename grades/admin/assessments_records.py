"""What a course asks for as rows and as a form, over its services."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, ClassVar

from django.db import models
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from grades import domain, services
from grades.admin import places
from luca.aws.audit import label
from luca.dynadmin.question import Question, Unanswerable
from luca.dynadmin.records import Record
from luca.dynadmin.sources import Past, Whole, fitting
from luca.kernel.errors import NotFound
from luca.kernel.ids import AssessmentId, PeriodId, SubjectId
from tenants import services as tenants
from tenants.domain import AuditEntry, Course

OWN = ("name", "type", "category", "max", "weight", "due", "group", "published", "extra_credit")


class Assessments(Whole["Assessment"]):
    """A course asks for some dozens of things: they are read whole, course by course."""

    searched = ("name", "key", "type", "category")

    def several(self, ids: Collection[str]) -> Iterable["Assessment"]:
        return [row for name in ids if (row := _found(name))]

    def listed(self, question: Question) -> Iterable["Assessment"]:
        chosen = {one.field: str(one.value) for one in question.where if one.lookup == "exact"}
        if not {"period", "subject"} <= chosen.keys():
            raise Unanswerable("Assessments are listed by period and subject.")
        course = Course(SubjectId(chosen["subject"]), PeriodId(chosen["period"]))
        found = services.assessments_of(course.subject, course.period)
        rows = [row_of(course, one) for one in found]
        rows = [row for row in rows if self._found(row, question.search)]
        return fitting(rows, question.where, question)

    def add(self, record: "Assessment", reason: str) -> "Assessment":
        course = Course(SubjectId(record.subject), PeriodId(record.period))
        given = domain.Assessment(AssessmentId(record.key), **_values(record))
        return row_of(course, services.add_assessment(course, given))

    def change(self, record: "Assessment", fields: Mapping[str, Any], reason: str) -> None:
        course, identity = _place(record.pk)
        known = {name: value for name, value in fields.items() if name in OWN}
        services.change_assessment(course, identity, known, version=record.version)

    def history(self, ids: str) -> Sequence[Past]:
        place = places.assessment(ids)
        entries = services.acts_on(*place) if place else []
        names = tenants.staff_names({one.actor for one in entries})
        language = get_language() or ""
        return [
            Past(one.at, names.get(one.actor, one.actor), _act(one, language)) for one in entries
        ]


def _act(one: AuditEntry, language: str) -> str:
    said = label(one.action, language)
    return f"{said}. {_('Reason: %s') % one.reason}" if one.reason else said


class Assessment(Record):
    source: ClassVar[Whole[Any]] = Assessments()
    id = models.CharField(primary_key=True, max_length=200, editable=False)
    period = models.CharField(gettext_lazy("period"), max_length=64)
    subject = models.CharField(gettext_lazy("subject"), max_length=64)
    key = models.CharField(
        gettext_lazy("short name"),
        max_length=64,
        help_text=gettext_lazy("Letters, digits and hyphens, as exam-1; it stays for ever."),
    )
    name = models.CharField(gettext_lazy("name"), max_length=120, blank=True)
    type = models.CharField(
        gettext_lazy("kind"),
        max_length=64,
        default="general",
        help_text=gettext_lazy("As exam, homework or project."),
    )
    category = models.CharField(
        gettext_lazy("category"),
        max_length=64,
        blank=True,
        help_text=gettext_lazy("Where it counts by the grading rules; empty: its kind."),
    )
    max = models.DecimalField(
        gettext_lazy("possible points"), max_digits=18, decimal_places=6, default=Decimal(10)
    )
    weight = models.DecimalField(
        gettext_lazy("weight"),
        max_digits=18,
        decimal_places=6,
        default=Decimal(1),
        help_text=gettext_lazy("Among assessments that are weighed singly; 0: it never counts."),
    )
    due = models.DateTimeField(
        gettext_lazy("due"),
        null=True,
        blank=True,
        help_text=gettext_lazy("What is handed in later is late. Empty: never late."),
    )
    group = models.CharField(
        gettext_lazy("group"),
        max_length=64,
        blank=True,
        help_text=gettext_lazy("Asked of this group only; empty: of everybody in the course."),
    )
    published = models.BooleanField(
        gettext_lazy("published"),
        default=True,
        help_text=gettext_lazy("Unpublished it counts nowhere, and no family sees it."),
    )
    extra_credit = models.BooleanField(
        gettext_lazy("extra credit"),
        default=False,
        help_text=gettext_lazy("It can only raise a grade."),
    )
    curve = models.CharField(gettext_lazy("curve"), max_length=20, editable=False)

    class Meta(Record.Meta):
        app_label = "grades"
        verbose_name = gettext_lazy("assessment")
        verbose_name_plural = gettext_lazy("assessments")
        ordering = ("due", "name", "key")

    def __str__(self) -> str:
        return self.name or self.key


def row_of(course: Course, one: domain.Assessment) -> Assessment:
    return Assessment(
        id=places.of_assessment(course, one.id),
        version=one.version,
        period=course.period,
        subject=course.subject,
        key=one.id,
        curve=one.curve.kind.value if one.curve else "",
        **{name: getattr(one, name) for name in OWN}
        | {"max": _plain(one.max), "weight": _plain(one.weight)},
    )


def _plain(value: Decimal) -> Decimal:
    """Without the noughts that a form would show: 10 and not 10.000000."""
    return Decimal(format(value.normalize(), "f"))


def _values(record: "Assessment") -> dict[str, Any]:
    return {name: getattr(record, name) for name in OWN}


def _place(name: str) -> tuple[Course, AssessmentId]:
    place = places.assessment(name)
    if place is None:
        raise NotFound("There is no such assessment.", code="assessment_not_found")
    return place


def _found(name: str) -> Assessment | None:
    place = places.assessment(name)
    try:
        return row_of(place[0], services.office_assessment(*place)) if place else None
    except NotFound:
        return None
