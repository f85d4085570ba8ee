"""Who may write which result."""

from luca.kernel import context
from luca.kernel.errors import Forbidden
from luca.kernel.ids import GroupId, PersonId, StudentId, SubjectId, TeacherId
from tenants import services as tenants

ADMIN, TEACHER = "school_admin", "teacher"
WHOLE_SCHOOL = {ADMIN, "integrator"}  # a program is limited by its scopes, at the door


def may_grade(actor: PersonId | None, group: str, subject: str) -> bool:
    """Teachers grade what they teach to whom they teach it; Luca itself has no actor."""
    if actor is None or WHOLE_SCHOOL & context.groups():
        return True
    return TEACHER in context.groups() and tenants.teaches(
        TeacherId(actor), GroupId(group), SubjectId(subject)
    )


def check_may_grade(actor: PersonId | None, student: StudentId, group: str, subject: str) -> None:
    """Forbidden for a student whom the actor may see; others are as unknown as nobody."""
    if not may_grade(actor, group, subject):
        tenants.see_student(student)
        raise Forbidden("You do not teach this subject to this group.", code="foreign_group")


def check_admin() -> None:
    """Rules and definitions concern the whole school."""
    if context.actor() is not None and ADMIN not in context.groups():
        raise Forbidden("Only a school admin may do this.")
