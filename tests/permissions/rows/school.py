"""The school, its periods, groups and courses.

Gloria's courses are none: a guardian attends nothing. What her child does is in its profile.
"""

from typing import Any

from tests.permissions.words import ALL_PEOPLE, Row, ids
from tests.permissions.world import Target, fresh

STAFF = "teacher colleague other_teacher admin"


def new_period(target: Target) -> dict[str, Any]:
    """A period long past, so that the present one stays it."""
    return {
        "id": fresh(),
        "name": f"Nuevo {target.place.mark}",
        "starts": "2020-08-01",
        "ends": "2020-12-18",
    }


ROWS = (
    Row("GET school", "Ver los datos de la escuela", "See the school", f"{ALL_PEOPLE} school.read"),
    Row("GET periods", "Ver los periodos", "See the periods", f"{ALL_PEOPLE} school.read"),
    Row(
        "GET groups",
        "Ver los grupos",
        "See the groups",
        f"{STAFF} school.read",
        lists={"teacher": "1a", "colleague": "1a", "other_teacher": "1b"},
        shown=ids(),
    ),
    Row(
        "GET groups/<id:group>/students",
        "Ver los alumnos de un grupo",
        "See the students of a group",
        "teacher colleague admin people.read",
        hidden="other_teacher",
    ),
    Row(
        "GET courses",
        "Ver los cursos",
        "See the courses",
        f"{ALL_PEOPLE} school.read",
        lists={
            "student": "art maths only",
            "classmate": "art maths only",
            "guardian": "",
            "other_guardian": "",
            "teacher": "maths",
            "colleague": "art",
            "other_teacher": "maths",
            "government": "",
            "platform": "",
            "groupless": "",
        },
        shown=ids("subject"),
    ),
    Row(
        "GET courses/<id:subject>/<id:period>/roster",
        "Ver la lista de un curso",
        "See the roster of a course",
        "teacher other_teacher admin people.read",
        hidden="colleague",
        lists={"teacher": "ada blas only", "other_teacher": "carla"},
        shown=lambda answer: sorted(one["student"]["id"] for one in answer["items"]),
    ),
    Row(
        "PATCH school",
        "Cambiar los datos de la escuela",
        "Change the school's data",
        "admin",
        body=lambda target: {"name": f"Colegio {target.place.mark}"},
    ),
    Row("POST periods", "Abrir un periodo", "Add a period", "admin", body=new_period),
    Row(
        "PATCH periods/<id:period>",
        "Cambiar un periodo",
        "Change a period",
        "admin",
        body=lambda target: {"name": f"Otoño {target.place.mark}"},
    ),
    Row(
        "POST groups",
        "Crear un grupo",
        "Add a group",
        "admin people.write",
        body=lambda target: {"id": fresh(), "name": f"Nuevo {target.place.mark}"},
    ),
    Row(
        "PATCH groups/<id:group>",
        "Renombrar un grupo",
        "Rename a group",
        "admin people.write",
        body=lambda target: {"name": f"1a {target.place.mark}"},
    ),
)
