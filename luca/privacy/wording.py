"""What an export says about itself, in Spanish and English."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

SECTIONS: dict[str, dict[str, str]] = {
    "profile": {
        "es": "Datos de la persona: nombre, CURP, correo, matrícula externa",
        "en": "The person's data: name, CURP, e-mail, external id",
    },
    "look_ups": {
        "es": "Índices para encontrar a la persona (palabras del nombre; lo demás, cifrado)",
        "en": "Look-ups that find the person (words of the name; the rest as hashes)",
    },
    "links": {
        "es": "Relaciones: tutores, hijos, grupos, materias que enseña",
        "en": "Links: guardians, children, groups, what is taught",
    },
    "enrolments": {
        "es": "Inscripciones y su historia",
        "en": "Enrolments and their history",
    },
    "account": {
        "es": "Cuenta en la escuela, invitaciones y órdenes sobre la cuenta, sesiones abiertas",
        "en": "The account in the school, invitations and orders on it, sessions of the admin",
    },
    "login": {
        "es": "Cuenta con la que inicia sesión (Cognito); la contraseña no se puede leer",
        "en": "The login (Cognito); nobody can read the password",
    },
    "evaluations": {
        "es": "Evaluaciones con sus correcciones",
        "en": "Results with their corrections",
    },
    "grades": {
        "es": "Calificaciones, todas sus versiones y cómo se calcularon",
        "en": "Grades, all their versions and how they were computed",
    },
    "events": {
        "es": "Eventos de conducta de los últimos 30 días",
        "en": "Behaviour events of the last 30 days",
    },
    "lake": {
        "es": "Lo que guarda el archivo histórico (lago de datos): eventos de conducta de todos "
        "los años y cada cambio de evaluaciones, inscripciones y calificaciones",
        "en": "What the archive (data lake) keeps: behaviour events of all years, and every "
        "change of results, enrolments and grades",
    },
    "sync": {
        "es": "Lo que se envió a la autoridad educativa",
        "en": "What was sent to the education authority",
    },
    "audit": {
        "es": "Bitácora: lo que la persona hizo y lo que otros hicieron sobre ella",
        "en": "Audit log: what the person did, and what others did about them",
    },
    "erasures": {
        "es": "Supresiones anteriores y sus constancias",
        "en": "Earlier erasures and their certificates",
    },
    "files": {
        "es": "Archivos de la escuela que mencionan la clave de la persona",
        "en": "Files of the school that mention the person's id",
    },
    "other": {"es": "Otros datos", "en": "Other data"},
}
NOT_INCLUDED = [
    {
        "what": "curves",
        "es": "Con qué curva se ajustaron los resultados de un grupo: sus sumas son de todos, y de "
        "ellas se deducirían resultados ajenos. La explicación dice que hubo un ajuste.",
        "en": "By which curve a class's results were adjusted: its sums are everybody's, and would "
        "give other people's results away. The explanation says that there was one.",
    },
    {
        "what": "idempotency",
        "es": "Respuestas guardadas un día para repetir una petición: están selladas con la clave "
        "de quien la envió y nadie más puede abrirlas ni encontrarlas por persona.",
        "en": "Answers kept for a day to repeat a request: they are sealed with the sender's key, "
        "and nobody else can open them or find them by person.",
    },
    {
        "what": "attempts",
        "es": "Contador de intentos de inicio de sesión: una huella con clave, una hora; que se "
        "restableció una contraseña, 30 días como máximo.",
        "en": "The count of attempts to sign in: a keyed hash, for an hour; that a password was "
        "reset, for 30 days at most.",
    },
    {
        "what": "set_aside",
        "es": "Cambios que el archivo histórico no pudo guardar y apartó para que un operador los "
        "revise; lo que repara se ve en otra exportación.",
        "en": "Changes that the archive could not keep and set aside for an operator to look at; "
        "what is mended is in a later export.",
    },
    {
        "what": "queues",
        "es": "Mensajes en camino (14 días como máximo); lo que llega se ve en otra exportación.",
        "en": "Messages on their way (14 days at most); what arrives is in a later export.",
    },
    {
        "what": "logs",
        "es": "Registros técnicos: la persona aparece solo como huella con clave.",
        "en": "Logs: the person appears only as a keyed hash.",
    },
    {
        "what": "backups",
        "es": "Respaldos de la tabla: 35 días.",
        "en": "Backups of the table: 35 days.",
    },
    {
        "what": "recorded_by",
        "es": "Los resultados que un docente registró son datos de sus alumnos.",
        "en": "Results that a teacher recorded are data of the students.",
    },
]


def readme(school: str, person: str, sections: Mapping[str, list[Any]]) -> str:
    """A page for whoever asked for the data."""
    return "\n".join(
        [
            "# Datos personales / Personal data",
            "",
            f"Escuela / school: `{school}` · persona / person: `{person}`",
            "",
            "Aquí está todo lo que la escuela guarda sobre esta persona en Luca, en archivos JSON.",
            "`manifest.json` dice qué contiene cada archivo y su huella SHA-256.",
            "Contiene datos personales, quizá de una persona menor de edad: guárdelo con cuidado.",
            "",
            "All that the school holds about this person in Luca, as JSON files. `manifest.json`",
            "says what is in each file, with its SHA-256. It is personal data, perhaps a minor's:",
            "keep it safe.",
            "",
            "| archivo / file | | |",
            "|---|---|---|",
            *(_row(name, len(rows)) for name, rows in sections.items()),
            "",
            "## No incluido / not included",
            "",
            *(f"* {one['es']} / {one['en']}" for one in NOT_INCLUDED),
            "",
        ]
    )


def _row(name: str, rows: int) -> str:
    said = SECTIONS.get(name, SECTIONS["other"])
    return f"| `{name}.json` ({rows}) | {said['es']} | {said['en']} |"


FOR_HOW_LONG = {
    "es": "El expediente académico de periodos cerrados (inscripciones y calificaciones) se "
    "conserva bajo la clave de la persona, sin nombre, CURP ni correo, mientras la escuela deba "
    "poder certificar estudios; la bitácora y el registro de envíos a la autoridad, como prueba "
    "de lo actuado. Los respaldos de la tabla se borran solos a los 35 días.",
    "en": "The academic record of closed periods (enrolments and grades) stays under the person's "
    "id, without name, CURP or e-mail, for as long as the school must be able to certify studies; "
    "the audit log and the ledger of what was sent to the authority, as evidence of what was done. "
    "Backups of the table lapse after 35 days.",
}
