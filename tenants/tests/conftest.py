"""The cast: a school called North with Ada, Blas and Carla in it, and one called South."""

import secrets
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date

import pytest

from luca.aws.tests.copying import Schools
from luca.kernel import context
from luca.kernel.ids import (
    GroupId,
    GuardianId,
    PeriodId,
    SchoolId,
    StudentId,
    SubjectId,
    TeacherId,
)
from luca.localaws.embedded import Embedded
from tenants import services
from tenants.domain import Enrolment, Group, Guardian, Period, School, Student, Teacher
from tenants.tests.office import Office

ADA, BLAS, CARLA = StudentId("ada"), StudentId("blas"), StudentId("carla")
TERESA, TOMAS = TeacherId("teresa"), TeacherId("tomas")
GLORIA = GuardianId("gloria")
FIRST_A, FIRST_B = GroupId("1a"), GroupId("1b")
MATHS = SubjectId("maths")
AUTUMN = PeriodId("2026-1")


@dataclass(frozen=True, slots=True)
class Cast:
    school: SchoolId


def furnish(school: str) -> None:
    """Put Ada and Blas in 1a with Teresa, Carla in 1b with Tomas; Gloria is Ada's mother."""
    services.create_school(School(SchoolId(school), "Colegio Norte"))
    services.save_period(Period(AUTUMN, "Autumn", date(2026, 8, 1), date(2026, 12, 18)))
    services.add_students(
        [
            Student(ADA, "Ada", "Núñez Peña"),
            Student(BLAS, "Blas", "Ortiz"),
            Student(CARLA, "Carla", "Álvarez"),
        ]
    )
    services.add_teachers([Teacher(TERESA, "Teresa", "Díaz"), Teacher(TOMAS, "Tomás", "Gil")])
    services.add_guardians([Guardian(GLORIA, "Gloria", "Peña", children=(ADA,))])
    for group in (FIRST_A, FIRST_B):
        services.add_group(Group(group, group.upper()))
    services.assign_teacher(FIRST_A, MATHS, TERESA)
    services.assign_teacher(FIRST_B, MATHS, TOMAS)
    enrolments = [Enrolment(ADA, FIRST_A), Enrolment(BLAS, FIRST_A), Enrolment(CARLA, FIRST_B)]
    services.enrol(MATHS, AUTUMN, enrolments)
    services.add_members(FIRST_A, [ADA, BLAS])


@pytest.fixture
def north(school: str, schools: Schools) -> Cast:
    schools.furnish(school, furnish)
    return Cast(SchoolId(school))


@pytest.fixture
def south(aws: object) -> Cast:  # noqa: ARG001 -- it must run
    """Another school, with a student whom nobody in North may learn of."""
    name = f"south-{secrets.token_hex(6)}"
    services.create_school(School(SchoolId(name), "Colegio Sur"))
    with context.entered(school=name):
        services.add_students([Student(StudentId("dario"), "Darío", "Núñez", external_id="D-1")])
    return Cast(SchoolId(name))


@pytest.fixture
def office(
    north: Cast, aws: Embedded, acting_as: Callable[[str], AbstractContextManager[None]]
) -> Office:
    """North's admin and the worker."""
    return Office(north.school, aws, acting_as)
