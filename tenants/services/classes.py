"""The students of a group, of all of it or in one course, as a class list has them."""

from collections.abc import Iterable

from luca.aws import audit
from luca.kernel import context
from luca.kernel.errors import NotFound
from luca.kernel.ids import GroupId, TeacherId
from tenants import rules
from tenants.domain import ClassList, Course, Student
from tenants.services import access, cached, enrolling, people, schools, studies

_lists: cached.Remembered[ClassList] = cached.Remembered(cached.LINKS)
NOBODY = ClassList(())


def visible_class(course: Course, group: GroupId, what: str) -> ClassList:
    """Whoever attends a course in a group, to those who teach it there; a look that is recorded.

    It is remembered for half a minute. `what` is the word for what is looked at.
    """
    _check_teaches(course, group)
    found = _lists.fetch((course, group), lambda: _existing(course, group))
    audit.seen(what, f"course:{course.subject}/{course.period}/{group}")
    return found or NOBODY


def class_now(course: Course, group: GroupId) -> ClassList:
    """The same, read anew: for those who are about to write."""
    _check_teaches(course, group)
    return _existing(course, group) or NOBODY


def visible_members(group: GroupId, what: str) -> list[Student]:
    """Everybody in a group by name, to those who teach it; a look that is recorded."""
    access.check_sees(group)
    audit.seen(what, f"group:{group}")
    return sorted(people.students(studies.members(group)).values(), key=_by_name)


def _check_teaches(course: Course, group: GroupId) -> None:
    """Who does not teach it there learns nothing, not even whether the group exists."""
    actor = context.actor()
    if access.sees_all():
        return
    teaches = "teacher" in context.groups() and studies.teaches(
        TeacherId(str(actor)), group, course.subject
    )
    if not teaches:
        raise NotFound("There is no such group.", code="group_not_found")


def _existing(course: Course, group: GroupId) -> ClassList | None:
    """None when nobody attends; NotFound when there is no such course or group."""
    roster = enrolling.roster(course.subject, course.period)
    seated = {one.student: one for one in roster if one.group == group}
    if not seated:
        schools.group(group)
        studies.course(course.subject, course.period)
        return None
    known = people.students(seated)
    moved = frozenset(one.student for one in seated.values() if one.moved)
    return ClassList(tuple(sorted(known.values(), key=_by_name)), moved)


def as_listed(students: Iterable[Student]) -> list[Student]:
    """In the order of a class list: by name, accents and case ignored."""
    return sorted(students, key=_by_name)


def _by_name(student: Student) -> tuple[str, str]:
    return rules.folded(f"{student.family_name} {student.given_name}"), student.id
