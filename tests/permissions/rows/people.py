"""People, groups, teaching and enrolments: kept by the office, read by those who teach them.

What is added, moved or ended is always somebody new, so that no cell changes what another sees.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from luca.kernel.ids import GroupId, GuardianId, StudentId, SubjectId, TeacherId
from tenants import services as tenants
from tenants.domain import Enrolment, Guardian, Student, Teacher
from tests.permissions.words import Row, Verdict, ids
from tests.permissions.world import AUTUMN, FIRST_A, Target, fresh

if TYPE_CHECKING:
    from collections.abc import Iterator

STAFF = "teacher colleague other_teacher admin"
OFFICE = "admin people.write"
READS = "admin people.read"
SEES = "student guardian teacher colleague admin people.read"
HIDDEN = "classmate other_guardian other_teacher government platform groupless"
ENROLMENTS = "courses/<id:subject>/<id:period>/enrolments"
MEMBER = "groups/<id:group>/students/<id:student>"
TEACHING = "groups/<id:group>/teaching/<id:subject>/<id:teacher>"
CHILD = "guardians/<id:guardian>/children/<id:student>"


def new_person(target: Target) -> dict[str, Any]:
    return {"id": fresh(), "given_name": "Nueva", "family_name": target.place.mark}


def renamed(_: Target) -> dict[str, Any]:
    """Another external id each time; names stay, for the searches."""
    return {"external_id": fresh("x")}


def with_somebody(target: Target) -> Target:
    """About a new student, in 1A, in a course of their own and with a guardian; a new teacher."""
    if not target.exists:
        return target
    one, mark = fresh(), target.place.mark
    with target.place.entered():
        tenants.add_students([Student(StudentId(one), "Nueva", mark)])
        tenants.add_members(FIRST_A, [StudentId(one)])
        tenants.enrol(SubjectId(one), AUTUMN, [Enrolment(StudentId(one), FIRST_A)])
        tenants.add_teachers([Teacher(TeacherId(one), "Nueva", mark)])
        tenants.assign_teacher(GroupId(FIRST_A), SubjectId(one), TeacherId(one))
        tenants.add_guardians(
            [Guardian(GuardianId(one), "Nueva", mark, children=(StudentId(one),))]
        )
    return replace(target, student=one, subject=one, teacher=one, guardian=one)


def _of(role: str, es: str, en: str) -> Iterator[Row]:
    """The rows of one kind of people."""
    yield Row(f"GET {role}s", f"Ver la lista de {es}", f"See the list of {en}s", READS)
    yield Row(f"POST {role}s", f"Dar de alta {es}", f"Add {en}s", OFFICE, body=new_person)
    yield Row(
        f"PATCH {role}s/<id:person>",
        f"Cambiar los datos de {es}",
        f"Change the data of {en}s",
        OFFICE,
        body=renamed,
        named={"person": role},
    )


ROWS = (
    Row(
        "POST people/search",
        "Buscar personas por nombre",
        "Search people by name",
        f"{STAFF} people.read",
        body=lambda target: {"q": target.place.mark},
        lists={"teacher": "ada blas only", "colleague": "ada blas only", "other_teacher": "carla"},
        shown=ids(),
    ),
    Row(
        "POST people/lookup",
        "Buscar por correo, CURP o id externo",
        "Look up by e-mail, CURP or external id",
        READS,
        body=lambda target: {"email": target.email},
        about=True,
        absent=Verdict.YES,
        lists={"admin": "ada", "people.read": "ada"},
        shown=ids(),
    ),
    Row(
        "GET students/<id:person>",
        "Ver los datos de un alumno",
        "See a student",
        SEES,
        hidden=HIDDEN,
        named={"person": "student"},
    ),
    *_of("student", "alumnos", "student"),
    Row(
        "GET students/<id:student>/enrolments",
        "Ver las inscripciones de un alumno",
        "See a student's enrolments",
        "teacher colleague admin people.read",
        hidden="other_teacher",
    ),
    Row(
        "GET students/<id:student>/guardians",
        "Ver los tutores de un alumno",
        "See a student's guardians",
        READS,
    ),
    Row(
        "GET teachers/<id:person>",
        "Ver los datos de un docente",
        "See a teacher",
        READS,
        named={"person": "teacher"},
    ),
    *_of("teacher", "docentes", "teacher"),
    Row(
        "GET guardians/<id:person>",
        "Ver los datos de un tutor",
        "See a guardian",
        READS,
        named={"person": "guardian"},
    ),
    *_of("guardian", "tutores", "guardian"),
    Row(
        "POST imports/<id:kind>",
        "Importar una tabla",
        "Import a table",
        OFFICE,
        body=lambda _: f"grupo,nombre\n{fresh('g')},Nuevo\n",
        headers=lambda _: {"Content-Type": "text/csv"},
        about=False,
    ),
    Row(f"PUT {CHILD}", "Vincular tutor y alumno", "Link guardian and student", OFFICE),
    Row(
        f"DELETE {CHILD}",
        "Desvincular tutor y alumno",
        "Unlink guardian and student",
        OFFICE,
        prepare=with_somebody,
    ),
    Row(
        f"PUT {MEMBER}",
        "Poner a un alumno en un grupo",
        "Put a student in a group",
        OFFICE,
        prepare=with_somebody,
    ),
    Row(
        f"DELETE {MEMBER}",
        "Sacar a un alumno de un grupo",
        "Take a student out of a group",
        OFFICE,
        prepare=with_somebody,
    ),
    Row(
        "GET groups/<id:group>/teaching",
        "Ver quién enseña a un grupo",
        "See who teaches a group",
        "teacher colleague admin school.read",
        hidden="other_teacher",
    ),
    Row(
        f"PUT {TEACHING}",
        "Asignar un docente a un grupo",
        "Assign a teacher to a group",
        OFFICE,
        prepare=with_somebody,
    ),
    Row(
        f"DELETE {TEACHING}",
        "Quitar un docente de un grupo",
        "End a teacher's teaching of a group",
        OFFICE,
        prepare=with_somebody,
    ),
    Row(
        f"POST {ENROLMENTS}",
        "Inscribir alumnos",
        "Enrol students",
        OFFICE,
        prepare=with_somebody,
        body=lambda target: {"items": [{"student": target.student, "group": target.group}]},
    ),
    Row(
        f"DELETE {ENROLMENTS}/<id:student>",
        "Dar de baja de un curso",
        "Withdraw a student from a course",
        OFFICE,
        prepare=with_somebody,
    ),
)
