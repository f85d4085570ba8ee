"""Members of groups, who teaches them, and the courses there are."""

from collections.abc import Sequence

from luca.aws.store import Key
from luca.kernel.errors import FieldError, Invalid, NotFound
from luca.kernel.ids import GroupId, PeriodId, StudentId, SubjectId, TeacherId
from tenants.domain import Course, Teaching
from tenants.repository import schools
from tenants.repository import studies as repository
from tenants.repository.saving import Join
from tenants.services import cached
from tenants.services.checks import checked_id, well_formed
from tenants.services.people import students as existing_students
from tenants.services.people import teacher as existing_teacher
from tenants.services.schools import group as existing_group

_teaching: cached.Remembered[frozenset[Teaching]] = cached.Remembered(cached.LINKS)


def add_members(group: GroupId, students: Sequence[StudentId]) -> None:
    existing_group(group)
    check_students(students)
    repository.add_members(group, students)


def add_member(group: GroupId, student: StudentId, join: Join) -> None:
    existing_group(group)
    check_students([student])
    repository.add_member(group, student, join)


def members(group: GroupId) -> list[StudentId]:
    existing_group(group)
    return repository.members(group)


def members_page(
    group: GroupId, *, limit: int, start: Key | None = None
) -> tuple[list[StudentId], Key | None]:
    """A page of a group's members by id."""
    return repository.members_page(group, limit, start)


def remove_member(group: GroupId, student: StudentId, join: Join | None = None) -> None:
    """Take a student out of a group; who is not in it stays out."""
    if well_formed(group, student):
        repository.remove_member(group, student, join)


def assign_teacher(
    group: GroupId, subject: SubjectId, teacher: TeacherId, join: Join | None = None
) -> Teaching:
    """From now on the teacher teaches the subject to the group, beside others who do."""
    checked_id(subject, "subject")
    existing_group(group)
    existing_teacher(teacher)
    teaching = Teaching(group, subject, teacher)
    repository.add_teaching(teaching, join)
    _teaching.forget(teacher)
    return teaching


def unassign_teacher(
    group: GroupId, subject: SubjectId, teacher: TeacherId, join: Join | None = None
) -> None:
    """End it. Processes that remember it notice within half a minute."""
    if well_formed(group, subject, teacher):
        repository.remove_teaching(Teaching(group, subject, teacher), join)
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


def courses(period: PeriodId | None = None) -> list[Course]:
    """All courses of the school, or of one period."""
    if period is not None and not well_formed(period):
        return []
    return schools.courses(period)


def check_students(students: Sequence[StudentId]) -> None:
    known = existing_students(students)
    refuse_rows("student", [n for n, one in enumerate(students) if one not in known])


def refuse_rows(what: str, rows: Sequence[int]) -> None:
    if rows:
        faults = tuple(FieldError(f"{n}.{what}", f"There is no such {what}.") for n in rows)
        raise Invalid(f"Some {what}s do not exist; nothing was stored.", errors=faults)


def course(subject: SubjectId, period: PeriodId) -> Course:
    """The course, or NotFound."""
    found = Course(subject, period)
    if found not in courses(period):
        raise NotFound("There is no such course.", code="course_not_found")
    return found
