"""Students, teachers and guardians as the admin lists and edits them."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from luca.dynadmin.question import Question
from luca.dynadmin.records import Record
from luca.dynadmin.sources import Page, Past, Source
from luca.kernel.ids import uuid7
from tenants import domain, services
from tenants.admin import past
from tenants.domain import Role, Status

FIELDS = ("given_name", "family_name", "external_id", "email")
STATUSES = [(Status.ACTIVE.value, _("At the school")), (Status.LEFT.value, _("Has left"))]


class PersonRecord(Record):
    """What everybody of the school has in common."""

    id = models.CharField(
        _("ID"),
        primary_key=True,
        max_length=64,
        blank=True,
        help_text=_("The school's own number, never a CURP. Left empty, one is made."),
    )
    given_name = models.CharField(_("Given names"), max_length=200)
    family_name = models.CharField(_("Family names"), max_length=200, blank=True)
    external_id = models.CharField(
        _("External ID"),
        max_length=400,
        blank=True,
        help_text=_("The id in the system that the data came from."),
    )
    email = models.EmailField(_("E-mail"), blank=True)
    left_on = models.DateField(_("Left on"), null=True, blank=True, editable=False)
    status = models.CharField(_("Status"), max_length=10, choices=STATUSES, editable=False)

    class Meta(Record.Meta):
        abstract = True

    def __str__(self) -> str:
        return f"{self.given_name} {self.family_name}".strip()


class People(Source[Any]):
    """Everybody of one role, by name or by what else they are known by."""

    paged = True
    role: Role
    record: type[PersonRecord]
    kind: type[Any]
    fields: tuple[str, ...] = FIELDS

    def several(self, ids: Collection[str]) -> Iterable[PersonRecord]:
        return [self.row(one) for one in services.people_named(self.role, ids)]

    def page(self, question: Question, limit: int, start: Any) -> Page[PersonRecord]:
        wanted = question.only("status").get(("status", "exact"))
        status = Status(wanted) if wanted in set(Status) else None
        if not question.search:
            found, after = services.people_page(self.role, limit=limit, start=start, status=status)
            return Page([self.row(one) for one in found], after)
        found, after = services.people_found(self.role, question.search, limit=limit, start=start)
        return Page([self.row(one) for one in found if status in {None, one.status}], after)

    def add(self, record: PersonRecord, reason: str) -> PersonRecord:
        values = {name: getattr(record, name) for name in self.fields}
        added = services.add_person(self.kind(id=record.id or uuid7(), **values))
        return self.row(added)

    def change(self, record: PersonRecord, fields: Mapping[str, Any], reason: str) -> None:
        services.change_person(
            self.role, str(record.pk), fields, seen=record.version, reason=reason
        )

    def history(self, ids: str) -> Sequence[Past]:
        words = {one.name: one.verbose_name for one in self.record._meta.fields}  # noqa: SLF001 -- Django's own door to a model's fields
        return past.of(f"{self.role.value.lower()}:{ids}", words)

    def row(self, person: Any) -> PersonRecord:
        values = {name: getattr(person, name) for name in self.fields}
        return self.record(
            id=person.id,
            version=person.version,
            left_on=person.left_on,
            status=person.status.value,
            **values,
        )


class Students(People):
    role, kind = Role.STUDENT, domain.Student
    fields = (*FIELDS, "curp")


class Teachers(People):
    role, kind = Role.TEACHER, domain.Teacher


class Guardians(People):
    role, kind = Role.GUARDIAN, domain.Guardian


class Student(PersonRecord):
    source: ClassVar[Source[Any]] = Students()
    curp = models.CharField("CURP", max_length=18, blank=True)

    class Meta(PersonRecord.Meta):
        app_label = "tenants"
        verbose_name = _("student")
        verbose_name_plural = _("students")


class Teacher(PersonRecord):
    source: ClassVar[Source[Any]] = Teachers()

    class Meta(PersonRecord.Meta):
        app_label = "tenants"
        verbose_name = _("teacher")
        verbose_name_plural = _("teachers")


class Guardian(PersonRecord):
    source: ClassVar[Source[Any]] = Guardians()

    class Meta(PersonRecord.Meta):
        app_label = "tenants"
        verbose_name = _("guardian")
        verbose_name_plural = _("guardians")


Students.record, Teachers.record, Guardians.record = Student, Teacher, Guardian
