"""Events: students record their own, teachers those of whom they teach."""

from typing import Any

from luca.kernel import clock
from tests.permissions.words import Row, Verdict
from tests.permissions.world import Target


def event(target: Target) -> dict[str, Any]:
    return {"type": "login", "student": target.student, "time": clock.stamp(clock.now())}


ROWS = (
    Row(
        "POST behavior",
        "Registrar actividad de un alumno",
        "Record what a student does",
        "student teacher colleague admin behavior.write",
        body=event,
        about=True,
        absent=Verdict.REFUSED,
    ),
    Row(
        "GET students/<id:student>/events",
        "Ver la actividad de un alumno",
        "See what a student did",
        "student guardian teacher colleague admin behavior.read",
        hidden="classmate other_guardian other_teacher",
    ),
)
