"""Makes the school year. Everything is drawn from one seed, school by school."""

from __future__ import annotations

from datetime import timedelta
from random import Random
from typing import TYPE_CHECKING

from luca.demo import mexico
from luca.demo.names import Names
from luca.demo.year import lessons, people
from luca.demo.year.domain import Period, School, Year

if TYPE_CHECKING:
    from datetime import datetime

SEED = 2026
PASSWORD = "Demo-Luca-2026!"  # noqa: S105 -- for made-up people on this machine only
SUBJECTS = {
    "matematicas": "Matemáticas",
    "espanol": "Español",
    "ciencias": "Ciencias Naturales",
    "historia": "Historia",
}
SCHOOLS = (
    ("benito-juarez", "Secundaria Benito Juárez", mexico.cct(9, "DES", 4021)),
    ("sor-juana", "Secundaria Sor Juana Inés de la Cruz", mexico.cct(15, "DES", 1695)),
)
QUARTER = timedelta(days=91)


def make(now: datetime, seed: int = SEED) -> Year:
    """Make the year that is under way at an instant: one quarter over, one nearly."""
    names = Names()
    schools = tuple(
        _school(place, Random(f"{seed}/{place}"), names, now)  # noqa: S311 -- meant to repeat
        for place in range(len(SCHOOLS))
    )
    return Year(schools, PASSWORD)


def _school(place: int, dice: Random, names: Names, now: datetime) -> School:
    identity, name, cct = SCHOOLS[place]
    school = School(identity, name, cct, _periods(now), dict(SUBJECTS))
    people.fill(school, place + 1, dice, names)
    # In the second school the first quarter of history was only a diagnosis:
    # nothing counts, so there is no grade, and nothing may go to the government.
    lessons.fill(school, dice, undefined=("historia", school.periods[0].id) if place else None)
    people.let_live(school, dice, now)
    return school


def _periods(now: datetime) -> tuple[Period, Period]:
    today = now.date()
    middle = today - timedelta(days=14)
    return (
        Period("2026-1", "Primer trimestre", middle - QUARTER, middle),
        Period("2026-2", "Segundo trimestre", middle + timedelta(days=1), middle + QUARTER),
    )
