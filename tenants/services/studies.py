"""Groups, courses, enrolments and teaching."""

from collections.abc import Iterable, Sequence

from luca.aws.store import Key
from luca.kernel.errors import Conflict, FieldError, Invalid, NotFound
from luca.kernel.ids import GroupId, PeriodId, StudentId, SubjectId, TeacherId
from tenants.domain import Course, CourseOfStudent, Enrolment, Teaching
from tenants.repository import schools
from tenants.repository import studies as repository
from tenants.services import cached
from tenants.services.checks import checked_id, well_formed
from tenants.services.people import students as existing_students
from tenants.services.people import teacher as existing_teacher
from tenants.services.schools import group as existing_group
from tenants.services.schools import period as existing_period

_enrolments: cached.Remembered[Enrolment] = cached.Remembered(cached.LINKS)
_courses: cached.Remembered[list[CourseOfStudent]] = cached.Remembered(cached.LINKS)
_teaching: cached.Remembered[frozenset[Teaching]] = cached.Remembered(cached.LINKS)


def add_members(group: GroupId, students: Sequence[StudentId]) -> None:
    existing_group(group)
    _check_students(students)
    repository.add_members(group, students)


def members(group: GroupId) -> list[StudentId]:
    existing_group(group)
    return repository.members(group)


def assign_teacher(group: GroupId, subject: SubjectId, teacher: TeacherId) -> Teaching:
    """From now on the teacher teaches the subject to the group, beside others who do."""
    checked_id(subject, "subject")
    existing_group(group)
    existing_teacher(teacher)
    teaching = Teaching(group, subject, teacher)
    repository.add_teaching(teaching)
    _teaching.forget(teacher)
    return teaching


def unassign_teacher(group: GroupId, subject: SubjectId, teacher: TeacherId) -> None:
    """End it. Processes that remember it notice within half a minute."""
    if well_formed(group, subject, teacher):
        repository.remove_teaching(Teaching(group, subject, teacher))
        _teaching.forget(teacher)


def teaching_of(teacher: TeacherId) -> frozenset[Teaching]:
    """What the teacher teaches to whom; remembered for half a minute."""
    return _teaching.fetch(teacher, lambda: _read_teaching(teacher)) or frozenset()


def teaches(teacher: TeacherId, group: GroupId, subject: SubjectId) -> bool:
    return Teaching(group, subject, teacher) in teaching_of(teacher)


def taught_in(group: GroupId) -> list[Teaching]:
    """Who teaches what to a group."""
    return repository.taught(group) if well_formed(group) else []


def _read_teaching(teacher: TeacherId) -> frozenset[Teaching] | None:
    found = repository.teaching_of(teacher) if well_formed(teacher) else []
    return frozenset(found) or None


def enrol(subject: SubjectId, period: PeriodId, enrolments: Sequence[Enrolment]) -> None:
    """Enrol students in a course, which exists from then on; repeating it changes nothing.

    A student who is enrolled again in another group has moved there. Once a
    period closes its rosters are graded, so nobody new can join them.
    """
    checked_id(subject, "subject")
    within = existing_period(period)
    _check_groups(enrolments)
    _check_students([one.student for one in enrolments])
    course = Course(subject, period)
    if not within.is_open:
        _check_known(course, [one.student for one in enrolments])
    schools.list_course(course)
    repository.enrol(course, list({one.student: one for one in enrolments}.values()))
    for one in enrolments:
        _enrolments.forget((course, one.student))
        _courses.forget(one.student)


def roster(subject: SubjectId, period: PeriodId) -> list[Enrolment]:
    """Everybody enrolled in a course, by id; an unknown course has nobody."""
    return repository.roster(Course(subject, period)) if well_formed(subject, period) else []


def roster_page(
    subject: SubjectId, period: PeriodId, *, limit: int, start: Key | None = None
) -> tuple[list[Enrolment], Key | None]:
    """A page of a roster by id, and where the next one starts."""
    return repository.roster_page(Course(subject, period), limit, start)


def courses(period: PeriodId | None = None) -> list[Course]:
    """All courses of the school, or of one period."""
    if period is not None and not well_formed(period):
        return []
    return schools.courses(period)


def courses_of(student: StudentId) -> list[CourseOfStudent]:
    """A student's courses, of all periods; remembered for half a minute."""
    return _courses.fetch(student, lambda: _read_courses(student)) or []


def _read_courses(student: StudentId) -> list[CourseOfStudent] | None:
    found = repository.courses_of(student) if well_formed(student) else []
    return found or None


def enrolment(student: StudentId, subject: SubjectId, period: PeriodId) -> Enrolment | None:
    return enrolments(subject, period, [student]).get(student)


def enrolments(
    subject: SubjectId, period: PeriodId, students: Iterable[StudentId]
) -> dict[StudentId, Enrolment]:
    """Return those of the students who are in the course; remembered for half a minute."""
    if not well_formed(subject, period):
        return {}
    course, wanted = Course(subject, period), dict.fromkeys(filter(well_formed, students))
    known = {one: _enrolments.get((course, one)) for one in wanted}
    found = {one: enrolment for one, enrolment in known.items() if enrolment is not None}
    missing = [one for one in wanted if one not in found]
    if missing:
        until = _enrolments.expiry()
        for one, enrolment in repository.enrolments(course, missing).items():
            _enrolments.put((course, one), enrolment, until)
            found[one] = enrolment
    return found


def _check_known(course: Course, students: Sequence[StudentId]) -> None:
    known = repository.enrolments(course, list(dict.fromkeys(students)))
    if any(one not in known for one in students):
        raise Conflict("The period is closed: nobody new can be enrolled.", code="period_closed")


def _check_students(students: Sequence[StudentId]) -> None:
    known = existing_students(students)
    _refuse("student", [n for n, one in enumerate(students) if one not in known])


def _check_groups(enrolments: Sequence[Enrolment]) -> None:
    known = {group.id for group in schools.groups()}
    _refuse("group", [n for n, one in enumerate(enrolments) if one.group not in known])


def _refuse(what: str, rows: Sequence[int]) -> None:
    if rows:
        faults = tuple(FieldError(f"{n}.{what}", f"There is no such {what}.") for n in rows)
        raise Invalid(f"Some {what}s do not exist; nothing was stored.", errors=faults)


def course(subject: SubjectId, period: PeriodId) -> Course:
    """The course, or NotFound."""
    found = Course(subject, period)
    if found not in courses(period):
        raise NotFound("There is no such course.", code="course_not_found")
    return found
