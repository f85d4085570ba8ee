"""Who may look at what classes and students do, and which looks are recorded."""

from __future__ import annotations

from dataclasses import replace

import pytest

from behavior import services
from behavior.tests.school_days import (
    ANA,
    FIRST_A,
    LUIS,
    acting,
    ago,
    at,
    happen,
)
from luca.kernel.errors import NotFound
from luca.kernel.ids import GroupId, StudentId
from tenants import services as tenants

SEEING_CLASSES = [
    ("reyes", "teacher", FIRST_A, True),
    ("soto", "teacher", FIRST_A, False),
    ("reyes", "teacher", GroupId("none"), False),
    ("pilar", "school_admin", FIRST_A, True),
    ("pilar", "school_admin", GroupId("none"), False),
    ("lms", "integrator", FIRST_A, True),  # its scopes were asked at the door
    ("ana", "student", FIRST_A, False),
    ("rosa", "guardian", FIRST_A, False),
    ("gov", "gov_operator", FIRST_A, False),
    ("root", "platform_admin", FIRST_A, False),
]


@pytest.mark.parametrize(("actor", "role", "group", "may"), SEEING_CLASSES)
def test_who_may_look_at_a_class(
    liceo: str, actor: str, role: str, group: GroupId, *, may: bool
) -> None:
    happen(ANA, at(ago(minutes=1)))
    with acting(liceo, actor, role):
        if may:
            assert services.class_day(group).total.events == 1
            return
        with pytest.raises(NotFound) as refused:
            services.class_day(group)
    assert (str(refused.value), refused.value.code) == (
        "There is no such group.",
        "group_not_found",
    )


SEEING_STUDENTS = [
    ("ana", "student", ANA, True),
    ("luis", "student", ANA, False),
    ("rosa", "guardian", ANA, True),
    ("rosa", "guardian", LUIS, False),
    ("reyes", "teacher", ANA, True),
    ("soto", "teacher", ANA, False),
    ("pilar", "school_admin", ANA, True),
    ("pilar", "school_admin", StudentId("nobody"), False),
    ("lms", "integrator", ANA, True),
    ("gov", "gov_operator", ANA, False),
]


@pytest.mark.parametrize(("actor", "role", "student", "may"), SEEING_STUDENTS)
def test_who_may_look_at_a_students_days(
    liceo: str, actor: str, role: str, student: StudentId, *, may: bool
) -> None:
    happen(ANA, at(ago(minutes=1)))
    with acting(liceo, actor, role):
        if may:
            assert services.student_days(student).total.events == 1
            return
        with pytest.raises(NotFound) as refused:
            services.student_days(student)
    assert refused.value.code == "student_not_found"


def test_looks_of_staff_are_recorded_and_those_of_families_are_not(liceo: str) -> None:
    with acting(liceo, "ana", "student"):
        services.student_days(ANA)
    with acting(liceo, "rosa", "guardian"):
        services.student_days(ANA)
    with acting(liceo, "soto", "teacher"), pytest.raises(NotFound):
        services.class_day(FIRST_A)
    with acting(liceo, "reyes", "teacher"):
        services.student_days(ANA)
        services.class_day(FIRST_A)
    search = replace(tenants.audit_search(), action="record.seen")
    found, _ = tenants.audit_entries(search, limit=50)
    assert sorted((one.actor, one.about, one.details["what"]) for one in found) == [
        ("reyes", "group:1a", "activity"),
        ("reyes", "student:ana", "activity"),
    ]
