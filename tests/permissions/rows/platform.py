"""What belongs to no school."""

from typing import Any

from tests.permissions.words import Row
from tests.permissions.world import Target


def new_school(target: Target) -> dict[str, Any]:
    """The same each time: what is asked again is done once, and the directory stays small."""
    return {"id": f"new-{target.place.school}", "name": f"Colegio {target.place.mark}"}


ROWS = (
    Row(
        "GET schools",
        "Ver la lista de escuelas",
        "See the list of schools",
        "platform",
        both=True,
    ),
    Row("POST schools", "Dar de alta una escuela", "Add a school", "platform", body=new_school),
    Row(
        "GET schools/<id:school>",
        "Ver el perfil de una escuela",
        "See a school's profile",
        "platform",
        both=True,
    ),
    Row(
        "PATCH schools/<id:school>",
        "Cambiar el perfil de una escuela",
        "Change a school's profile",
        "platform",
        body=lambda _: {"language": "es-mx"},
        both=True,
    ),
    Row("GET healthz", "Preguntar si Luca vive", "Ask whether Luca lives", public=True),
    Row("GET readyz", "Preguntar si está listo", "Ask whether it is ready", public=True),
    Row("GET schema", "Leer el esquema de la API", "Read the API's schema", public=True),
    Row("GET docs", "Leer la documentación de la API", "Read the API's manual", public=True),
)
