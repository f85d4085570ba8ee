"""Periods, enrolments and clocks as they were, read from images of their items: the lake's door.

An image is an item as DynamoDB spells it, of whatever day. Nothing is read or written here.
"""

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from luca.aws.table import SEPARATOR
from luca.kernel.ids import PeriodId, StudentId, SubjectId
from tenants import keys
from tenants.domain import Course, Enrolment, Period
from tenants.repository import images

Image = Mapping[str, Any]


def period(image: Image) -> Period:
    return images.period(image)


def enrolment(image: Image) -> Enrolment:
    return images.enrolment(image)


def zone(image: Image) -> ZoneInfo:
    """The school's clocks, as its profile says."""
    return images.zone(image)


def place_of_course(subject: str, of: str) -> str:
    """The partition in which a course's roster lies."""
    return keys.course(SubjectId(subject), PeriodId(of))


def place_of_student(student: str) -> str:
    return keys.student(StudentId(student))


def place_of_school() -> str:
    """The partition of the profile, of periods, and of what else is everybody's."""
    return keys.config()


def course_at(place: str) -> Course | None:
    """Which course a partition is, if it is one's."""
    kind, *ids = _parts(place)
    if kind != "COURSE":
        return None
    subject, period = ids
    return Course(SubjectId(subject), PeriodId(period))


def student_at(place: str) -> StudentId | None:
    """Whose partition it is, if it is a student's."""
    kind, *ids = _parts(place)
    return StudentId(ids[0]) if kind == "STUDENT" else None


def _parts(place: str) -> list[str]:
    """What follows the school: the word for what a partition is about, and its ids."""
    return place.split(SEPARATOR)[2:]
