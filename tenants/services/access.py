"""Who may see which student.

What somebody may not see answers exactly as what does not exist: whether a
student of that name is at the school is nobody's business.
"""

from luca.kernel import context
from luca.kernel.errors import NotFound
from luca.kernel.ids import GuardianId, StudentId, TeacherId
from tenants.services import people, studies


def see_student(student: StudentId) -> None:
    """Raise NotFound unless the actor may see the student.

    Students see themselves, guardians their children, teachers whoever sits in a
    group they teach, school admins everybody. Luca's own work has no actor.
    """
    if not may_see(student):
        raise NotFound("There is no such student.", code="student_not_found")


def may_see(student: StudentId) -> bool:
    actor, groups = context.actor(), context.groups()
    myself: str | None = actor
    if actor is None or "school_admin" in groups:
        return True
    return (
        ("student" in groups and myself == student)
        or ("guardian" in groups and student in people.children_of(GuardianId(actor)))
        or ("teacher" in groups and _is_taught(student, TeacherId(actor)))
    )


def _is_taught(student: StudentId, teacher: TeacherId) -> bool:
    own = {teaching.group for teaching in studies.teaching_of(teacher)}
    return any(course.group in own for course in studies.courses_of(student))
