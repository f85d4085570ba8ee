"""Taking an import back: each row becomes what it was, unless somebody has gone on from it.

Safe to repeat: a row that is what it was before is done.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from luca.aws import audit
from luca.aws.audit import Action
from luca.kernel.errors import Conflict
from luca.kernel.ids import GroupId, GuardianId, PeriodId, StudentId, SubjectId
from tenants import keys
from tenants.domain import Course, Enrolment, Person, Role
from tenants.domain.imports import ImportState, Left
from tenants.repository import accounts, enrolling, saving, schools, studies
from tenants.repository import imports as repository
from tenants.repository import people as items
from tenants.rules.sheets import Kind
from tenants.services import enrolling as enrolments
from tenants.services.imports.desk import GONE, people_import
from tenants.services.imports.people import TOLD
from tenants.services.office import about

Row = Mapping[str, Any]
ROLES = {
    Kind.STUDENTS: Role.STUDENT,
    Kind.TEACHERS: Role.TEACHER,
    Kind.GUARDIANS: Role.GUARDIAN,
}


def undo_now(identity: str, tell: Callable[[int, int], None]) -> dict[str, int]:
    """Take rows back; return how many, and why others are left as they are."""
    made = people_import(identity)
    if made.state is not ImportState.UNDOING:
        return {}
    rows = repository.before(identity)
    if rows is None:
        raise Conflict(GONE, code="table_gone")
    left: Counter[str] = Counter()
    groups = [one.id for one in schools.groups()]
    for number, (name, row) in enumerate(rows.items()):
        cause = _undo(Kind(made.kind), name, row, groups)
        if cause is not None:
            left[cause.value] += 1
        tell(number + 1, len(rows))
    repository.change(made, state=ImportState.UNDONE, left=dict(left))
    return {"undone": len(rows) - left.total(), **left}


def _undo(kind: Kind, name: str, row: Row, groups: list[GroupId]) -> Left | None:
    if kind is Kind.GROUPS:
        return _group(name, row)
    if kind is Kind.ENROLMENTS:
        return _enrolment(name, row)
    role = ROLES[kind]
    now = items.get(role, name)
    try:
        if row["before"] is None:
            return _new(role, name, row, now, groups)
        return _changed(role, row, now)
    except (saving.Outdated, saving.Claimed):
        return Left.CHANGED


def _new(role: Role, name: str, row: Row, now: Person | None, groups: list[GroupId]) -> Left | None:
    """Remove somebody whom the import added, if nothing hangs on them."""
    if now is not None:
        if now.left_on is not None or _told(now) != row["after"]:
            return Left.CHANGED
        if _is_used(role, name, row, groups):
            return Left.USED
    _unlink(role, row)
    if now is not None:
        saving.remove(now)
    return None


def _is_used(role: Role, name: str, row: Row, groups: list[GroupId]) -> bool:
    own = {keys.PROFILE}
    if role is Role.GUARDIAN:
        own |= {keys.child(StudentId(child)) for _, child in row["links"]}
    if items.hanging(role, name) - own or accounts.get(name) is not None:
        return True
    if role is not Role.STUDENT:
        return False
    joined = studies.are_members((group, StudentId(name)) for group in groups)
    return bool({(str(group), str(one)) for group, one in joined} - {*map(tuple, row["links"])})


def _changed(role: Role, row: Row, now: Person | None) -> Left | None:
    """Put back the fields that the import changed, and no other."""
    fields = {x: v for x, v in row["before"].items() if v != row["after"].get(x, "")}
    told = _told(now)
    is_so = all(told.get(x) == value for x, value in fields.items())
    if now is None or not (is_so or all(told[x] == row["after"][x] for x in fields)):
        return Left.CHANGED
    _unlink(role, row)
    if not is_so:
        names = ",".join(sorted(fields))
        note = audit.entry(Action.PERSON_CHANGED, about(now), fields=names)
        made = saving.plan([saving.Change(now, replace(now, **fields))])
        if made.taken:
            return Left.CHANGED
        saving.save(made, note)
    return None


def _told(person: Person | None) -> dict[str, str]:
    return {} if person is None else {name: getattr(person, name, "") for name in TOLD}


def _unlink(role: Role, row: Row) -> None:
    """Take back what the import connected."""
    for one, other in row["links"]:
        if role is Role.STUDENT:
            studies.remove_member(GroupId(one), StudentId(other))
        else:
            studies.remove_child(GuardianId(one), StudentId(other))


def _group(name: str, row: Row) -> Left | None:
    """A group gets its name back; a new one stays, for rosters and teachers may name it."""
    now = schools.group(GroupId(name))
    if row["before"] is None:
        return Left.GROUP
    if now is None or now.name not in {row["before"]["name"], row["after"]["name"]}:
        return Left.CHANGED
    schools.save_group(replace(now, name=row["before"]["name"]))
    return None


def _enrolment(name: str, row: Row) -> Left | None:
    student, subject, period = name.split("/")
    course = Course(SubjectId(subject), PeriodId(period))
    known = enrolling.enrolments(course, [StudentId(student)]).get(StudentId(student))
    now = str(known.group) if known else None
    was = row["before"]["group"] if row["before"] else None
    if now == was:
        return None
    if now != row["after"]["group"]:
        return Left.CHANGED
    try:
        if was is None:
            enrolments.withdraw(course.subject, course.period, [StudentId(student)])
        else:
            back = Enrolment(StudentId(student), GroupId(was))
            enrolments.enrol(course.subject, course.period, [back])
    except Conflict:
        return Left.CLOSED
    return None
