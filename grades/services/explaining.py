"""How a grade came about, for the school's office: each partition is read once."""

from collections.abc import Mapping
from dataclasses import dataclass

from grades import rules
from grades.domain import (
    Assessment,
    CourseResult,
    Explanation,
    Grade,
    GradeVersion,
    Publish,
    Result,
)
from grades.repository import evaluations, grades
from grades.repository.surroundings import Found, Wanted
from grades.services import assessments, standing, surroundings
from grades.services.access import check_admin
from grades.services.moment import this_moment
from luca.kernel.errors import NotFound
from luca.kernel.ids import StudentId
from tenants import services as tenants
from tenants.domain import Course, Student

PROVISIONAL = 0


@dataclass(frozen=True, slots=True)
class Explained:
    """An explanation and what a page calls things by."""

    of: Explanation
    student: Student
    subject: str
    period: str
    titles: Mapping[str, str]


def look_at_explanation(student: StudentId) -> None:
    """Note that somebody of the office opens it: what they then read is not noted again."""
    check_admin()
    tenants.student(student)
    tenants.note_look(student, "explanation")


def newest_explained(student: StudentId, course: Course, *, language: str) -> Explained:
    """The grade as it stands; NotFound while there is none. Two reads."""
    check_admin()
    found = grades.newest(student, course)
    if found is None:
        raise NotFound("There is no such grade, or not yet.", code="grade_not_found")
    wanted = _around(student, course)
    wanted.assessments(one["assessment"] for one in found.trace["inputs"])
    told = _told(student, course, found, surroundings.read(wanted), language)
    tenants.note_look(student, "explanation")
    return told


def explained_version(
    student: StudentId, course: Course, number: int, *, language: str
) -> Explained:
    """One of its versions, in two reads."""
    check_admin()
    wanted = _around(student, course)
    wanted.version(student, number)
    around = surroundings.read(wanted)
    if not around.versions:
        raise NotFound("There is no such grade, or not yet.", code="grade_not_found")
    found, more = around.versions[0], Wanted(course)
    more.assessments(one["assessment"] for one in found.trace["inputs"])
    told = _told(student, course, found, around + surroundings.read(more), language)
    tenants.note_look(student, "explanation")
    return told


def explained_now(student: StudentId, course: Course, *, language: str) -> Explained:
    """What it would be with all that is recorded, in three reads, to who has noted the look."""
    check_admin()
    now, around, asked = _now(student, course)
    result = now.provisional
    found = GradeVersion(
        version=PROVISIONAL,
        score=result.published,
        current=result.current,
        final=result.final,
        published=Publish(result.trace["publish"]),
        calculated=this_moment(),
        trace=result.trace,
        trace_hash=result.hash,
    )
    return _told(student, course, found, around, language, asked)


def what_changed_since(student: StudentId, course: Course) -> Result | None:
    """What the grade would be with what it does not know yet; None when it knows it all.

    The look is noted by whoever asks.
    """
    check_admin()
    now = _now(student, course)[0]
    return None if now.up_to_date else now.provisional


def _now(student: StudentId, course: Course) -> tuple[CourseResult, Found, list[Assessment]]:
    before = surroundings.until()
    asked = assessments.assessments_of(course.subject, course.period)
    assessments.remember(course, asked, before)
    results = evaluations.of_course(student, course)
    wanted = _around(student, course)
    wanted.grade(student)
    wanted.rules()
    wanted.enrolment(student)
    around = surroundings.read(wanted)
    official: Grade | None = around.grades.get(student)
    if not results and official is None:
        raise NotFound("There is no such grade, or not yet.", code="grade_not_found")
    group = next((one.group for one in around.enrolments), None)
    return standing.of(student, course, official, results, group=group), around, asked


def _around(student: StudentId, course: Course) -> Wanted:
    wanted = Wanted(course)
    wanted.student(student)
    wanted.names()
    return wanted


def _told(
    student: StudentId,
    course: Course,
    found: GradeVersion,
    around: Found,
    language: str,
    asked: list[Assessment] | None = None,
) -> Explained:
    own = around.students.get(student)
    if own is None:
        raise NotFound("There is no such student.", code="student_not_found")
    spoken = rules.Language.EN if language.startswith("en") else rules.Language.ES
    titles = {str(one.id): one.title for one in asked or around.assessments}
    period = around.period(course)
    return Explained(
        Explanation(found, tuple(rules.sentences(found.trace, spoken, titles)), this_moment()),
        own,
        around.subject(course),
        period.name if period else course.period,
        titles,
    )
