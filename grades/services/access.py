"""Who may write which result."""

from luca.kernel import context
from luca.kernel.errors import Conflict, Forbidden
from luca.kernel.ids import GroupId, PeriodId, PersonId, StudentId, SubjectId, TeacherId
from tenants import services as tenants
from tenants.domain import Course, Enrolment, PeriodState

ADMIN, TEACHER = "school_admin", "teacher"
WHOLE_SCHOOL = {ADMIN, "integrator"}  # a program is limited by its scopes, at the door


def may_grade(actor: PersonId | None, group: str, subject: str) -> bool:
    """Teachers grade what they teach to whom they teach it; Luca itself has no actor."""
    if actor is None or WHOLE_SCHOOL & context.groups():
        return True
    return TEACHER in context.groups() and tenants.teaches(
        TeacherId(actor), GroupId(group), SubjectId(subject)
    )


def enrolments_for(
    actor: PersonId | None, course: Course, students: set[StudentId]
) -> dict[StudentId, Enrolment]:
    """Who of the students is in the course, and in which group.

    What is remembered never refuses: somebody may just have changed groups, and a refusal
    that costs no call would tell that the student exists.
    """
    of = course.subject, course.period
    known = tenants.enrolments_as_remembered(*of, students)
    good = {one: at for one, at in known.items() if may_grade(actor, at.group, course.subject)}
    return good | tenants.enrolments_now(*of, students - good.keys())


def check_may_grade(actor: PersonId | None, student: StudentId, group: str, subject: str) -> None:
    """Forbidden for a student whom the actor may see; others are as unknown as nobody."""
    if not may_grade(actor, group, subject):
        tenants.see_student(student)
        raise Forbidden("You do not teach this subject to this group.", code="foreign_group")


def check_writable(period: PeriodId) -> None:
    """Conflict for a period that is over, but for a school admin, who always gives a reason.

    While it is closing nobody writes: its grades are being made.
    """
    try:
        tenants.open_period(period)
    except Conflict:
        over = tenants.period(period).state is PeriodState.CLOSED
        if not (over and ADMIN in context.groups()):
            raise


def check_admin() -> None:
    """Rules and definitions concern the whole school."""
    if context.actor() is not None and ADMIN not in context.groups():
        raise Forbidden("Only a school admin may do this.")
