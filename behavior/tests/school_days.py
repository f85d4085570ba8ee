"""A school with a class: Ana Zúñiga, Luis Álvarez and Eva Núñez are 1A, Carla Ruiz is 1B.

Mrs. Reyes teaches 1A and Mr. Soto 1B; Rosa is Ana's mother. It is Saturday, 21 November, half
past twelve in Mexico City.
"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import TYPE_CHECKING, Any

from behavior import rules, services
from behavior.domain import Event, Origin
from luca.kernel import clock, context
from luca.kernel.ids import GroupId, GuardianId, PeriodId, SchoolId, StudentId, SubjectId, TeacherId
from tenants import services as tenants
from tenants.domain import Enrolment, Group, Guardian, Period, School, Student, Teacher

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from behavior.rules import Activity

NOW = datetime(2026, 11, 21, 18, 30, tzinfo=UTC)
TODAY = date(2026, 11, 21)
ANA, LUIS, EVA, CARLA = (StudentId(one) for one in ("ana", "luis", "eva", "carla"))
FIRST_A, FIRST_B = GroupId("1a"), GroupId("1b")
MATHS, AUTUMN = SubjectId("maths"), PeriodId("2026-2")
NAMES = {ANA: ("Ana", "Zúñiga"), LUIS: ("Luis", "Álvarez"), EVA: ("Eva", "Núñez")}
_requests = count()


def found_school(school: str, zone: str = "America/Mexico_City") -> None:
    """Make the school and its people; the context is in it."""
    tenants.create_school(School(SchoolId(school), "Liceo", time_zone=zone))
    tenants.save_period(Period(AUTUMN, "Autumn", date(2026, 8, 1), date(2026, 12, 31)))
    names = {**NAMES, CARLA: ("Carla", "Ruiz")}
    tenants.add_students(Student(one, *name) for one, name in names.items())
    tenants.add_teachers([Teacher(TeacherId("reyes"), "Laura"), Teacher(TeacherId("soto"), "Raúl")])
    tenants.add_guardians([Guardian(GuardianId("rosa"), "Rosa", children=(ANA,))])
    for group, teacher, students in (
        (FIRST_A, "reyes", (ANA, LUIS, EVA)),
        (FIRST_B, "soto", (CARLA,)),
    ):
        tenants.add_group(Group(group, group))
        tenants.add_members(group, students)
        tenants.enrol(MATHS, AUTUMN, [Enrolment(one, group) for one in students])
        tenants.assign_teacher(group, MATHS, TeacherId(teacher))


def acting(school: str, actor: str, *groups: str) -> AbstractContextManager[object]:
    return context.entered(school=school, actor=actor, groups=frozenset(groups))


def events(student: str, *rows: dict[str, Any], received: datetime | None = None) -> list[Event]:
    """What is accepted of rows that lack what a test does not care for."""
    now = received or clock.now()
    origin = Origin(context.school(), student, str(next(_requests)), now, backfill=True)
    sent = [{"type": "login", "student": student, "time": clock.stamp(now), **row} for row in rows]
    found: list[Event] = []
    for n in range(0, len(sent), rules.MOST_EVENTS):
        part = replace(origin, request=f"{origin.request}/{n}")
        for one in rules.read(json.dumps(sent[n : n + rules.MOST_EVENTS]).encode(), part):
            assert isinstance(one, Event), one
            found.append(one)
    return found


def happen(student: str, *rows: dict[str, Any], received: datetime | None = None) -> None:
    services.store(events(student, *rows, received=received))


def at(text: str, **more: Any) -> dict[str, Any]:
    return {"time": text, **more}


def ago(**span: int) -> str:
    return clock.stamp(clock.now() - timedelta(**span))


def counts(found: Activity) -> tuple[int, int]:
    return found.events, found.quantity


def own(found: services.ClassDay) -> dict[str, tuple[int, int]]:
    return {student.id: counts(activity) for student, activity in found.members}
