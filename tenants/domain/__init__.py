"""The words: a school, its people, and who studies what with whom and when."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from luca.kernel.ids import (
    GroupId,
    GuardianId,
    PeriodId,
    PersonId,
    SchoolId,
    StudentId,
    SubjectId,
    TeacherId,
)

TIME_ZONE = "America/Mexico_City"
LANGUAGE = "es-mx"


@dataclass(frozen=True, slots=True)
class School:
    """One customer. The night of its time zone decides when its grades are consolidated."""

    id: SchoolId
    name: str
    cct: str = ""  # the ministry's code of the school, if it has one
    time_zone: str = TIME_ZONE
    language: str = LANGUAGE
    staff_totp: bool = False  # whether staff must sign in with a code of an authenticator app


class Role(StrEnum):
    """What a person is in a school. Rights are groups of the login, not roles."""

    STUDENT = "STUDENT"
    TEACHER = "TEACHER"
    GUARDIAN = "GUARDIAN"


class Status(StrEnum):
    """Nobody is deleted who may have grades: they have left."""

    ACTIVE = "active"
    LEFT = "left"


class _Stays:
    """What is true of everybody who can leave a school."""

    __slots__ = ()
    given_name: str
    family_name: str
    left_on: date | None

    @property
    def full_name(self) -> str:
        """As people say it."""
        return f"{self.given_name} {self.family_name}".strip()

    @property
    def status(self) -> Status:
        return Status.ACTIVE if self.left_on is None else Status.LEFT


@dataclass(frozen=True, slots=True)
class Student(_Stays):
    id: StudentId
    given_name: str
    family_name: str = ""  # both family names, as the school lists them
    curp: str = ""  # unique in the school
    external_id: str = ""  # the id in the system it came from; unique among students
    email: str = ""
    left_on: date | None = None
    version: int = field(default=0, compare=False)  # of the stored record; 0 is not stored


@dataclass(frozen=True, slots=True)
class Teacher(_Stays):
    id: TeacherId
    given_name: str
    family_name: str = ""
    external_id: str = ""
    email: str = ""
    left_on: date | None = None
    version: int = field(default=0, compare=False)  # of the stored record; 0 is not stored


@dataclass(frozen=True, slots=True)
class Guardian(_Stays):
    """Someone who answers for students, and may see what the school knows of them."""

    id: GuardianId
    given_name: str
    family_name: str = ""
    children: tuple[StudentId, ...] = ()
    external_id: str = ""
    email: str = ""
    left_on: date | None = None
    version: int = field(default=0, compare=False)  # of the stored record; 0 is not stored


Person = Student | Teacher | Guardian


@dataclass(frozen=True, slots=True)
class Group:
    """Students who are taught together."""

    id: GroupId
    name: str


class PeriodState(StrEnum):
    """`closing` refuses new results already while those under way still arrive."""

    OPEN = "open"
    CLOSING = "closing"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Period:
    """A stretch of the school year that ends with grades."""

    id: PeriodId
    name: str
    starts: date
    ends: date
    state: PeriodState = PeriodState.OPEN
    closing_since: datetime | None = None

    @property
    def is_open(self) -> bool:
        return self.state is PeriodState.OPEN


@dataclass(frozen=True, slots=True)
class Subject:
    """What is taught, and what people call it. A course needs none: then it goes by its id."""

    id: SubjectId
    name: str
    version: int = field(default=0, compare=False)  # of the stored name; 0 is not stored


@dataclass(frozen=True, slots=True, order=True)
class Course:
    """A subject in a period: what students are enrolled in and graded for."""

    subject: SubjectId
    period: PeriodId


@dataclass(frozen=True, slots=True)
class Enrolment:
    """A student in a course, and the group in which they attend it."""

    student: StudentId
    group: GroupId
    moved: bool = field(default=False, compare=False)  # attended it in another group before


@dataclass(frozen=True, slots=True)
class ClassList:
    """Who attends a course in one group, by name."""

    students: tuple[Student, ...]
    moved: frozenset[StudentId] = frozenset()  # what they did before lies with another group


@dataclass(frozen=True, slots=True)
class CourseOfStudent:
    """The same fact, seen from the student."""

    subject: SubjectId
    period: PeriodId
    group: GroupId
    withdrawn: bool = False  # no longer enrolled; what was graded stays


class Move(StrEnum):
    """What can happen to an enrolment."""

    ENROLLED = "enrolled"
    MOVED = "moved"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class EnrolmentChange:
    """One line of a student's history: who did what, and when."""

    at: datetime
    move: Move
    subject: SubjectId
    period: PeriodId
    group: GroupId | None  # None after a withdrawal
    before: GroupId | None  # None at first
    by: PersonId | None  # None when Luca itself did it, as an import does


@dataclass(frozen=True, slots=True, order=True)
class Teaching:
    """A teacher teaches a subject to a group."""

    group: GroupId
    subject: SubjectId
    teacher: TeacherId


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """Who did what about what, and when: ids only, but for the reason that staff gave."""

    id: str
    at: datetime
    action: str
    about: str
    actor: str
    groups: tuple[str, ...]
    reason: str
    details: Mapping[str, str]
    correlation_id: str
    source: str


@dataclass(frozen=True, slots=True)
class AuditSearch:
    """Which entries are wanted: between two instants, `until` excluded; empty is any."""

    since: datetime
    until: datetime
    actor: str = ""
    action: str = ""
    about: str = ""


@dataclass(frozen=True, slots=True)
class Listed:
    """A person as lists show them."""

    id: PersonId
    role: Role
    name: str
