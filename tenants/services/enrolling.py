"""Enrolling students in courses, moving and withdrawing them, and who is enrolled."""

from collections.abc import Callable, Iterable, Sequence

from luca.aws import queue
from luca.aws.store import ConditionFailed, Key
from luca.kernel.errors import Conflict
from luca.kernel.ids import GroupId, PeriodId, StudentId, SubjectId
from tenants.domain import Course, CourseOfStudent, Enrolment, EnrolmentChange
from tenants.repository import enrolling as repository
from tenants.repository import schools
from tenants.repository.enrolling import Moving, Noted
from tenants.services import cached
from tenants.services.checks import checked_id, well_formed
from tenants.services.schools import period as existing_period
from tenants.services.studies import check_students, refuse_rows

AFTER = 10  # seconds: what is said of a change comes after it
ATTEMPTS = 8  # before it is said that others change the same enrolments all the time
_enrolments: cached.Remembered[Enrolment] = cached.Remembered(cached.LINKS)
_courses: cached.Remembered[list[CourseOfStudent]] = cached.Remembered(cached.LINKS)


def enrol(
    subject: SubjectId,
    period: PeriodId,
    enrolments: Sequence[Enrolment],
    noted: Noted | None = None,
) -> int:
    """Enrol students in a course, which exists from then on; return how many changed.

    Repeating it changes nothing. A student who is enrolled again in another group
    has moved there. Once a period closes its rosters are graded, so nobody new can
    join them.
    """
    checked_id(subject, "subject")
    within = existing_period(period)
    _check_groups(enrolments)
    check_students([one.student for one in enrolments])
    course = Course(subject, period)
    if not within.is_open:
        _check_known(course, [one.student for one in enrolments])
    schools.list_course(course)
    wanted = {one.student: one.group for one in enrolments}
    return _change(course, wanted, lambda one: wanted[one], noted)


def withdraw(
    subject: SubjectId,
    period: PeriodId,
    students: Sequence[StudentId],
    noted: Noted | None = None,
) -> int:
    """Take students off a course's roster; what they were graded stays. Return how many were on it.

    The roster of a closed period is what the grades were computed for, and stays.
    """
    within = existing_period(period)
    course = Course(subject, period)
    if not well_formed(subject):
        return 0
    if not within.is_open:
        raise Conflict("The period is closed: its rosters stay.", code="period_closed")
    return _change(course, filter(well_formed, students), lambda _: None, noted)


def _change(
    course: Course,
    students: Iterable[StudentId],
    group_of: Callable[[StudentId], GroupId | None],
    noted: Noted | None,
) -> int:
    """Bring students where they shall be, each with a line of history; return how many moved."""
    wanted, moved = list(dict.fromkeys(students)), set()
    for _ in range(ATTEMPTS):
        known = repository.enrolments(course, wanted)
        changes = [
            Moving(one, known[one].group if one in known else None, group_of(one)) for one in wanted
        ]
        changes = [one for one in changes if one.before != one.after]
        moved |= {one.student for one in changes}
        if any(one.before and one.after for one in changes):
            # What is asked of one group only is asked of others now. Said before it is so, for
            # afterwards a repeated call would find nothing to say.
            queue.enqueue(
                "grades.group_changed", delay=AFTER, subject=course.subject, period=course.period
            )
        try:
            repository.write(course, changes, noted)
        except ConditionFailed:
            continue  # somebody else moved one of them meanwhile: look again
        for student in wanted:
            _enrolments.forget((course, student))
            _courses.forget(student)
        return len(moved)
    raise Conflict("Somebody keeps changing the same enrolments.", code="changed_meanwhile")


def history(
    student: StudentId, *, limit: int, start: Key | None = None
) -> tuple[list[EnrolmentChange], Key | None]:
    """A page of what happened to a student's enrolments, the newest first."""
    return repository.history(student, limit, start) if well_formed(student) else ([], None)


def roster(subject: SubjectId, period: PeriodId) -> list[Enrolment]:
    """Everybody enrolled in a course, by id; an unknown course has nobody."""
    return repository.roster(Course(subject, period)) if well_formed(subject, period) else []


def roster_page(
    subject: SubjectId, period: PeriodId, *, limit: int, start: Key | None = None
) -> tuple[list[Enrolment], Key | None]:
    """A page of a roster by id, and where the next one starts."""
    return repository.roster_page(Course(subject, period), limit, start)


def courses_of(student: StudentId) -> list[CourseOfStudent]:
    """A student's present courses, of all periods; remembered for half a minute."""
    return [one for one in attended(student) if not one.withdrawn]


def attended(student: StudentId) -> list[CourseOfStudent]:
    """The courses of a student and those they withdrew from: who taught them may read on."""
    return _courses.fetch(student, lambda: _read_courses(student)) or []


def attended_as_remembered(student: StudentId) -> list[CourseOfStudent]:
    """The same as far as this process knows it already."""
    return _courses.get(student) or []


def attended_now(student: StudentId) -> list[CourseOfStudent]:
    """The same, read anew."""
    _courses.forget(student)
    return attended(student)


def _read_courses(student: StudentId) -> list[CourseOfStudent] | None:
    found = repository.courses_of(student) if well_formed(student) else []
    return found or None


def enrolment(student: StudentId, subject: SubjectId, period: PeriodId) -> Enrolment | None:
    return enrolments(subject, period, [student]).get(student)


def enrolments(
    subject: SubjectId, period: PeriodId, students: Iterable[StudentId]
) -> dict[StudentId, Enrolment]:
    """Return those of the students who are in the course; remembered for half a minute."""
    wanted = list(students)
    found = enrolments_as_remembered(subject, period, wanted)
    missing = [one for one in wanted if one not in found]
    return found | enrolments_now(subject, period, missing)


def enrolments_as_remembered(
    subject: SubjectId, period: PeriodId, students: Iterable[StudentId]
) -> dict[StudentId, Enrolment]:
    """The same as far as this process knows it already."""
    known = {one: _enrolments.get((Course(subject, period), one)) for one in students}
    return {one: enrolment for one, enrolment in known.items() if enrolment is not None}


def enrolments_now(
    subject: SubjectId, period: PeriodId, students: Iterable[StudentId]
) -> dict[StudentId, Enrolment]:
    """The same, read anew."""
    wanted = list(dict.fromkeys(filter(well_formed, students)))
    if not wanted or not well_formed(subject, period):
        return {}
    until, course = _enrolments.expiry(), Course(subject, period)
    found = repository.enrolments(course, wanted)
    for one, enrolment in found.items():
        _enrolments.put((course, one), enrolment, until)
    return found


def _check_known(course: Course, students: Sequence[StudentId]) -> None:
    known = repository.enrolments(course, list(dict.fromkeys(students)))
    if any(one not in known for one in students):
        raise Conflict("The period is closed: nobody new can be enrolled.", code="period_closed")


def _check_groups(enrolments: Sequence[Enrolment]) -> None:
    known = {group.id for group in schools.groups()}
    refuse_rows("group", [n for n, one in enumerate(enrolments) if one.group not in known])
