"""Whose verdict hangs on little: what staff look at before grades are final."""

from grades import rules
from grades.domain.reports import BoundaryRow
from grades.repository import grades
from grades.services.access import may_grade
from luca.kernel import context
from luca.kernel.errors import NotFound
from luca.kernel.ids import GroupId, PeriodId, SubjectId
from tenants import services as tenants
from tenants.domain import Course


def boundary_rows(
    group: GroupId, period: PeriodId, subject: SubjectId | None = None
) -> list[BoundaryRow]:
    """The students of a group near a threshold, by subject and name; of what the actor teaches.

    Of stored grades only: who has none yet is not on the list.
    """
    if subject is not None:
        return _of_course(Course(subject, period), group)
    if group not in {one.id for one in tenants.visible_groups()}:
        raise NotFound("There is no such group.", code="group_not_found")
    tenants.period(period)
    taught = [
        one
        for one in tenants.courses(period)
        if may_grade(context.actor(), group, one.subject)
        and any(seat.group == group for seat in tenants.roster(one.subject, one.period))
    ]
    return [row for course in sorted(taught) for row in _of_course(course, group)]


def _of_course(course: Course, group: GroupId) -> list[BoundaryRow]:
    students = tenants.visible_class(course, group, "boundary").students
    known = grades.several([one.id for one in students], course)
    told = grades.present_versions(known.values())
    rows = []
    for student in students:
        version = told.get((student.id, course))
        near = None if version is None else rules.boundary(version.trace)
        if version is not None and near is not None:
            rows.append(
                BoundaryRow(student, course.subject, version.version, version.calculated, near)
            )
    return rows
