"""The types of events that every school has until it says otherwise.

Their schemas are generous: what they name is of the stated kind, and whatever
else an app sends beside it is kept. Only what would mean nothing without it is
required: how somebody attended, and whether conduct was praised or not.
"""

from __future__ import annotations

from typing import Any

from behavior.domain import EventType
from behavior.rules.schemas import spelled

TEXT = {"type": "string", "maxLength": 1000}
ID = {"type": ["string", "integer"], "maxLength": 200}
COUNT = {"type": "number", "minimum": 0}
FLAG = {"type": "boolean"}


def _type(name: str, es: str, en: str, required: tuple[str, ...] = (), **fields: Any) -> EventType:
    schema: dict[str, Any] = {"type": "object"}
    if fields:
        schema["properties"] = fields
    if required:
        schema["required"] = list(required)
    return EventType(name, es, en, spelled(schema), built_in=True)


_ALL = (
    _type("lesson_completed", "Lección terminada", "Lesson completed", lesson=ID),
    _type(
        "quiz_completed",
        "Cuestionario terminado",
        "Quiz completed",
        quiz=ID,
        passed=FLAG,
    ),
    _type("homework_submitted", "Tarea entregada", "Homework submitted", homework=ID, late=FLAG),
    _type("login", "Inicio de sesión", "Sign-in"),
    _type("resource_viewed", "Recurso consultado", "Resource viewed", resource=ID),
    _type(
        "attendance",
        "Asistencia",
        "Attendance",
        ("status",),
        status={"enum": ["present", "absent", "late", "excused"]},
        minutes=COUNT,
        note=TEXT,
    ),
    _type(
        "conduct",
        "Conducta",
        "Conduct",
        ("kind",),
        kind={"enum": ["merit", "demerit", "note"]},
        note=TEXT,
    ),
    _type("page_view", "Página vista", "Page viewed", page=ID),
    _type("video_played", "Video reproducido", "Video played", video=ID, position=COUNT),
    _type("video_paused", "Video en pausa", "Video paused", video=ID, position=COUNT),
    _type("video_seeked", "Salto en un video", "Video position changed", video=ID, position=COUNT),
    _type("session_started", "Sesión iniciada", "Session started"),
    _type("session_ended", "Sesión terminada", "Session ended"),
    _type("xapi_statement", "Otra actividad (xAPI)", "Other activity (xAPI)"),
)
BUILT_IN = {one.name: one for one in _ALL}
