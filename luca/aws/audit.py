"""What somebody did that a school must be able to look up later; written once, never changed.

| item | kind | PK | SK |
|---|---|---|---|
| an act | ``audit`` | `T#AUDIT#<yyyy-mm-dd>` | `<time>#<id>` |

The day is UTC's. An entry says who (an id), what, about what (`kind:id`), when, why and under which
correlation id; it never holds a name, an e-mail address or a CURP, but for the reason, which staff
write in their own words. No session of a school may update or delete an entry, or write one in a
batch: ``deploy/policies/tenant.json`` denies it. Entries have no `ttl`. More: docs/audit.md.
"""

from __future__ import annotations

import re
from enum import StrEnum
from typing import TYPE_CHECKING, Self

from django.conf import settings
from pynamodb.attributes import JSONAttribute, UnicodeAttribute

from luca.aws import store
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
    "join",
    "label",
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
    RULES_PUBLISHED = (
        "rules.published",
        "Publicó reglas de evaluación",
        "Published grading rules",
    )
    RULES_WITHDRAWN = (
        "rules.withdrawn",
        "Retiró reglas de evaluación",
        "Withdrew grading rules",
    )
    RULES_SIMULATED = (
        "rules.simulated",
        "Simuló reglas de evaluación",
        "Simulated grading rules",
    )
    ASSESSMENT_CHANGED = (
        "assessment.changed",
        "Definió o cambió una actividad evaluada",
        "Defined or changed an assessment",
    )
    ASSESSMENT_REMOVED = (
        "assessment.removed",
        "Eliminó una actividad evaluada",
        "Removed an assessment",
    )
    CURVE_APPLIED = (
        "curve.applied",
        "Ajustó los resultados de una actividad con una curva",
        "Adjusted the results of an assessment with a curve",
    )
    CURVE_UNDONE = "curve.undone", "Deshizo el ajuste de una curva", "Undid a curve"
    GRADE_CORRECTED = "grade.corrected", "Corrigió una evaluación", "Corrected a result"
    GRADE_EXCUSED = "grade.excused", "Eximió de una evaluación", "Excused from an assessment"
    GRADE_VOIDED = "grade.voided", "Anuló una evaluación", "Voided a result"
    GRADE_MOVED = (
        "grade.moved",
        "Cambió la categoría de una evaluación",
        "Moved a result to another category",
    )
    GRADE_LATE = (
        "grade.recorded_after_close",
        "Registró una evaluación en un periodo cerrado",
        "Recorded a result in a closed period",
    )
    GRADES_CONSOLIDATED = (
        "grades.consolidated",
        "Calculó calificaciones fuera del horario nocturno",
        "Computed grades on demand",
    )
    GRADES_EXPORTED = "grades.exported", "Exportó calificaciones", "Exported grades"
    GRADES_IMPORTED = (
        "grades.imported",
        "Aplicó una tabla de calificaciones",
        "Applied a table of results",
    )
    GRADES_IMPORT_UNDONE = (
        "grades.import_undone",
        "Deshizo una tabla de calificaciones",
        "Undid a table of results",
    )
    PERIOD_CLOSING = "period.closing", "Empezó a cerrar un periodo", "Began to close a period"
    PERIOD_CLOSED = "period.closed", "Cerró un periodo", "Closed a period"
    SCHOOL_CREATED = "school.created", "Dio de alta la escuela", "Created the school"
    SYNC_STARTED = "sync.started", "Inició un envío a la autoridad", "Started a government sync"
    SYNC_REDRIVEN = "sync.redriven", "Repitió envíos fallidos", "Sent failed batches again"
    SYNC_RECONCILED = "sync.reconciled", "Volvió a conciliar un envío", "Reconciled a sync again"
    AUDIT_EXPORTED = "audit.exported", "Exportó la bitácora", "Exported the audit log"
    SIGNED_IN = "session.signed_in", "Inició sesión", "Signed in"
    SIGNED_OUT = "session.signed_out", "Cerró sesión", "Signed out"
    LOGIN_INVITED = "login.invited", "Invitó a usar Luca", "Invited to sign in"
    LOGIN_INVITED_AGAIN = "login.invited_again", "Repitió la invitación", "Invited again"
    INVITATION_CANCELLED = (
        "login.invitation_cancelled",
        "Canceló la invitación",
        "Cancelled the invitation",
    )
    LOGIN_ACCEPTED = "login.accepted", "Aceptó la invitación", "Accepted the invitation"
    LOGIN_CREATED = "login.created", "Creó una cuenta", "Made an account"
    LOGIN_DISABLED = "login.disabled", "Desactivó una cuenta", "Disabled an account"
    LOGIN_GONE = (
        "login.gone",
        "Se retiró una cuenta que ya no existía",
        "Removed an account that was no more",
    )
    LOGIN_ENABLED = "login.enabled", "Activó una cuenta", "Enabled an account"
    GROUPS_CHANGED = (
        "login.groups_changed",
        "Cambió los derechos de una cuenta",
        "Changed an account's rights",
    )
    PASSWORD_RESET = (
        "login.password_reset",
        "Restableció una contraseña",
        "Reset a password",
    )
    EMAIL_CHANGED = (
        "login.email_changed",
        "Cambió el correo de una cuenta",
        "Changed an account's e-mail",
    )
    PASSWORD_CHANGED = "password.changed", "Cambió la contraseña", "Changed the password"
    TOTP_ENABLED = "totp.enabled", "Activó la verificación en dos pasos", "Turned TOTP on"
    PERSON_ADDED = "person.added", "Dio de alta a una persona", "Added a person"
    PERSON_CHANGED = "person.changed", "Cambió los datos de una persona", "Changed a person's data"
    PERSON_EXPORTED = (
        "person.exported",
        "Exportó todo lo que se guarda de una persona",
        "Exported all that is held about a person",
    )
    ERASURE_BEGUN = (
        "person.erasure_begun",
        "Empezó a borrar a una persona",
        "Began to erase a person",
    )
    PERSON_ERASED = "person.erased", "Suprimió los datos de una persona", "Erased a person's data"
    PEOPLE_IMPORTED = "people.imported", "Importó personas de un archivo", "Imported people"
    FAMILY_CHANGED = (
        "family.changed",
        "Cambió quién es tutor de quién",
        "Changed who is whose guardian",
    )
    GROUP_CHANGED = "group.changed", "Cambió un grupo", "Changed a group"
    TEACHING_CHANGED = "teaching.changed", "Cambió quién enseña qué", "Changed who teaches what"
    ENROLMENT_CHANGED = "enrolment.changed", "Cambió inscripciones", "Changed enrolments"
    PERIOD_CHANGED = "period.changed", "Cambió un periodo", "Changed a period"
    SCHOOL_CHANGED = "school.changed", "Cambió los datos de la escuela", "Changed the school's data"
    TYPE_CHANGED = "event_type.changed", "Cambió un tipo de actividad", "Changed an event type"
    TYPE_REMOVED = "event_type.removed", "Quitó un tipo de actividad", "Removed an event type"
    INTEGRATOR_CREATED = "integrator.created", "Dio acceso a un programa", "Let a program in"
    INTEGRATOR_DISABLED = (
        "integrator.disabled",
        "Quitó el acceso a un programa",
        "Shut a program out",
    )
    TOTP_DISABLED = "totp.disabled", "Desactivó la verificación en dos pasos", "Turned TOTP off"


def label(action: str, language: str) -> str:
    """What people read for an action; for one that exists no more, its name."""
    found = next((one for one in Action if one.value == action), None)
    if found is None:
        return action
    return found.en if language.startswith("en") else found.es


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


def place(at: datetime, identity: str) -> str:
    """Where in its day an entry lies."""
    return key(clock.stamp(at), identity)


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
    found = context.current()
    return AuditItem(
        day(now.date()),
        place(now, uuid7(now)),
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
