"""Types of events: everybody of the school reads them, school admins define them."""

from dataclasses import replace
from typing import Any

from behavior import services as behavior
from tests.permissions.words import ALL_PEOPLE, Row
from tests.permissions.world import Target, fresh

EVERYBODY = f"{ALL_PEOPLE} behavior.read behavior.write"
TYPES = "event-types"
ONE = f"{TYPES}/<id:type>"
NAMED = {"type": "event_type"}
CHALLENGE = "challenge"


def labels(_target: Target) -> dict[str, Any]:
    return {"labels": {"es": fresh("Reto"), "en": "Challenge"}}


def with_type(target: Target) -> Target:
    """One of the school's own, there again if somebody removed it."""
    if not target.exists:
        return target
    with target.place.entered():
        if CHALLENGE not in {one.name for one in behavior.event_types()}:
            schema = {"type": "object"}
            behavior.define_type(CHALLENGE, labels=("Reto", "Challenge"), schema=schema)
    return replace(target, event_type=CHALLENGE)


def seen(target: Target) -> dict[str, str]:
    if not target.exists:
        return {"If-Match": '"1"'}
    with target.place.entered():
        return {"If-Match": f'"{behavior.event_type(CHALLENGE).version}"'}


ROWS = (
    Row(
        f"GET {TYPES}",
        "Ver los tipos de actividad",
        "See the types of events",
        EVERYBODY,
    ),
    Row(
        f"GET {ONE}",
        "Ver un tipo de actividad",
        "See a type of event",
        EVERYBODY,
        prepare=with_type,
        named=NAMED,
    ),
    Row(
        f"PUT {ONE}",
        "Definir o cambiar un tipo de actividad",
        "Define or change a type of event",
        "admin",
        prepare=with_type,
        body=labels,
        headers=seen,
        named=NAMED,
    ),
    Row(
        f"DELETE {ONE}",
        "Quitar un tipo de actividad",
        "Remove a type of event",
        "admin",
        prepare=with_type,
        headers=seen,
        named=NAMED,
    ),
)
