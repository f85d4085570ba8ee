"""The versions of all subjects' rules: a list that is read whole."""

from collections.abc import Iterable
from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from grades import services
from grades.admin.places import APART
from grades.domain import ALWAYS, RulesVersion, Standing
from luca.dynadmin.records import Record
from luca.dynadmin.sources import Source, Whole
from tenants import services as tenants

STANDINGS = [
    (Standing.IN_FORCE.value, _("In force")),
    (Standing.FUTURE.value, _("To come")),
    (Standing.PAST.value, _("Past")),
    (Standing.WITHDRAWN.value, pgettext_lazy("rules", "Withdrawn")),
]


class Versions(Whole["RulesRecord"]):
    searched = ("name", "subject")

    def everything(self) -> Iterable["RulesRecord"]:
        names = tenants.subject_names()
        return [_shown(*one, names) for one in services.every_rules()]


class RulesRecord(Record):
    source: ClassVar[Source[Any]] = Versions()
    id = models.CharField(primary_key=True, max_length=80, editable=False)
    subject = models.CharField(_("id"), max_length=64)
    name = models.CharField(_("subject"), max_length=200)
    number = models.PositiveIntegerField(_("version"))
    standing = models.CharField(_("today"), max_length=12, choices=STANDINGS)
    valid_from = models.DateField(_("in force from"), null=True)
    published_at = models.DateTimeField(_("published"))
    published_by = models.CharField(_("by"), max_length=64, blank=True)

    class Meta(Record.Meta):
        app_label = "grades"
        verbose_name = _("grading rules")
        verbose_name_plural = _("grading rules")
        ordering = ("name", "-number")

    def __str__(self) -> str:
        return f"{self.name} {self.number}"


def _shown(one: RulesVersion, standing: Standing, names: Any) -> RulesRecord:
    return RulesRecord(
        id=f"{one.subject}{APART}{one.number}",
        version=one.number,
        subject=one.subject,
        name=names.get(one.subject, one.subject),
        number=one.number,
        standing=standing.value,
        valid_from=None if one.valid_from == ALWAYS else one.valid_from,
        published_at=one.published_at,
        published_by=one.published_by or "",
    )
