"""What a page of the office needs of several partitions, each partition read once.

Each thing that is wanted is added; all of them are one read of a hundred.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeVar

from grades import keys
from grades.domain import Assessment, Evaluation, Grade, GradeVersion, RulesVersion
from grades.models import AssessmentItem, EvaluationItem, GradeItem, RulesItem, VersionItem
from grades.repository import assessments, courses, evaluations, grades
from luca.aws import store
from luca.aws.table import TenantItem
from luca.kernel.ids import GroupId, StudentId
from tenants.domain import Course, Enrolment, PeriodState, Student

GUESSED = 10  # versions of a subject's rules that are asked for by number: they begin with 1
AT_ONCE = 100  # a read's most
T = TypeVar("T", bound=TenantItem)


@dataclass(slots=True)
class Wanted:
    """What to read around a course, in one go."""

    course: Course
    places: list[tuple[str, str]] = field(default_factory=list)
    guessed: int = 0  # versions of rules that are among it

    def student(self, student: str) -> None:
        self.places.append((keys.student(student), keys.PROFILE))

    def grade(self, student: str) -> None:
        self.places.append(
            (keys.student(student), keys.grade(self.course.subject, self.course.period))
        )

    def version(self, student: str, number: int) -> None:
        place = keys.version(self.course.subject, self.course.period, number)
        self.places.append((keys.student(student), place))

    def results(self, student: str, asked: Iterable[str]) -> None:
        of = self.course.subject, self.course.period
        self.places += [(keys.student(student), keys.evaluation(*of, one)) for one in asked]

    def assessments(self, asked: Iterable[str]) -> None:
        place = keys.course(self.course.subject, self.course.period)
        self.places += [(place, keys.assessment(one)) for one in asked]

    def enrolment(self, student: str) -> None:
        place = keys.course(self.course.subject, self.course.period)
        self.places.append((place, keys.enrolled(student)))

    def names(self) -> None:
        """What the subject and the period are called, and how the period stands."""
        self.places.append((keys.config(), keys.subject_named(self.course.subject)))
        self.places.append((keys.config(), keys.period(self.course.period)))

    def rules(self, most: int = GUESSED) -> None:
        """The school's clock, and the subject's first versions; who has more is asked for all."""
        self.places.append((keys.config(), keys.PROFILE))
        self.guessed = most
        self.places += [
            (keys.config(), keys.rules(self.course.subject, one)) for one in range(1, most + 1)
        ]


@dataclass(frozen=True, slots=True)
class Period:
    """What grading has to know of one."""

    name: str
    ends: date
    state: PeriodState


@dataclass(frozen=True, slots=True)
class Found:
    """What there was of it."""

    items: Sequence[Any]
    guessed: int = 0

    def __add__(self, other: "Found") -> "Found":
        return Found([*self.items, *other.items], self.guessed)

    @property
    def students(self) -> dict[StudentId, Student]:
        """As a list names them."""
        return {
            StudentId(student): Student(StudentId(student), item.given_name, item.family_name or "")
            for item in self.items
            if item.sk == keys.PROFILE and (student := getattr(item, "id", ""))
        }

    @property
    def grades(self) -> dict[StudentId, Grade]:
        return {StudentId(one.student): grades.grade_of(one) for one in self._of(GradeItem)}

    @property
    def versions(self) -> list[GradeVersion]:
        return [grades.version_of(one) for one in self._of(VersionItem)]

    @property
    def results(self) -> list[Evaluation]:
        return [evaluations.evaluation_of(one) for one in self._of(EvaluationItem)]

    @property
    def assessments(self) -> list[Assessment]:
        return [assessments.assessment_of(one) for one in self._of(AssessmentItem)]

    @property
    def enrolments(self) -> list[Enrolment]:
        return [
            Enrolment(StudentId(item.student), GroupId(item.group), bool(item.moved))
            for item in self.items
            if item.sk.startswith(keys.everybody_enrolled())
        ]

    @property
    def rules(self) -> list[RulesVersion] | None:
        """All of the subject's versions, the newest first; None when there may be more."""
        found = [courses.version_of(one) for one in self._of(RulesItem)]
        if len(found) >= self.guessed:
            return None
        return sorted(found, key=lambda one: one.number, reverse=True)

    @property
    def time_zone(self) -> str:
        """The school's; empty when it was not asked for."""
        own = (keys.config(), keys.PROFILE)
        return next((one.time_zone for one in self.items if (one.pk, one.sk) == own), "")

    def subject(self, course: Course) -> str:
        """What it is called; its id when nobody named it."""
        place = keys.subject_named(course.subject)
        return next((one.name for one in self.items if one.sk == place), course.subject)

    def period(self, course: Course) -> Period | None:
        place = keys.period(course.period)
        for one in self.items:
            if one.sk == place:
                ends = date.fromisoformat(one.ends)
                return Period(one.name or course.period, ends, PeriodState(one.state))
        return None

    def _of(self, model: type[T]) -> list[T]:
        return [one for one in self.items if isinstance(one, model)]


def read(wanted: Wanted) -> Found:
    items = store.batch_get(TenantItem, wanted.places, consistent=True)
    return Found(items, wanted.guessed)


def of_course(course: Course) -> Found:
    """What is asked in a course and who attends it, in one Query: they lie side by side."""
    place = keys.course(course.subject, course.period)
    sk = TenantItem.sk.between(keys.assessments(), keys.enrolled_last())
    return Found(list(store.every(TenantItem, place, sk, consistent=True)))
