"""What a page of the office reads at once, kept where the computation looks for it."""

from grades.repository import surroundings
from grades.repository.surroundings import Found, Wanted
from grades.services import assessments, courses, moment, standing
from luca.kernel.ids import StudentId
from tenants.domain import Course

until = courses.until


def keep(course: Course, found: Found, until: float) -> None:
    """Remember rules and period as read; of a subject with very many versions nothing is known."""
    if found.time_zone:
        moment.remember(found.time_zone, until)
    versions, period = found.rules, found.period(course)
    if period is not None:
        standing.remember(course.period, period.state, until)
    if versions is not None and period is not None:
        courses.remember(course, versions, period.ends, until)


def course(course: Course) -> Found:
    """What is asked in it, which is remembered, and who attends it."""
    before = until()
    found = surroundings.of_course(course)
    assessments.remember(course, found.assessments, before)
    return found


def read(wanted: Wanted) -> Found:
    """All that is wanted; period and rules are remembered when they are among it."""
    before = until()
    found = surroundings.read(wanted)
    keep(wanted.course, found, before)
    return found


def read_grades(course: Course, students: list[StudentId]) -> Found:
    wanted = Wanted(course)
    for one in students:
        wanted.grade(one)
    return surroundings.read(wanted)
