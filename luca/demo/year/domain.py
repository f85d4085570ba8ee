"""The words of the made-up year: plain values that know nothing of Luca's own."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from datetime import date, datetime
    from decimal import Decimal

    from luca.demo.names import Name


class Role(StrEnum):
    """A person's group at sign-in."""

    STUDENT = "student"
    TEACHER = "teacher"
    GUARDIAN = "guardian"
    SCHOOL_ADMIN = "school_admin"
    GOV_OPERATOR = "gov_operator"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of a school, with the address they sign in with."""

    id: str
    role: Role
    name: Name
    email: str
    curp: str = ""
    children: tuple[str, ...] = ()


class CourseKey(NamedTuple):
    """A subject in a period."""

    subject: str
    period: str


@dataclass(frozen=True, slots=True)
class Assessment:
    """Something that is graded."""

    id: str
    category: str
    max: Decimal
    weight: Decimal


@dataclass(frozen=True, slots=True)
class Mark:
    """One result, as the teacher first enters it and as it stands in the end.

    `corrected` is the score after a correction; `excused` wins over both. A
    student without a mark in an assessment has missed it.
    """

    student: str
    score: Decimal
    corrected: Decimal | None = None
    excused: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a teacher enters at once: one assessment of one group."""

    teacher: str
    group: str
    course: CourseKey
    assessment: str
    marks: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class Course:
    """A course with its assessments, and what its rules say."""

    key: CourseKey
    rules: dict[str, Any]
    assessments: tuple[Assessment, ...]


@dataclass(frozen=True, slots=True)
class Happening:
    """Something a student did in the app."""

    id: str
    type: str
    at: datetime
    quantity: int


@dataclass(frozen=True, slots=True)
class Period:
    id: str
    name: str
    starts: date
    ends: date


@dataclass(slots=True)
class School:
    """One school with everything that will happen in it."""

    id: str
    name: str
    cct: str
    periods: tuple[Period, ...]
    subjects: dict[str, str]  # id → name
    groups: dict[str, tuple[str, ...]] = field(default_factory=dict)  # id → students
    people: dict[str, Person] = field(default_factory=dict)
    teaching: dict[str, str] = field(default_factory=dict)  # subject → teacher
    courses: dict[CourseKey, Course] = field(default_factory=dict)
    sheets: list[Sheet] = field(default_factory=list)
    happenings: dict[str, tuple[Happening, ...]] = field(default_factory=dict)  # by student

    def of_role(self, role: Role) -> list[Person]:
        return [person for person in self.people.values() if person.role is role]

    @property
    def students(self) -> list[Person]:
        return self.of_role(Role.STUDENT)


@dataclass(frozen=True, slots=True)
class Year:
    """All schools of the demo, and the password that every login of it has."""

    schools: tuple[School, ...]
    password: str
