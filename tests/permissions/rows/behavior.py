"""Events: students record their own, teachers those of whom they teach."""

from typing import Any

from luca.kernel import clock
from tests.permissions.words import Row, Verdict
from tests.permissions.world import Target


def event(target: Target) -> dict[str, Any]:
    return {"type": "login", "student": target.student, "time": clock.stamp(clock.now())}


def settled_members(answer: Any) -> list[str]:
    """Who is in the answer; other rows add people to the same group."""
    found = (one["student"]["id"] for one in answer["items"])
    return sorted(one for one in found if not one.startswith("new-"))


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
    Row(
        "GET students/<id:student>/events/past",
        "Consultar la actividad antigua de un alumno",
        "Read back what a student did long ago",
        "admin",
    ),
    Row(
        "GET students/<id:student>/activity",
        "Ver la actividad diaria de un alumno",
        "See what a student did day by day",
        "student guardian teacher colleague admin behavior.read",
        hidden="classmate other_guardian other_teacher",
    ),
    Row(
        "GET groups/<id:group>/activity",
        "Ver la actividad de un grupo en un día",
        "See what a group did on a day",
        "teacher colleague admin behavior.read",
        hidden="other_teacher",
        lists={"teacher": "ada blas only", "colleague": "ada blas only", "admin": "ada blas only"},
        shown=settled_members,
    ),
)
