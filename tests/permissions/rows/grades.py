"""Results and grades: read by those who may see the student, written by those who teach it."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

from grades import services as grades
from grades.domain import Assessment, NewEvaluation
from luca.kernel.ids import AssessmentId
from tests.permissions.words import Row
from tests.permissions.world import ADA, AUTUMN, COURSE, MATHS, Target, fresh

READS = "student guardian teacher colleague admin grades.read"
HIDDEN = "classmate other_guardian other_teacher"
WRITES = "teacher admin evaluations.write"
ASSESSMENTS = "courses/<id:subject>/<id:period>/assessments"
COURSE_READS = "student classmate guardian other_guardian teacher other_teacher admin grades.read"
DEFINES = "teacher other_teacher admin evaluations.write"
ONE = "evaluations/<id:student>/<id:subject>/<id:period>/<id:assessment>"


def result(target: Target) -> dict[str, Any]:
    """A result that is not there yet."""
    return {
        "student": target.student,
        "subject": MATHS,
        "period": AUTUMN,
        "assessment": fresh("quiz"),
        "score": 7,
        "type": "exam",
    }


def correction(target: Target) -> dict[str, Any]:
    """Another score each time, so that something is to be written."""
    score = int(fresh("s").removeprefix("s-")) % 100
    return {"score": score, "reason": "Suma corregida", "version": target.version()}


def excuse(target: Target) -> dict[str, Any]:
    return {"reason": "Enfermedad", "version": target.version()}


def why(target: Target) -> dict[str, Any]:
    return {"reason": "Examen de otro alumno", "version": 1 if target.exists else 7}


def move(target: Target) -> dict[str, Any]:
    return {"category": "tareas", **why(target)}


def assessment(_target: Target) -> dict[str, Any]:
    """One that is not there yet; a course that does not exist is asked for it, too."""
    return {"id": fresh("quiz"), "type": "exam", "max": 10, "group": None}


def seen(_target: Target) -> dict[str, str]:
    return {"If-Match": '"1"'}


def with_assessment(target: Target) -> Target:
    """Another one each time, in which nobody has a result."""
    if not target.exists:
        return target
    quiz = Assessment(AssessmentId(fresh("quiz")), type="exam")
    with target.place.entered():
        grades.add_assessment(COURSE, quiz)
    return replace(target, assessment=quiz.id)


def with_result(target: Target) -> Target:
    """Another result each time, of version 1."""
    if not target.exists:
        return target
    quiz = AssessmentId(fresh("quiz"))
    row = NewEvaluation(ADA, MATHS, AUTUMN, quiz, Decimal(7), type="exam")
    with target.place.entered():
        (outcome,) = grades.record(None, [row])
    assert outcome.error is None, outcome.error
    return replace(target, assessment=quiz)


BOOK = "gradebook/<id:subject>/<id:period>/<id:group>"
UPLOAD = f"{BOOK}/imports/<id:upload>"

ROWS = (
    Row(
        f"GET {BOOK}",
        "Ver la lista de calificaciones de un grupo",
        "See the gradebook of a group",
        "teacher admin grades.read",
        hidden="colleague other_teacher",
    ),
    Row(
        f"POST {BOOK}/imports",
        "Enviar una tabla de calificaciones, sin aplicarla",
        "Send a table of results in, unapplied",
        WRITES,
        hidden="colleague other_teacher",
        body=lambda _: "student,exam-1\nada,7\n",
        headers=lambda _: {"Content-Type": "text/csv"},
    ),
    Row(
        f"GET {UPLOAD}",
        "Ver lo que cambiaría una tabla",
        "See what a table would change",
        WRITES,
        hidden="colleague other_teacher",
    ),
    Row(
        f"POST {UPLOAD}/apply",
        "Aplicar una tabla de calificaciones",
        "Apply a table of results",
        WRITES,
        hidden="colleague other_teacher",
        body=lambda _: {"reason": "Lista de noviembre"},
    ),
    Row(
        f"POST {UPLOAD}/undo",
        "Deshacer una tabla de calificaciones",
        "Undo a table of results",
        WRITES,
        hidden="colleague other_teacher",
        body=lambda _: {"reason": "Lista equivocada"},
    ),
    Row(
        f"GET {ASSESSMENTS}",
        "Ver qué se evalúa en un curso",
        "See what a course asks for",
        COURSE_READS,
        hidden="colleague",
    ),
    Row(
        f"POST {ASSESSMENTS}",
        "Definir una actividad evaluada",
        "Define an assessment",
        DEFINES,
        hidden="colleague",
        body=assessment,
    ),
    Row(
        f"GET {ASSESSMENTS}/<id:assessment>",
        "Ver una actividad evaluada",
        "See an assessment",
        COURSE_READS,
        hidden="colleague",
    ),
    Row(
        f"PATCH {ASSESSMENTS}/<id:assessment>",
        "Cambiar una actividad evaluada",
        "Change an assessment",
        DEFINES,
        hidden="colleague",
        prepare=with_assessment,
        headers=seen,
        body=lambda _: {"max": 50},
    ),
    Row(
        f"DELETE {ASSESSMENTS}/<id:assessment>",
        "Eliminar una actividad evaluada sin resultados",
        "Remove an assessment without results",
        DEFINES,
        hidden="colleague",
        prepare=with_assessment,
        headers=seen,
    ),
    Row(
        f"POST {ONE}/void",
        "Anular un resultado",
        "Void a result",
        WRITES,
        hidden="other_teacher",
        seen="colleague",
        prepare=with_result,
        body=why,
    ),
    Row(
        f"POST {ONE}/move",
        "Contar un resultado en otra categoría",
        "Count a result in another category",
        WRITES,
        hidden="other_teacher",
        seen="colleague",
        prepare=with_result,
        body=move,
    ),
    Row(
        "POST consolidations",
        "Calcular calificaciones sin esperar la noche",
        "Compute grades without waiting for the night",
        "admin",
        body=lambda _: {"period": AUTUMN, "subject": MATHS},
        about=False,
    ),
    Row(
        "POST evaluations",
        "Registrar un resultado",
        "Record a result",
        WRITES,
        hidden="other_teacher",
        seen="colleague",
        body=result,
        about=True,
    ),
    Row(f"GET {ONE}", "Ver un resultado", "See a result", READS, hidden=HIDDEN),
    Row(
        f"PATCH {ONE}",
        "Corregir un resultado",
        "Correct a result",
        WRITES,
        hidden="other_teacher",
        seen="colleague",
        body=correction,
    ),
    Row(
        f"POST {ONE}/excuse",
        "Dispensar a un alumno",
        "Excuse a student",
        WRITES,
        hidden="other_teacher",
        seen="colleague",
        body=excuse,
    ),
    Row(
        "GET profile/<id:student>",
        "Ver el perfil de un alumno",
        "See a student's profile",
        READS,
        hidden=HIDDEN,
    ),
    Row(
        "GET students/<id:student>/evaluations",
        "Ver los resultados de un alumno",
        "See a student's results",
        READS,
        hidden=HIDDEN,
    ),
    Row(
        "GET students/<id:student>/grades",
        "Ver las calificaciones de un alumno",
        "See a student's grades",
        READS,
        hidden=HIDDEN,
    ),
    Row(
        "GET students/<id:student>/grades/<id:subject>/<id:period>/versions",
        "Ver el historial de una calificación",
        "See a grade's history",
        READS,
        hidden=HIDDEN,
    ),
    Row(
        "GET students/<id:student>/grades/<id:subject>/<id:period>/explanation",
        "Leer cómo se calculó una calificación",
        "Read how a grade came about",
        READS,
        hidden=HIDDEN,
    ),
)
