"""The subjects of the school: few, and read whole."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from luca.dynadmin.records import Record
from luca.dynadmin.sources import Past, Source, Whole
from luca.kernel.ids import SubjectId
from tenants import services
from tenants.admin import past
from tenants.domain import Subject


class Subjects(Whole["SubjectRecord"]):
    searched = ("name", "id")

    def everything(self) -> Iterable["SubjectRecord"]:
        return [_shown(one) for one in services.subjects()]

    def add(self, record: "SubjectRecord", reason: str) -> "SubjectRecord":
        return _shown(services.add_subject(_read(record, record.name)))

    def change(self, record: "SubjectRecord", fields: Mapping[str, Any], reason: str) -> None:
        services.name_subject(_read(record, fields["name"]))

    def remove(self, record: "SubjectRecord") -> None:
        services.remove_subject(_read(record, record.name))

    def history(self, ids: str) -> Sequence[Past]:
        return past.of(f"subject:{ids}", past.words_of(SubjectRecord))


class SubjectRecord(Record):
    source: ClassVar[Source[Any]] = Subjects()
    id = models.CharField(
        _("id"),
        primary_key=True,
        max_length=64,
        help_text=_("Short and for good, as maths: letters, digits, point, hyphen."),
    )
    name = models.CharField(
        _("name"), max_length=200, help_text=_("What families read on report cards.")
    )

    class Meta(Record.Meta):
        app_label = "tenants"
        verbose_name = _("subject")
        verbose_name_plural = _("subjects")
        ordering = ("name", "id")

    def __str__(self) -> str:
        return self.name


def _read(record: SubjectRecord, name: str) -> Subject:
    return Subject(SubjectId(record.id), name, record.version)


def _shown(subject: Subject) -> SubjectRecord:
    return SubjectRecord(id=subject.id, version=subject.version, name=subject.name)
