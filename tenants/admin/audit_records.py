"""The audit log, leafed through: whatever is asked, two questions to the table."""

from collections.abc import Collection, Iterable
from typing import Any, ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from luca.aws.audit import Action, label
from luca.dynadmin.question import Question, Unanswerable
from luca.dynadmin.records import Record
from luca.dynadmin.sources import Page, Source
from luca.kernel import clock
from tenants import services
from tenants.admin import past
from tenants.domain import AuditEntry, AuditSearch

ASKED = ("action", "actor", "about", "since", "until")
APART = "_"  # between the time and the rest of an entry's name; no time has it


class Entries(Source["AuditRecord"]):
    paged = True

    def several(self, ids: Collection[str]) -> Iterable["AuditRecord"]:
        parted = (one.partition(APART) for one in ids)
        found = (services.audit_entry(at, rest) for at, _apart, rest in parted)
        return _shown([one for one in found if one is not None])

    def page(self, question: Question, limit: int, start: Any) -> Page["AuditRecord"]:
        if question.search:
            raise Unanswerable("The audit log is filtered, not searched.")
        known = question.only(*ASKED)
        search = searched({name: str(value) for (name, _exact), value in known.items()})
        found, following = services.audit_leaf(search, limit=limit, start=start)
        return Page(_shown(found), following)


def searched(asked: dict[str, str]) -> AuditSearch:
    """What was asked for; the last 30 days unless days were."""
    return services.audit_search(**asked, zone=timezone.get_current_timezone())


class AuditRecord(Record):
    source: ClassVar[Source[Any]] = Entries()
    id = models.CharField(primary_key=True, max_length=100, editable=False)
    at = models.DateTimeField(_("when"))
    actor = models.CharField(_("id of who"), max_length=64)
    who = models.CharField(_("who"), max_length=200)
    action = models.CharField(_("code"), max_length=64)
    what = models.CharField(_("what"), max_length=200)
    about = models.CharField(_("about"), max_length=300)
    groups = models.CharField(_("rights at the time"), max_length=200)
    reason = models.CharField(_("reason"), max_length=500)
    details = models.JSONField(_("details"))
    origin = models.CharField(_("origin"), max_length=20)
    correlation = models.CharField(_("number to quote"), max_length=64)
    since = models.CharField(max_length=30)  # asked for, never shown
    until = models.CharField(max_length=30)

    class Meta(Record.Meta):
        app_label = "tenants"
        verbose_name = _("entry of the audit log")
        verbose_name_plural = _("audit log")

    def __str__(self) -> str:
        return self.what


def actions() -> list[tuple[str, str]]:
    """Every act with its label, in the order of the labels."""
    language = get_language() or ""
    return sorted(
        ((one.value, label(one.value, language)) for one in Action), key=lambda one: one[1]
    )


def _shown(entries: list[AuditEntry]) -> list[AuditRecord]:
    language = get_language() or ""
    names = past.actors({one.actor for one in entries} - past.NOBODY.keys())
    return [
        AuditRecord(
            id=f"{clock.stamp(one.at)}{APART}{one.id}",
            version=1,
            at=one.at,
            actor=one.actor,
            who=names.get(one.actor, one.actor),
            action=one.action,
            what=label(one.action, language),
            about=one.about,
            groups=", ".join(one.groups),
            reason=one.reason,
            details=dict(one.details),
            origin=one.source,
            correlation=one.correlation_id,
        )
        for one in entries
    ]
