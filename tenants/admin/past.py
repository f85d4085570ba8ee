"""The audit log as a record's history: who did what, in the reader's language."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from luca.aws.audit import LUCA, OPERATOR, label
from luca.dynadmin.records import Record
from luca.dynadmin.sources import Past
from tenants import services
from tenants.domain import AuditEntry

NOBODY = {LUCA: "Luca", OPERATOR: gettext_lazy("The platform's operator")}


def of(about: str, words: Mapping[str, Any]) -> list[Past]:
    """What was done about a record; `words` are what people call its fields."""
    entries = services.acts_about(about)
    names = actors({one.actor for one in entries} - NOBODY.keys())
    return [
        Past(one.at, names.get(one.actor, one.actor), _what(one), _fields(one, words))
        for one in entries
    ]


def words_of(record: type[Record]) -> dict[str, Any]:
    """What people call a record's fields."""
    return {one.name: one.verbose_name for one in record._meta.fields}  # noqa: SLF001 -- Django's own name for what is public


def actors(people: AbstractSet[str]) -> dict[str, str]:
    """Staff are on record as teachers, if at all; of others we know the id."""
    found = services.staff_names(people) if people else {}
    return {name: str(text) for name, text in NOBODY.items()} | found


def _what(entry: AuditEntry) -> str:
    said = label(entry.action, translation.get_language() or "")
    return (
        _("%(what)s: %(reason)s") % {"what": said, "reason": entry.reason} if entry.reason else said
    )


def _fields(entry: AuditEntry, words: Mapping[str, Any]) -> tuple[str, ...]:
    changed = entry.details.get("fields", "")
    return tuple(str(words.get(one, one)) for one in changed.split(",") if one)
