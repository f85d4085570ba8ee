"""The cast: Teresa teaches maths to 1a (Ada, Blas) and Tomás to 1b (Carla); Darío is elsewhere."""

import secrets
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import settings

from grades.tests.cast import (
    ADA,
    AUTUMN,
    BLAS,
    CARLA,
    DARIO,
    FIRST_A,
    FIRST_B,
    GLORIA,
    MATHS,
    TERESA,
    TOMAS,
)
from luca.api.tests.asking import Ask
from luca.aws import queue
from luca.aws.tests.copying import Schools
from luca.kernel import context
from luca.kernel.ids import SchoolId
from tenants import services as tenants
from tenants.domain import Enrolment, Group, Guardian, Period, School, Student, Teacher
from tenants.tests.desk import Office

# Laws are checked without a clock: a busy machine is not a broken law.
settings.register_profile("luca", deadline=None)
settings.load_profile("luca")


def furnish(name: str) -> None:
    """Fill a school with the cast."""
    tenants.create_school(School(SchoolId(name), "Colegio"))
    with context.entered(school=name):
        _fill()


def _fill() -> None:
    tenants.save_period(Period(AUTUMN, "Autumn", date(2026, 8, 1), date(2026, 12, 18)))
    tenants.add_students(
        [Student(ADA, "Ada", "Núñez"), Student(BLAS, "Blas", "Ortiz"), Student(CARLA, "Carla")]
    )
    tenants.add_teachers([Teacher(TERESA, "Teresa"), Teacher(TOMAS, "Tomás")])
    tenants.add_guardians([Guardian(GLORIA, "Gloria", children=(ADA,))])
    for group in (FIRST_A, FIRST_B):
        tenants.add_group(Group(group, group.upper()))
    tenants.assign_teacher(FIRST_A, MATHS, TERESA)
    tenants.assign_teacher(FIRST_B, MATHS, TOMAS)
    enrolled = [Enrolment(ADA, FIRST_A), Enrolment(BLAS, FIRST_A), Enrolment(CARLA, FIRST_B)]
    tenants.enrol(MATHS, AUTUMN, enrolled)


@pytest.fixture
def north(school: str, schools: Schools, monkeypatch: pytest.MonkeyPatch) -> str:
    """The school of most tests. Closing a period does not wait: nobody else is writing."""
    monkeypatch.setattr(sys.modules["tenants.services.schools"], "GRACE", timedelta())
    schools.furnish(school, furnish)
    return school


@pytest.fixture
def south(schools: Schools) -> str:
    """Another school, with Darío, of whom nobody in North may learn."""
    name = f"south-{secrets.token_hex(6)}"
    schools.furnish(name, furnish)
    with context.entered(school=name):
        tenants.add_students([Student(DARIO, "Darío")])
        tenants.enrol(MATHS, AUTUMN, [Enrolment(DARIO, FIRST_A)])
    return name


@pytest.fixture
def as_(north: str) -> Callable[[str, str], AbstractContextManager[None]]:
    """Act as somebody of North."""

    @contextmanager
    def act(person: str, group: str) -> Iterator[None]:
        with context.entered(school=north, actor=person, groups=frozenset({group})):
            yield

    return act


@pytest.fixture
def send(ask: Ask, north: str) -> Ask:
    """Send a request as `person/group`, in North unless another school is named."""
    ask.school, ask.who = north, "teresa/teacher"
    return ask


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """What is enqueued: the school and the task."""
    found: list[tuple[str, str]] = []

    def enqueue(task: str, **_: Any) -> str:
        found.append((context.school(), task))
        return "id"

    monkeypatch.setattr(queue, "enqueue", enqueue)
    return found


@pytest.fixture
def alone(north: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The directory lists North only: other tests' schools are none of ours."""
    monkeypatch.setattr(tenants, "schools", lambda: [School(SchoolId(north), "North")])


@pytest.fixture
def office(north: str, office_of: Callable[..., Office]) -> Office:
    """A browser, in English, of the head of North."""
    browser = office_of(north, "school_admin")
    browser.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return browser
