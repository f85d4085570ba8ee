"""Who may record and see whose events, in a school with two groups."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING

import pytest

from behavior import services
from behavior.tests.deliveries import sent
from luca.kernel import context
from luca.kernel.errors import Forbidden, NotFound
from luca.kernel.ids import GroupId, GuardianId, PeriodId, SchoolId, StudentId, SubjectId, TeacherId
from tenants import services as tenants
from tenants.domain import Enrolment, Group, Guardian, Period, School, Student, Teacher

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

MATHS, AUTUMN = SubjectId("maths"), PeriodId("2026-2")


@pytest.fixture
def people(school: str) -> str:
    """Ana (1A) and Luis (1B); Mrs. Reyes teaches 1A; Rosa is Ana's mother."""
    tenants.create_school(School(SchoolId(school), "Liceo"))
    tenants.save_period(Period(AUTUMN, "Autumn", date(2026, 8, 1), date(2026, 12, 31)))
    tenants.add_students([Student(StudentId("ana"), "Ana"), Student(StudentId("luis"), "Luis")])
    tenants.add_teachers([Teacher(TeacherId("reyes"), "Laura")])
    tenants.add_guardians([Guardian(GuardianId("rosa"), "Rosa", children=(StudentId("ana"),))])
    for group, student in (("1a", "ana"), ("1b", "luis")):
        tenants.add_group(Group(GroupId(group), group))
        tenants.enrol(MATHS, AUTUMN, [Enrolment(StudentId(student), GroupId(group))])
    tenants.assign_teacher(GroupId("1a"), MATHS, TeacherId("reyes"))
    return school


def acting(school: str, actor: str, *groups: str) -> AbstractContextManager[object]:
    return context.entered(school=school, actor=actor, groups=frozenset(groups))


RECORDING = [
    ("ana", "student", "ana", True),
    ("ana", "student", "luis", False),
    ("ana", "student", "nobody", False),
    ("reyes", "teacher", "ana", True),
    ("reyes", "teacher", "luis", False),
    ("reyes", "teacher", "nobody", False),
    ("pilar", "school_admin", "luis", True),
    ("pilar", "school_admin", "nobody", False),
    ("lms", "integrator", "luis", True),
    ("lms", "integrator", "nobody", False),
    ("rosa", "guardian", "ana", False),
    ("gov", "gov_operator", "ana", False),
    ("root", "platform_admin", "ana", False),
]


@pytest.mark.parametrize(("actor", "group", "student", "may"), RECORDING)
def test_who_may_record_for_whom(
    people: str, actor: str, group: str, student: str, *, may: bool
) -> None:
    body = json.dumps([sent(student=student)]).encode()
    with acting(people, actor, group):
        if may:
            assert len(services.accept(body)) == 1
            return
        with pytest.raises(Forbidden) as refused:
            services.accept(body)
    assert [error.field for error in refused.value.errors] == ["events.0.student"]


SEEING = [
    ("ana", "student", "ana", True),
    ("ana", "student", "luis", False),
    ("rosa", "guardian", "ana", True),
    ("rosa", "guardian", "luis", False),
    ("reyes", "teacher", "ana", True),
    ("reyes", "teacher", "luis", False),
    ("pilar", "school_admin", "luis", True),
    ("pilar", "school_admin", "nobody", False),
    ("ana", "student", "nobody", False),
    ("lms", "integrator", "ana", True),  # its scopes were asked at the door
]


@pytest.mark.parametrize(("actor", "group", "student", "may"), SEEING)
def test_who_may_see_whose_events(
    people: str, actor: str, group: str, student: str, *, may: bool
) -> None:
    with acting(people, actor, group):
        if may:
            assert services.events_of(StudentId(student)) == ([], None)
            return
        with pytest.raises(NotFound) as refused:
            services.events_of(StudentId(student))
    assert (str(refused.value), refused.value.code) == (
        "There is no such student.",
        "student_not_found",
    )


def test_an_admin_of_another_school_records_and_sees_nothing_here(people: str) -> None:
    with acting(f"{people}-2", "pilar", "school_admin"):
        with pytest.raises(Forbidden):
            services.accept(json.dumps([sent()]).encode())
        with pytest.raises(NotFound):
            services.events_of(StudentId("ana"))
