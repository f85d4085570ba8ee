"""What somebody did that a school must be able to look up later; written once, never changed.

| item | kind | PK | SK |
|---|---|---|---|
| an act | ``audit`` | `T#AUDIT#<yyyy-mm-dd>` | `<time>#<id>` |

The day is UTC's. An entry says who (an id), what, about what (`kind:id`), when, why and under which
correlation id; it never holds a name, an e-mail address or a CURP, but for the reason, which staff
write in their own words.
"""

from __future__ import annotations

import re
import time
from collections import OrderedDict
from enum import StrEnum
from threading import Lock
from typing import TYPE_CHECKING, Self

from django.conf import settings
from pynamodb.attributes import JSONAttribute, UnicodeAttribute

from luca.aws import store
from luca.aws.table import InstantAttribute, TenantItem, key, tenant_key
from luca.kernel import clock, context
from luca.kernel.ids import check_id, uuid7

if TYPE_CHECKING:
    from datetime import date

LONGEST_REASON = 500  # characters
SEEN = 15 * 60  # seconds for which one look of a person at a record counts as the same
LARGEST = 20_000  # looks remembered
OPERATOR = "operator"  # who acts from the command line
_WORD = re.compile(r"[a-z_]{1,32}", re.ASCII)
_DETAIL = re.compile(r"[A-Za-z0-9._~:+, -]{0,200}", re.ASCII)
_CURP = re.compile(r"[A-Z]{4}\d{6}[HMX][A-Z]{5}", re.IGNORECASE)


class Action(StrEnum):
    """Everything that is recorded. The label is what people read: Spanish, English."""

    es: str
    en: str

    def __new__(cls, value: str, es: str, en: str) -> Self:
        made = str.__new__(cls, value)
        made._value_ = value
        made.es, made.en = es, en
        return made

    RECORD_SEEN = "record.seen", "Consultó un expediente", "Looked at a record"
    SIGNED_IN = "session.signed_in", "Inició sesión", "Signed in"
    SIGNED_OUT = "session.signed_out", "Cerró sesión", "Signed out"
    PASSWORD_CHANGED = "password.changed", "Cambió la contraseña", "Changed the password"
    TOTP_ENABLED = "totp.enabled", "Activó la verificación en dos pasos", "Turned TOTP on"
    TOTP_DISABLED = "totp.disabled", "Desactivó la verificación en dos pasos", "Turned TOTP off"


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


def record(action: Action, about: str, *, reason: str = "", **details: str) -> None:
    """Store that the context's actor did something. Failing to is an error of the act."""
    store.put(_item(action, about, reason, details), AuditItem.pk.does_not_exist())


def join(
    work: store.Transaction, action: Action, about: str, *, reason: str = "", **details: str
) -> None:
    """Store it together with what the transaction writes, or neither."""
    work.put(_item(action, about, reason, details), AuditItem.pk.does_not_exist(), name="audit")


def seen(what: str, about: str) -> None:
    """Store that staff looked at a minor's record: once in a quarter of an hour.

    `what` is a word for the part looked at (`profile`, `events`). Luca's own work and
    people who look at what is theirs are not staff: callers ask only for staff.
    """
    if _looks.first((context.school(), context.actor(), what, about)):
        record(Action.RECORD_SEEN, about, what=what)


def _item(action: Action, about: str, reason: str, details: dict[str, str]) -> AuditItem:
    _check(about, reason, details)
    now = clock.now()
    found = context.current()
    return AuditItem(
        day(now.date()),
        key(clock.stamp(now), uuid7(now)),
        at=now,
        action=action.value,
        about=about,
        actor=found.actor or OPERATOR,
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
    if len(reason) > LONGEST_REASON:
        raise ValueError(f"A reason has at most {LONGEST_REASON} characters.")
    for name, value in details.items():
        if not _DETAIL.fullmatch(value) or _CURP.search(value):
            raise ValueError(f"The detail {name} may hold ids, numbers and words only.")


class _Looks:
    """Who looked at what lately, as far as this process remembers."""

    def __init__(self) -> None:
        self._until: OrderedDict[tuple[str | None, ...], float] = OrderedDict()
        self._lock = Lock()

    def first(self, look: tuple[str | None, ...]) -> bool:
        now = time.monotonic()
        with self._lock:
            if self._until.get(look, 0.0) > now:
                return False
            self._until.pop(look, None)
            self._until[look] = now + SEEN
            while len(self._until) > LARGEST:
                self._until.popitem(last=False)
        return True

    def forget(self) -> None:
        with self._lock:
            self._until.clear()


_looks = _Looks()
