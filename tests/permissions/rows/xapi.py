"""Statements of xAPI: whoever may record events may say so in its words."""

from typing import Any
from uuid import uuid4

from luca.kernel import clock
from tests.permissions.words import Row, Verdict
from tests.permissions.world import Target


def statement(target: Target) -> dict[str, Any]:
    return {
        "actor": {"account": {"homePage": "http://lms.example.mx", "name": target.student}},
        "verb": {"id": "http://adlnet.gov/expapi/verbs/experienced"},
        "object": {"id": "http://lms.example.mx/pages/7"},
        "timestamp": clock.stamp(clock.now()),
    }


def speaking_xapi(_: Target) -> dict[str, str]:
    return {"X-Experience-API-Version": "1.0.3"}


ROWS = (
    Row(
        "POST xapi/statements",
        "Registrar actividad de un alumno con xAPI",
        "Record what a student does by xAPI",
        "student teacher colleague admin behavior.write",
        body=statement,
        headers=speaking_xapi,
        about=True,
        absent=Verdict.REFUSED,
    ),
    Row(
        "PUT xapi/statements",
        "Registrar una actividad de un alumno con xAPI",
        "Record one thing a student does by xAPI",
        "student teacher colleague admin behavior.write",
        body=statement,
        headers=speaking_xapi,
        query=lambda _: f"?statementId={uuid4()}",
        about=True,
        absent=Verdict.REFUSED,
    ),
    Row(
        "GET xapi/about",
        "Preguntar qué versiones de xAPI se entienden",
        "Ask which versions of xAPI are understood",
        public=True,
    ),
)
