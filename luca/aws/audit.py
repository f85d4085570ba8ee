"""What somebody did that a school must be able to look up later; written once, never changed.

| item | kind | PK | SK | GSI1 | GSI2 |
|---|---|---|---|---|---|
| an act | ``audit`` | `T#AUDIT#<date>` | `<time>#<id>` | `T#ACTS#<about>` | `T#AUDITED#<yyyy-mm>` |

Day and month are UTC's; all sort by time and id. GSI1 is a record's history, without the looks at
it: nobody would read them there. GSI2 is for leafing: a quiet day costs no question.
An entry says who (an id), what, about what (`kind:id`), when, why and under which
correlation id; it never holds a name, an e-mail address or a CURP, but for the reason, which staff
write in their own words. No session of a school may update or delete an entry, or write one in a
batch: ``deploy/policies/tenant.json`` denies it. Entries have no `ttl`. More: docs/audit.md.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from django.conf import settings
from pynamodb.attributes import JSONAttribute, UnicodeAttribute

from luca.aws import store
from luca.aws.acts import Action, label
from luca.aws.looks import Looks, settled
from luca.aws.table import InstantAttribute, TenantItem, key, tenant_key
from luca.kernel import clock, context
from luca.kernel.ids import CURP_LIKE, check_id, uuid7

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date, datetime

__all__ = [
    "OPERATOR",
    "Action",
    "AuditItem",
    "day",
    "entry",
    "history",
    "join",
    "label",
    "month",
    "place",
    "record",
    "seen",
    "settled",
]
LONGEST_REASON = 500  # characters
OPERATOR = "operator"  # who acts from the command line; which account of the machine is not kept
LUCA = "luca"  # whose act it is when nobody asked for it: a nightly job
_WORD = re.compile(r"[a-z_]{1,32}", re.ASCII)
_DETAIL = re.compile(r"[A-Za-z0-9._~:+,/-]{0,200}", re.ASCII)


class AuditItem(TenantItem, discriminator="audit"):
    at = InstantAttribute()
    action = UnicodeAttribute()
    about = UnicodeAttribute()
    actor = UnicodeAttribute()
    groups = UnicodeAttribute(null=True)  # of the actor, with commas
    reason = UnicodeAttribute(null=True)
    correlation_id = UnicodeAttribute(null=True)
    source = UnicodeAttribute()  # api, worker, cli…
    details = JSONAttribute(null=True)


def day(of: date) -> str:
    """The partition of one UTC day."""
    return tenant_key("AUDIT", of.isoformat())


def month(of: date) -> str:
    """GSI2: the entries of one UTC month."""
    return tenant_key("AUDITED", f"{of:%Y-%m}")


def place(at: datetime, identity: str) -> str:
    """Where in its day an entry lies."""
    return key(clock.stamp(at), identity)


def history(about: str) -> str:
    """GSI1: what was done about one record, by how the log names it."""
    return tenant_key("ACTS", about)


def record(action: Action, about: str, *, reason: str = "", **details: str) -> None:
    """Store that the context's actor did something. Failing to is an error of the act."""
    try:
        store.put(_item(action, about, reason, details), AuditItem.pk.does_not_exist())
    except store.ConditionFailed:
        return  # nobody else makes this id: the write was sent twice, the first answer being lost


def join(
    work: store.Transaction, action: Action, about: str, *, reason: str = "", **details: str
) -> None:
    """Store it together with what the transaction writes, or neither."""
    work.put(_item(action, about, reason, details), AuditItem.pk.does_not_exist(), name="audit")


def entry(action: Action, about: str, **details: str) -> Callable[[store.Transaction], None]:
    """The same, for whoever puts the transaction together."""
    return lambda work: join(work, action, about, **details)


def seen(what: str, about: str) -> None:
    """Store that staff looked at a minor's record: once in a quarter of an hour and process.

    `what` is a word for the part looked at (`profile`, `events`). Luca's own work and
    people who look at what is theirs are not staff: callers ask only for staff, and only
    when the record exists. Within `settled` the write runs beside the reads. If it fails
    the look goes on, is counted (`AuditLooksLost`) and is recorded at the next one.
    """
    if context.actor() is not None:
        look = (context.school(), context.actor(), what, about)
        _looks.note(look, lambda: record(Action.RECORD_SEEN, about, what=what))


def _item(action: Action, about: str, reason: str, details: dict[str, str]) -> AuditItem:
    _check(about, reason, details)
    now = clock.now()
    found, where = context.current(), place(now, uuid7(now))
    indexed = action is not Action.RECORD_SEEN
    return AuditItem(
        day(now.date()),
        where,
        gsi1pk=history(about) if indexed else None,
        gsi1sk=where if indexed else None,
        gsi2pk=month(now.date()),
        gsi2sk=where,
        at=now,
        action=action.value,
        about=about,
        actor=found.actor or (OPERATOR if settings.SERVICE == "cli" else LUCA),
        groups=",".join(sorted(found.groups)) or None,
        reason=reason or None,
        correlation_id=found.correlation_id or None,
        source=settings.SERVICE,
        details=details or None,
    )


def _check(about: str, reason: str, details: dict[str, str]) -> None:
    """Refuse what has no business in an entry; ValueError, for it is a fault of ours."""
    kind, _, identity = about.partition(":")
    if not _WORD.fullmatch(kind):
        raise ValueError("What an entry is about is spelled kind:id.")
    for part in identity.split("/"):
        check_id(part, "audited id")
        if CURP_LIKE.search(part):
            raise ValueError("An audited id must not be a CURP.")
    if len(reason) > LONGEST_REASON:
        raise ValueError(f"A reason has at most {LONGEST_REASON} characters.")
    for name, value in details.items():
        if not _DETAIL.fullmatch(value) or CURP_LIKE.search(value):
            raise ValueError(f"The detail {name} may hold ids, numbers and words, with commas.")


_looks = Looks()
