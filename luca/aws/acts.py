"""The acts that the audit log knows, and what people read for each."""

from enum import StrEnum
from typing import Self


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
    SYNC_PAUSED = "sync.paused", "Detuvo los envíos a la autoridad", "Paused the government sync"
    SYNC_RESUMED = (
        "sync.resumed",
        "Reanudó los envíos a la autoridad",
        "Resumed the government sync",
    )
    SYNC_EVIDENCE = (
        "sync.evidence_made",
        "Reunió las pruebas de un envío",
        "Gathered the evidence of a sync",
    )
    SYNC_RECONCILED = "sync.reconciled", "Volvió a conciliar un envío", "Reconciled a sync again"
    SYNC_RESENT = (
        "sync.resent",
        "Pidió enviar de nuevo lo que no coincidía",
        "Asked to send anew what did not agree",
    )
    SYNC_CLOSED = (
        "sync.closed",
        "Terminó la revisión diaria de un periodo enviado",
        "Ended the daily check of a period that was sent",
    )
    SYNC_SUBJECTS_MAPPED = (
        "sync.subjects_mapped",
        "Cambió las claves oficiales de las materias",
        "Changed the subjects' official codes",
    )
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
    LAKE_HELD = (
        "lake.held",
        "Ordenó conservar todo el archivo histórico",
        "Ordered that nothing leaves the lake",
    )
    LAKE_RELEASED = (
        "lake.released",
        "Levantó la orden de conservar el archivo histórico",
        "Lifted the order that nothing leaves the lake",
    )
    PEOPLE_IMPORTED = "people.imported", "Importó personas de un archivo", "Imported people"
    PEOPLE_IMPORT_UNDONE = (
        "people.import_undone",
        "Deshizo una importación de personas",
        "Undid an import of people",
    )
    PEOPLE_LISTED = "people.exported", "Exportó una lista de personas", "Exported a list of people"
    FAMILY_CHANGED = (
        "family.changed",
        "Cambió quién es tutor de quién",
        "Changed who is whose guardian",
    )
    GROUP_CHANGED = "group.changed", "Cambió un grupo", "Changed a group"
    TEACHING_CHANGED = "teaching.changed", "Cambió quién enseña qué", "Changed who teaches what"
    ENROLMENT_CHANGED = "enrolment.changed", "Cambió inscripciones", "Changed enrolments"
    PERIOD_CHANGED = "period.changed", "Cambió un periodo", "Changed a period"
    SUBJECT_NAMED = "subject.named", "Cambió el nombre de una materia", "Changed a subject's name"
    SUBJECT_REMOVED = (
        "subject.removed",
        "Quitó el nombre de una materia",
        "Removed a subject's name",
    )
    SCHOOL_CHANGED = "school.changed", "Cambió los datos de la escuela", "Changed the school's data"
    TYPE_CHANGED = "event_type.changed", "Cambió un tipo de actividad", "Changed an event type"
    TYPE_REMOVED = "event_type.removed", "Quitó un tipo de actividad", "Removed an event type"
    EVENTS_REDRIVEN = (
        "events.redriven",
        "Volvió a intentar eventos rechazados",
        "Tried refused events again",
    )
    LAKE_RESTORED = (
        "lake.restored",
        "Recuperó datos guardados en el archivo histórico",
        "Restored what the lake had kept",
    )
    EVENTS_READ_BACK = (
        "events.read_back",
        "Consultó eventos antiguos de un estudiante",
        "Read old events of a student back",
    )
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
