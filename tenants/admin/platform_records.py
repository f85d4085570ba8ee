"""The schools of the platform, for its own people: no pupil, no teacher, no result."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from luca.dynadmin.question import Question
from luca.dynadmin.sources import Page, Source
from luca.kernel.errors import NotFound
from luca.kernel.ids import SchoolId
from tenants import services
from tenants.admin.school_records import SchoolFields
from tenants.domain import School

FIELDS = ("name", "cct", "time_zone", "language", "staff_totp")


class Schools(Source["PlatformSchool"]):
    paged = True

    def page(self, question: Question, limit: int, start: Any) -> Page["PlatformSchool"]:
        question.only()
        found, following = services.schools_page(limit=limit, start=start)
        return Page([_listed(one) for one in found], following)

    def several(self, ids: Collection[str]) -> Iterable["PlatformSchool"]:
        """With their profiles, each out of its own school: a form asks for one."""
        for one in ids:
            try:
                yield _shown(services.school_named(one))
            except NotFound:
                continue

    def add(self, record: "PlatformSchool", reason: str) -> "PlatformSchool":
        given = {name: getattr(record, name) for name in FIELDS}
        return _shown(services.create_school(School(SchoolId(record.id), **given)))

    def change(self, record: "PlatformSchool", fields: Mapping[str, Any], reason: str) -> None:
        services.change_school_named(record.id, fields, seen=record.version)


class PlatformSchool(SchoolFields):
    source: ClassVar[Source[Any]] = Schools()
    id = models.CharField(
        _("id"),
        primary_key=True,
        max_length=63,
        help_text=_("Short and for good, as primaria-juarez: a-z, 0-9, _ and -."),
    )

    class Meta(SchoolFields.Meta):
        abstract = False
        app_label = "tenants"
        verbose_name = _("school")
        verbose_name_plural = _("schools")


def _listed(school: School) -> PlatformSchool:
    return PlatformSchool(id=school.id, name=school.name, time_zone=school.time_zone)


def _shown(school: School) -> PlatformSchool:
    given = {name: getattr(school, name) for name in FIELDS}
    return PlatformSchool(id=school.id, version=services.mark(school), **given)
