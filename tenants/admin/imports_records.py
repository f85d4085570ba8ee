"""Imports of tables as the admin lists them."""

from collections.abc import Collection, Iterable
from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from luca.dynadmin.question import Question
from luca.dynadmin.records import Record
from luca.dynadmin.sources import Page, Source
from luca.kernel.errors import NotFound
from tenants.domain import imports as words
from tenants.domain.imports import ImportState
from tenants.services.imports import desk

KINDS = [
    ("students", _("Students")),
    ("guardians", _("Guardians")),
    ("teachers", _("Teachers")),
    ("groups", _("Groups")),
    ("enrolments", _("Enrolments")),
]
STATES = [
    (ImportState.CHECKED.value, _("Looked over, nothing stored")),
    (ImportState.APPLYING.value, _("Being stored")),
    (ImportState.APPLIED.value, pgettext_lazy("import", "Stored")),
    (ImportState.STOPPED.value, _("Stopped half way")),
    (ImportState.UNDOING.value, _("Being undone")),
    (ImportState.UNDONE.value, _("Undone")),
]


class Imports(Source[Any]):
    """The newest first."""

    paged = True

    def several(self, ids: Collection[str]) -> Iterable["PeopleImport"]:
        for one in ids:
            try:
                yield _row(desk.people_import(one))
            except NotFound:
                continue

    def page(self, question: Question, limit: int, start: Any) -> Page["PeopleImport"]:
        question.only()
        found, after = desk.people_imports(limit=limit, start=start)
        return Page([_row(one) for one in found], after)


class PeopleImport(Record):
    source: ClassVar[Source[Any]] = Imports()
    id = models.CharField(primary_key=True, max_length=64, editable=False)
    kind = models.CharField(_("Table of"), max_length=20, choices=KINDS)
    state = models.CharField(_("State"), max_length=20, choices=STATES)
    made_at = models.DateTimeField(_("Sent"))
    made_by = models.CharField(_("By"), max_length=64)
    new = models.PositiveIntegerField(_("New"))
    changed = models.PositiveIntegerField(_("Changed"))
    refused = models.PositiveIntegerField(_("Rows with faults"))

    class Meta(Record.Meta):
        app_label = "tenants"
        verbose_name = _("import")
        verbose_name_plural = _("imports")

    def __str__(self) -> str:
        return str(self.get_kind_display())  # type: ignore[attr-defined]  # Django makes it


def _row(one: words.PeopleImport) -> PeopleImport:
    return PeopleImport(
        id=one.id,
        kind=one.kind,
        state=one.state.value,
        made_at=one.made_at,
        made_by=one.made_by or "",
        new=one.new,
        changed=one.changed,
        refused=one.refused,
    )
