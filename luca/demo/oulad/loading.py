"""Writing what was read, by the services that everybody uses. Repeating it changes nothing."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from grades import services as grades
from grades.domain import EARLIEST, Assessment, Done, NewEvaluation
from luca.demo.names import Names
from luca.demo.oulad import mapping
from luca.kernel import clock, context
from luca.kernel.errors import Conflict, NotFound
from luca.kernel.ids import (
    AssessmentId,
    GroupId,
    PeriodId,
    SchoolId,
    StudentId,
    SubjectId,
    TeacherId,
)
from luca.kernel.iterate import chunks
from tenants import services as tenants
from tenants.domain import Enrolment, Group, Period, School, Student, Teacher

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import date

    from luca.demo.oulad.domain import Key, Presentation
    from luca.demo.oulad.reading import Data

PEOPLE, RESULTS = 500, 400  # rows of one call of a service


@dataclass(slots=True)
class Counts:
    """What a load has done; `unchanged` is what was there already."""

    schools: int = 0
    periods: int = 0
    courses: int = 0
    students: int = 0
    groups: int = 0
    enrolments: int = 0
    assessments: int = 0
    evaluations_stored: int = 0
    evaluations_unchanged: int = 0
    first_days: dict[Key, date] = field(default_factory=dict)


class Loading:
    """Loads school after school, each in its own context."""

    def __init__(self, data: Data) -> None:
        self.data = data
        self.counts = Counts()
        self._names = Names()

    def people(self, tick: Callable[[int], object]) -> None:
        """Schools, periods, students, groups, teachers, courses and who is enrolled in them."""
        for module, presentations in self.data.schools().items():
            school = SchoolId(mapping.school_id(presentations[0].key))
            name, code = mapping.school_name(module), mapping.school_code(module)
            _ensure_school(School(id=school, name=name, cct=code))
            self.counts.schools += 1
            with context.entered(school=school):
                self._students(presentations)
                for presentation in presentations:
                    self._presentation(presentation, tick)

    def evaluations(self, tick: Callable[[int], object]) -> None:
        """Every score, by the service that teachers' results go through."""
        for presentations in self.data.schools().values():
            for presentation in presentations:
                with context.entered(school=mapping.school_id(presentation.key)):
                    self._scores(presentation, tick)

    def find_first_days(self) -> dict[Key, date]:
        """Since when each presentation counts its days: as stored, or ending today."""
        for presentations in self.data.schools().values():
            for presentation in presentations:
                with context.entered(school=mapping.school_id(presentation.key)):
                    self.counts.first_days[presentation.key] = _first_day(presentation)
        return self.counts.first_days

    def _students(self, presentations: list[Presentation]) -> None:
        genders = {
            one.student: one.gender
            for presentation in presentations
            for one in presentation.enrolled.values()
        }
        people = (self._student(identity, gender) for identity, gender in genders.items())
        for some in chunks(people, PEOPLE):
            tenants.add_students(some)
        self.counts.students += len(genders)

    def _student(self, identity: str, gender: str | None) -> Student:
        name = self._names.of(identity, gender)
        return Student(StudentId(identity), name.given, name.family)

    def _presentation(self, presentation: Presentation, tick: Callable[[int], object]) -> None:
        period = _save_period(presentation)
        self.counts.periods += 1
        members = mapping.groups(presentation)
        subjects = mapping.subjects(presentation)
        if period.is_open:
            self._groups(presentation, members, subjects)
        for subject, exam in subjects.items():
            self._course(presentation, SubjectId(subject), exam=exam, open_=period.is_open)
        tick(len(presentation.enrolled))

    def _groups(
        self, presentation: Presentation, members: dict[str, list[str]], subjects: Iterable[str]
    ) -> None:
        for identity, students in members.items():
            group = GroupId(identity)
            tenants.add_group(Group(group, mapping.group_name(presentation, identity)))
            tenants.add_members(group, [StudentId(one) for one in students])
            teacher = TeacherId(mapping.teacher_of(presentation, identity))
            name = self._names.of(f"{presentation.key.module}/{teacher}")
            tenants.add_teachers([Teacher(teacher, name.given, name.family)])
            for subject in subjects:
                tenants.assign_teacher(group, SubjectId(subject), teacher)
            self.counts.groups += 1

    def _course(
        self, presentation: Presentation, subject: SubjectId, *, exam: bool, open_: bool
    ) -> None:
        period = PeriodId(presentation.key.code)
        wanted = {
            StudentId(one): GroupId(mapping.group_of(presentation, one))
            for one in presentation.enrolled
        }
        if open_:
            grades.publish_rules(subject, mapping.ITEM_WEIGHTS, valid_from=EARLIEST)
            for some in chunks(wanted.items(), PEOPLE):
                tenants.enrol(subject, period, [Enrolment(*pair) for pair in some])
            grades.save_assessments(subject, period, _assessments(presentation, exam=exam))
        else:
            self._report_missing(presentation, subject, set(wanted))
        self.counts.courses += 1
        self.counts.enrolments += len(wanted)
        self.counts.assessments += len(presentation.of_kind(exam=exam))

    def _report_missing(
        self, presentation: Presentation, subject: SubjectId, wanted: set[StudentId]
    ) -> None:
        """A closed period is left as it is; say what this data would have added."""
        known = {one.student for one in tenants.roster(subject, PeriodId(presentation.key.code))}
        for student in sorted(wanted - known):
            self.data.skips.add(
                "studentInfo.csv", "the period is closed", f"{presentation.key} {student}"
            )

    def _scores(self, presentation: Presentation, tick: Callable[[int], object]) -> None:
        names = {exam: SubjectId(name) for name, exam in mapping.subjects(presentation).items()}
        period = PeriodId(presentation.key.code)
        for some in chunks(presentation.scores.values(), RESULTS):
            rows = [
                NewEvaluation(
                    StudentId(one.student),
                    names[presentation.items[one.item].is_exam],
                    period,
                    AssessmentId(one.item),
                    one.score,
                )
                for one in some
            ]
            for outcome in grades.record(None, rows):
                if outcome.done is Done.STORED:
                    self.counts.evaluations_stored += 1
                elif outcome.done is Done.UNCHANGED:
                    self.counts.evaluations_unchanged += 1
                else:
                    reason = str(outcome.error) or "refused"
                    detail = f"row {some[outcome.index].row}"
                    self.data.skips.add("studentAssessment.csv", reason, detail)
            tick(len(some))


def _ensure_school(school: School) -> None:
    """Add the school; one whose people gave it another name since keeps that."""
    with suppress(Conflict):
        tenants.create_school(school)


def _save_period(presentation: Presentation) -> Period:
    identity = PeriodId(presentation.key.code)
    try:
        return tenants.period(identity)
    except NotFound:
        first = _first_day(presentation)
        ends = mapping.day_of(first, presentation.length).date()
        return tenants.save_period(Period(identity, str(presentation.key), first, ends))


def _first_day(presentation: Presentation) -> date:
    """What is stored stays: a repetition tomorrow must find the same events today found."""
    try:
        return tenants.period(PeriodId(presentation.key.code)).starts
    except NotFound:
        return mapping.starts(presentation, clock.now().astimezone(mapping.ZONE).date())


def _assessments(presentation: Presentation, *, exam: bool) -> list[Assessment]:
    return [
        Assessment(AssessmentId(item.id), type=item.kind, weight=item.weight)
        for item in presentation.of_kind(exam=exam)
    ]
