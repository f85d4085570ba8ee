"""How subjects are graded: staff read it, school admins decide it."""

from dataclasses import replace
from datetime import date
from typing import Any

from grades import services as grades
from luca.aws import jobs
from tests.permissions.words import Row
from tests.permissions.world import MATHS, Target, fresh

STAFF = "teacher colleague other_teacher admin grades.read"
RULES = "subjects/<id:subject>/rules"
FAR = date(2090, 1, 1)  # a day that does not come: what is graded now stays as it is


def other_rules() -> dict[str, Any]:
    """Other ones each time, so that something is to be published."""
    return {"min_passing": int(fresh("r").removeprefix("r-")) % 1000 / 10}


def new_rules(_target: Target) -> dict[str, Any]:
    return {"rules": other_rules(), "valid_from": FAR.isoformat()}


def with_version(target: Target) -> Target:
    """Another one each time, whose day has not come."""
    if not target.exists:
        return target
    with target.place.entered():
        done = grades.publish_rules(MATHS, other_rules(), valid_from=FAR)
    return replace(target, rules=str(done.version.number))


def with_simulation(target: Target) -> Target:
    """One that was asked for and is not computed yet."""
    if not target.exists:
        return target
    with target.place.entered():
        job = jobs.note("rules_simulation")
    return replace(target, job=job.id)


ROWS = (
    Row(
        f"GET {RULES}",
        "Ver las reglas de una materia",
        "See the rules of a subject",
        STAFF,
    ),
    Row(
        f"POST {RULES}",
        "Publicar reglas de una materia",
        "Publish rules of a subject",
        "admin",
        body=new_rules,
    ),
    Row(
        f"GET {RULES}/<id:version>",
        "Ver una versión de las reglas",
        "See a version of the rules",
        STAFF,
        prepare=with_version,
        named={"version": "rules"},
    ),
    Row(
        f"DELETE {RULES}/<id:version>",
        "Retirar reglas que aún no rigen",
        "Withdraw rules whose day has not come",
        "admin",
        prepare=with_version,
        named={"version": "rules"},
    ),
    Row(
        f"POST {RULES}/simulations",
        "Calcular qué cambiarían unas reglas",
        "Compute what rules would change",
        "admin",
        body=lambda target: {"period": target.period, "rules": {"places": 0}},
    ),
    Row(
        "GET simulations/<id:job>",
        "Ver qué cambiarían unas reglas",
        "See what rules would change",
        "admin",
        prepare=with_simulation,
    ),
)
