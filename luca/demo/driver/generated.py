"""The made-up year as a scenario."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

from luca.demo.driver.scenario import Bundle, Change, Loaded, Sheet, Side
from luca.demo.expected import Expected, Work, grade
from luca.demo.year import make
from luca.demo.year.domain import Role
from luca.kernel import clock

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from luca.demo.driver.operator import Operator
    from luca.demo.driver.table import Found, Name
    from luca.demo.year.domain import Assessment, Mark, School
    from luca.demo.year.domain import Sheet as Written

AT_ONCE = 25  # events of one call
CLASS = 10  # students whose profiles a teacher opens
AGAIN = 10  # every tenth bundle is delivered twice


class Generated:
    """Two schools of sixty students, four subjects, two periods; all of it by HTTP."""

    name = "generated"

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.year = make(now)
        self.schools = [school.id for school in self.year.schools]
        self.students = sum(len(school.students) for school in self.year.schools)
        self.enrolments = sum(
            len(school.students) * len(school.courses) for school in self.year.schools
        )
        self.closing = [(school.id, school.periods[0].id) for school in self.year.schools]

    def set_up(self, operator: Operator) -> None:
        operator.manage("load_year", "--at", clock.stamp(self.now))

    def sheets(self) -> list[Sheet]:
        return [
            Sheet(
                _email(school, sheet.teacher),
                f"{school.id}/{sheet.course.period}/{sheet.course.subject}/{sheet.assessment}/"
                f"{sheet.group}",
                tuple(_row(sheet, mark) for mark in sheet.marks),
            )
            for school, sheet in self._written()
            if sheet.marks
        ]

    def changes(self) -> list[Change]:
        return [
            Change(
                _email(school, sheet.teacher),
                mark.student,
                sheet.course.subject,
                sheet.course.period,
                sheet.assessment,
                None if mark.excused else str(mark.corrected),
            )
            for school, sheet in self._written()
            for mark in sheet.marks
            if mark.excused or mark.corrected is not None
        ]

    def bundles(self) -> list[Bundle]:
        found: list[Bundle] = []
        for school in self.year.schools:
            for student, happened in school.happenings.items():
                events = [
                    {
                        "event_id": one.id,
                        "type": one.type,
                        "student": student,
                        "time": clock.stamp(one.at),
                        "quantity": one.quantity,
                    }
                    for one in happened
                ]
                for start in range(0, len(events), AT_ONCE):
                    some = tuple(events[start : start + AT_ONCE])
                    found.append(Bundle(_email(school, student), some, len(found) % AGAIN == 0))
        return found

    def load_the_rest(self, operator: Operator) -> Loaded:
        """Nothing was held back: everything is sent over HTTP."""
        return Loaded()

    def readers(self) -> list[tuple[str, str]]:
        """Every student, every guardian and every teacher reads some profiles."""
        return [
            (person.email, student)
            for school in self.year.schools
            for person in school.people.values()
            for student in _visible(school, person.id, person.role, person.children)
        ]

    def sides(self) -> tuple[Side, Side]:
        first, second = (side_of(school) for school in self.year.schools)
        return first, second

    def logins(self) -> list[tuple[str, str]]:
        school = self.year.schools[0]
        return [
            (f"{role.value} of {school.id}", school.of_role(role)[0].email)
            for role in (Role.SCHOOL_ADMIN, Role.TEACHER, Role.STUDENT, Role.GUARDIAN)
        ]

    def expected(self) -> dict[Name, Expected]:
        """Every grade, from what the teachers meant in the end."""
        found: dict[Name, Expected] = {}
        for school in self.year.schools:
            marks = {
                (mark.student, sheet.course, sheet.assessment): mark
                for sheet in school.sheets
                for mark in sheet.marks
            }
            for key, course in school.courses.items():
                weights = course.rules.get("weights")
                exact = weights and {name: Fraction(str(w)) for name, w in weights.items()}
                for student in school.students:
                    work = [
                        _work(one, marks.get((student.id, key, one.id)))
                        for one in course.assessments
                    ]
                    found[school.id, student.id, *key] = grade(work, exact)
        return found

    def published(self, found: Found) -> dict[str, float]:
        """Nobody but us knows this year: there is nothing published to compare with."""
        return {}

    def _written(self) -> Iterator[tuple[School, Written]]:
        for school in self.year.schools:
            for sheet in school.sheets:
                yield school, sheet


def _email(school: School, person: str) -> str:
    return school.people[person].email


def _row(sheet: Written, mark: Mark) -> dict[str, Any]:
    return {
        "student": mark.student,
        "subject": sheet.course.subject,
        "period": sheet.course.period,
        "assessment": sheet.assessment,
        "score": str(mark.score),
    }


def _work(assessment: Assessment, mark: Mark | None) -> Work:
    score = None
    if mark is not None:
        score = Fraction(mark.score if mark.corrected is None else mark.corrected)
    return Work(
        assessment.category,
        Fraction(assessment.max),
        Fraction(assessment.weight),
        score,
        excused=mark is not None and mark.excused,
    )


def _visible(school: School, person: str, role: Role, children: tuple[str, ...]) -> list[str]:
    """Whose profile somebody looks at."""
    if role is Role.STUDENT:
        return [person]
    if role is Role.GUARDIAN:
        return list(children)
    return [student.id for student in school.students[:CLASS]] if role is Role.TEACHER else []


def side_of(school: School, *, taught: bool = True) -> Side:
    """The school as one side of every attempt; nothing is recorded where nobody taught."""
    sheet, mark = next(
        (sheet, mark)
        for sheet in school.sheets
        for mark in sheet.marks
        if mark.corrected is None and not mark.excused
    )
    student = school.students[0]
    return Side(
        school=school.id,
        admin=school.of_role(Role.SCHOOL_ADMIN)[0].email,
        teacher=_email(school, sheet.teacher),
        student_login=student.email,
        student=student.id,
        group_student=mark.student,
        recorded=_row(sheet, mark) if taught else None,
    )
