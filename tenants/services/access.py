"""Who may see what inside a school.

What somebody may not see answers exactly as what does not exist: whether a
student of that name is at the school is nobody's business.
"""

from dataclasses import dataclass

from luca.aws import audit
from luca.aws.store import Key
from luca.kernel import context
from luca.kernel.errors import Forbidden, NotFound
from luca.kernel.ids import GroupId, GuardianId, PeriodId, StudentId, SubjectId, TeacherId
from tenants.domain import Course, Group, Student, Teaching
from tenants.services import enrolling, people, schools, studies

SEES_ALL = {"school_admin", "integrator"}
STAFF = frozenset({"teacher", "gov_operator", "platform_admin", *SEES_ALL})


@dataclass(frozen=True, slots=True)
class Enrolled:
    """A row of a roster, with the student's name."""

    student: Student
    group: GroupId


def see_student(student: StudentId) -> None:
    """Raise NotFound unless the actor may see the student.

    Students see themselves, guardians their children, teachers whoever sits in a
    group they teach, school admins everybody. Luca's own work has no actor.
    """
    if not may_see(student):
        raise NotFound("There is no such student.", code="student_not_found")


def may_see(student: StudentId) -> bool:
    actor, groups = context.actor(), context.groups()
    if sees_all():
        return True
    myself = str(actor)
    return (
        ("student" in groups and myself == str(student))
        or ("guardian" in groups and student in people.children_of(GuardianId(myself)))
        or ("teacher" in groups and _is_taught(student, TeacherId(myself)))
    )


def sees_as_staff(student: StudentId) -> bool:
    """Whether the actor sees the student as staff; a teacher is family of the own child."""
    if sees_all():
        return True
    actor, groups = context.actor(), context.groups()
    return "teacher" in groups and _is_taught(student, TeacherId(str(actor)))


def note_look(student: StudentId, what: str) -> None:
    """Record that staff looks at a part of a student's record, which exists and may be seen."""
    if context.groups() & STAFF and not _is_own(student):
        audit.seen(what, f"student:{student}")


def may_read_curp(student: StudentId) -> bool:
    """Admins read it, and the student and their family; Luca's operator, too."""
    if context.actor() is None or "school_admin" in context.groups():
        return True
    return _is_own(student)


def _is_own(student: StudentId) -> bool:
    myself, groups = str(context.actor()), context.groups()
    return ("student" in groups and myself == str(student)) or (
        "guardian" in groups and student in people.children_of(GuardianId(myself))
    )


def visible_student(student: StudentId) -> Student:
    see_student(student)
    found = people.student(student)
    note_look(student, "student")
    return found


def visible_groups() -> list[Group]:
    """The groups that the actor teaches; all of them for a school admin."""
    own = {teaching.group for teaching in _own_teaching()}
    return [one for one in schools.groups() if sees_all() or one.id in own]


def check_sees(group: GroupId) -> None:
    """Raise NotFound unless there is such a group among those that the actor may see."""
    if group not in {one.id for one in visible_groups()}:
        raise NotFound("There is no such group.", code="group_not_found")


def members_of(
    group: GroupId, *, limit: int, start: Key | None
) -> tuple[list[Student], Key | None]:
    """A page of the students of a group, to those who teach it, by id."""
    check_sees(group)
    audit.seen("members", f"group:{group}")
    page, following = studies.members_page(group, limit=limit, start=start)
    found = people.students(page)
    return [found[one] for one in page if one in found], following


def visible_courses() -> list[Course]:
    """The courses that the actor teaches or attends; all of them for a school admin."""
    if sees_all():
        return studies.courses()
    taught = {teaching.subject for teaching in _own_teaching()}
    attended = _own_courses()
    return [one for one in studies.courses() if one.subject in taught or one in attended]


def visible_roster(
    subject: SubjectId, period: PeriodId, *, limit: int, start: Key | None
) -> tuple[list[Enrolled], Key | None]:
    """A page of a course's roster: of the groups to whom the actor teaches it."""
    own = {one.group for one in _own_teaching() if one.subject == subject}
    if not own and not sees_all():
        raise NotFound("There is no such course.", code="course_not_found")
    studies.course(subject, period)
    audit.seen("roster", f"course:{subject}/{period}")
    page, following = enrolling.roster_page(subject, period, limit=limit, start=start)
    seen = [one for one in page if sees_all() or one.group in own]
    known = people.students(one.student for one in seen)
    rows = [Enrolled(known[one.student], one.group) for one in seen if one.student in known]
    return rows, following


def sees_all() -> bool:
    """Luca itself, school admins, and programs: what limits those is their scopes, at the door."""
    return context.actor() is None or bool(SEES_ALL & context.groups())


def check_sees_all() -> None:
    """Raise Forbidden unless the actor may look for anybody of the school."""
    if not sees_all():
        raise Forbidden("Only a school admin may look for this.")


def _own_teaching() -> frozenset[Teaching]:
    actor = context.actor()
    if actor is None or "teacher" not in context.groups():
        return frozenset()
    return studies.teaching_of(TeacherId(actor))


def _own_courses() -> set[Course]:
    actor = context.actor()
    if actor is None or "student" not in context.groups():
        return set()
    return {Course(one.subject, one.period) for one in enrolling.courses_of(StudentId(actor))}


def _is_taught(student: StudentId, teacher: TeacherId) -> bool:
    own = {teaching.group for teaching in studies.teaching_of(teacher)}
    if any(course.group in own for course in enrolling.attended_as_remembered(student)):
        return True
    # What is remembered never refuses: somebody may just have joined, and a refusal that
    # costs no call would tell that the student exists.
    return any(course.group in own for course in enrolling.attended_now(student))
