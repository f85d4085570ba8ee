"""The tables that schools import: which columns each has, and what a row of them says."""

import re
from enum import StrEnum

from luca.kernel.tables import Column, Row, Text

MOST_CHILDREN = 20  # of one row
_SEPARATORS = re.compile(r"[\s,;|/]+")


class Kind(StrEnum):
    """What can be imported."""

    STUDENTS = "students"
    TEACHERS = "teachers"
    GUARDIANS = "guardians"
    GROUPS = "groups"
    ENROLMENTS = "enrolments"


_STUDENT = (
    "matrícula",
    "número de control",
    "número de cuenta",
    "clave del alumno",
    "student id",
)
_NAMES = (
    Column("given_name", ("nombre", "nombres", "nombre(s)", "first name"), required=True),
    Column("family_name", ("apellidos", "last name", "surname")),
    Column("first_family_name", ("primer apellido", "apellido paterno", "paterno")),
    Column("second_family_name", ("segundo apellido", "apellido materno", "materno")),
    Column("email", ("correo", "correo electrónico", "e-mail", "mail")),
    Column("external_id", ("clave externa", "id externo")),
)
_GROUP = ("grupo", "clave del grupo")

COLUMNS: dict[Kind, tuple[Column, ...]] = {
    Kind.STUDENTS: (
        Column("id", (*_STUDENT, "clave"), required=True),
        *_NAMES,
        Column("curp"),
        Column("group", _GROUP),
    ),
    Kind.TEACHERS: (
        Column(
            "id",
            ("clave", "clave del docente", "número de empleado", "teacher id"),
            required=True,
        ),
        *_NAMES,
    ),
    Kind.GUARDIANS: (
        Column("id", ("clave", "clave del tutor", "guardian id"), required=True),
        *_NAMES,
        Column("children", ("alumnos", "hijos", "hijas e hijos", "matrículas", "students")),
    ),
    Kind.GROUPS: (
        Column("id", ("clave", *_GROUP, "group"), required=True),
        Column("name", ("nombre", "nombre del grupo"), required=True),
    ),
    Kind.ENROLMENTS: (
        Column("student", (*_STUDENT, "alumno", "id"), required=True),
        Column("group", _GROUP, required=True),
        Column("subject", ("materia", "asignatura", "clave de la materia"), required=True),
        Column("period", ("periodo", "ciclo", "ciclo escolar"), required=True),
    ),
}

NO_GROUP = Text("No existe este grupo.", "There is no such group.")
NO_STUDENT = Text("No existe este alumno.", "There is no such student.")
NO_PERIOD = Text("No existe este periodo.", "There is no such period.")
NO_SUBJECT = Text(
    "Nadie enseña esta materia al grupo, ni hay un curso de ella: revise la clave.",
    "Nobody teaches this subject to the group, and it has no course: check its id.",
)
CLOSED = Text(
    "El periodo ya está cerrado: no admite cambios.", "The period is closed: nothing can change."
)
TOO_MANY_CHILDREN = Text(
    f"Hay más de {MOST_CHILDREN} alumnos en una fila.",
    f"There are more than {MOST_CHILDREN} students in one row.",
)
GROUP_NAMELESS = Text("Falta el nombre del grupo.", "A group needs a name.")


def repeated(line: int) -> Text:
    """Say where a value that must be there once stands too."""
    return Text(f"Está también en la línea {line}.", f"It is in line {line} too.")


def family_name(row: Row) -> str:
    """Both family names, from one column or from two as ministries ask for them."""
    two = f"{row['first_family_name']} {row['second_family_name']}".strip()
    return row["family_name"] or two


def children(row: Row) -> tuple[str, ...]:
    """The students of a guardian, however they are separated."""
    return tuple(dict.fromkeys(filter(None, _SEPARATORS.split(row["children"]))))
