"""Sets up the made-up schools: what an operator and the schools' admins do before the year.

No result and no event is written here: these come from teachers and students, over HTTP.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from grades import services as grades
from grades.domain import EARLIEST, Assessment
from luca.demo.year.domain import Person, Role
from luca.kernel import context
from luca.kernel.ids import (
    AssessmentId,
    GroupId,
    GuardianId,
    PeriodId,
    SchoolId,
    StudentId,
    SubjectId,
    TeacherId,
)
from tenants import services as tenants
from tenants.domain import Enrolment, Group, Guardian, Period, Student, Subject, Teacher
from tenants.domain import School as Profile

if TYPE_CHECKING:
    from collections.abc import Callable

    from luca.demo.year.domain import Course, School, Year


def load(year: Year, tick: Callable[[int], object]) -> None:
    """Set up every school, with a login for everybody; repeating it changes nothing."""
    for school in year.schools:
        tenants.create_school(Profile(SchoolId(school.id), school.name, school.cct))
        with context.entered(school=school.id):
            _people(school)
            _groups(school)
            _subjects(school)
            _courses(school)
            for person in school.people.values():
                tenants.create_login(person.id, person.email, year.password, [person.role.value])
                tick(1)


def _people(school: School) -> None:
    tenants.add_students(
        Student(StudentId(p.id), p.name.given, p.name.family, curp=p.curp, email=p.email)
        for p in school.students
    )
    tenants.add_teachers(
        Teacher(TeacherId(p.id), p.name.given, p.name.family, email=p.email)
        for p in school.of_role(Role.TEACHER)
    )
    tenants.add_guardians(_guardian(p) for p in school.of_role(Role.GUARDIAN))


def _guardian(person: Person) -> Guardian:
    children = tuple(StudentId(child) for child in person.children)
    return Guardian(
        GuardianId(person.id), person.name.given, person.name.family, children, email=person.email
    )


def _groups(school: School) -> None:
    for period in school.periods:
        tenants.save_period(Period(PeriodId(period.id), period.name, period.starts, period.ends))
    for identity, members in school.groups.items():
        group = GroupId(identity)
        tenants.add_group(Group(group, identity))
        tenants.add_members(group, [StudentId(one) for one in members])
        for subject, teacher in school.teaching.items():
            tenants.assign_teacher(group, SubjectId(subject), TeacherId(teacher))


def _subjects(school: School) -> None:
    named = tenants.subject_names()
    for identity, name in school.subjects.items():
        if SubjectId(identity) not in named:
            tenants.add_subject(Subject(SubjectId(identity), name))


def _courses(school: School) -> None:
    enrolments = [
        Enrolment(StudentId(student), GroupId(group))
        for group, members in school.groups.items()
        for student in members
    ]
    for course in school.courses.values():
        subject, period = SubjectId(course.key.subject), PeriodId(course.key.period)
        grades.publish_rules(subject, course.rules, valid_from=EARLIEST)
        tenants.enrol(subject, period, enrolments)
        grades.save_assessments(subject, period, _assessments(course))


def _assessments(course: Course) -> list[Assessment]:
    return [
        Assessment(AssessmentId(one.id), type=one.category, max=one.max, weight=one.weight)
        for one in course.assessments
    ]
