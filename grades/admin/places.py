"""How a page names a result, an assessment or a grade: by the ids that it lies under."""

from collections.abc import Mapping
from typing import Any

from django.contrib.admin.utils import quote
from django.urls import reverse

from luca.kernel.ids import ID, AssessmentId, PeriodId, StudentId, SubjectId
from tenants.domain import Course

APART = "/"  # no id has it
ASSESSMENT = ("subject", "period", "assessment")
EVALUATION = ("student", *ASSESSMENT)
GRADE = ("student", "subject", "period")


def of_assessment(course: Course, assessment: str) -> str:
    return APART.join((course.subject, course.period, assessment))


def of_evaluation(student: str, course: Course, assessment: str) -> str:
    return APART.join((student, course.subject, course.period, assessment))


def of_grade(student: str, course: Course) -> str:
    return APART.join((student, course.subject, course.period))


def assessment(name: str) -> tuple[Course, AssessmentId] | None:
    found = _read(name, 3)
    return found and (_course(*found[:2]), AssessmentId(found[2]))


def evaluation(name: str) -> tuple[StudentId, Course, AssessmentId] | None:
    found = _read(name, 4)
    return found and (StudentId(found[0]), _course(*found[1:3]), AssessmentId(found[3]))


def grade(name: str) -> tuple[StudentId, Course] | None:
    found = _read(name, 3)
    return found and (StudentId(found[0]), _course(*found[1:]))


def route(parts: tuple[str, ...], end: str) -> str:
    """How a page of our own is addressed."""
    return "".join(f"<str:{one}>/" for one in parts) + end


def link(page: str, name: str) -> str:
    """The address of a page of Django's about one of them, as `evaluation_change`."""
    return reverse(f"admin:grades_{page}", args=[quote(name)])


def screen(page: str, name: str) -> str:
    """The address of a page of our own, as `evaluation_void`: the ids stand in it one by one."""
    return reverse(f"admin:grades_{page}", args=name.split(APART))


def named(where: Mapping[str, str], *parts: str) -> str:
    """What such an address names; nothing, where somebody typed an address of their own."""
    return APART.join(where.get(one, "") for one in parts)


def _read(name: str, parts: int) -> Any:
    """The ids; None for what names nothing, for an address can be typed."""
    found = name.split(APART)
    return found if len(found) == parts and all(map(ID.fullmatch, found)) else None


def _course(subject: str, period: str) -> Course:
    return Course(SubjectId(subject), PeriodId(period))
