"""Results and grades: read by those who may see the student, written by those who teach it."""

from typing import Any

from tests.permissions.words import Row
from tests.permissions.world import AUTUMN, MATHS, Target, fresh

READS = "student guardian teacher colleague admin grades.read"
HIDDEN = "classmate other_guardian other_teacher"
WRITES = "teacher admin evaluations.write"
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


ROWS = (
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
