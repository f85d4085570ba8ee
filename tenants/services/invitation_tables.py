"""Invitations from a table, as a school keeps it."""

from collections.abc import Mapping
from dataclasses import dataclass

from luca.kernel import tables
from luca.kernel.errors import Conflict
from luca.kernel.ids import PersonId
from luca.kernel.tables import Column, Fault, Row, Table, Text
from tenants import rules
from tenants.domain.accounts import NewInvitation
from tenants.rules import wording
from tenants.services import invitation_desk

COLUMNS = (
    Column("person", ("persona", "id", "matrícula", "clave"), required=True),
    Column("email", ("correo", "correo electrónico", "e-mail"), required=True),
    Column("groups", ("grupos", "rol", "roles", "role", "group", "grupo"), required=True),
)
MOST_ROWS = 1000  # of one request, for each row is a look-up: some seconds
SPANISH: Mapping[str, str] = {
    "alumno": "student",
    "alumna": "student",
    "estudiante": "student",
    "tutor": "guardian",
    "tutora": "guardian",
    "padre": "guardian",
    "madre": "guardian",
    "docente": "teacher",
    "maestro": "teacher",
    "maestra": "teacher",
    "profesor": "teacher",
    "profesora": "teacher",
    "administrador": "school_admin",
    "administradora": "school_admin",
}
# What the services say, as a reader of the file reads it.
CAUSES: Mapping[str, Text] = {
    text.en: text
    for text in (
        Text("El id tiene de 1 a 64 letras, dígitos o . _ ~ -",
             "An id is 1 to 64 letters, digits or . _ ~ -"),
        Text("Esta persona ya tiene cuenta o invitación.",
             "This person has a login or an invitation already."),
        Text("Esta dirección es de otra persona de la escuela.",
             "Somebody else of the school has this address."),
        Text("Está dos veces en esta lista.", "It is in this list twice."),
        Text("Esto no es una dirección de correo.", "This is not an e-mail address."),
        Text("No hay alumno con este id.", "There is no student with this id."),
        Text("No hay docente con este id.", "There is no teacher with this id."),
        Text("No hay tutor con este id.", "There is no guardian with this id."),
        Text("Este id es de un alumno.", "This is a student's id."),
        Text("Un alumno no es nada más en la escuela.",
             "A student is nothing else in the school."),
        Text("Uno o más de: alumno, tutor, docente, administrador, gov_operator.",
             rules.groups_fault(frozenset(), rules.INVITABLE)),
    )
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Listed:
    """What became of a table: how many rows were or would be invited, and every fault."""

    rows: int
    invited: int
    unchanged: int
    faults: tuple[Fault, ...]
    batch: str = ""


def invite_table(
    content: bytes, *, dry_run: bool = False, partial: bool = False, most_rows: int = MOST_ROWS
) -> Listed:
    """Invite everybody a table names; nothing is written before all rows are checked."""
    table = tables.read(content, COLUMNS, most_rows=most_rows)
    new = [_invitation(row) for row in table.rows]
    stop = bool(table.faults) and not partial
    found = invitation_desk.invite_all(new, dry_run=dry_run or stop, partial=partial)
    if found.made and found.refused and not partial:  # others took what was free when it was judged
        raise Conflict(
            "Somebody invites the same people: some rows are stored. Send it again.",
            code="changed_meanwhile",
        )
    faults = sorted([*table.faults, *_faults(table, found)], key=lambda one: one.line)
    bad = len(found.refused or {})
    sound = 0 if faults and not partial else len(new) - bad - len(found.unchanged)
    return Listed(
        len(table.rows) + len({one.line for one in table.faults}),
        sound,
        len(found.unchanged),
        tuple(faults),
        found.batch,
    )


def _invitation(row: Row) -> NewInvitation:
    words = row["groups"].replace(",", " ").replace("|", " ").replace("+", " ").casefold().split()
    groups = frozenset(SPANISH.get(word, word) for word in words)
    return NewInvitation(PersonId(row["person"]), row["email"], groups)


def _faults(table: Table, found: invitation_desk.Invited) -> list[Fault]:
    return [
        table.fault(
            table.rows[n],
            error.field,
            CAUSES.get(error.message) or wording.text(error.message),
        )
        for n, errors in sorted((found.refused or {}).items())
        for error in errors
    ]
