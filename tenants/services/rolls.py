"""What the office sees around one student, guardian or group: few reads, whatever it shows."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from luca.aws import audit
from luca.kernel.errors import Conflict, NotFound
from luca.kernel.ids import GroupId, GuardianId, StudentId, SubjectId, TeacherId
from tenants import rules
from tenants.domain import (
    CourseOfStudent,
    Enrolment,
    Group,
    Person,
    Role,
    Student,
    Teacher,
    Teaching,
)
from tenants.repository import enrolling as rosters
from tenants.repository import people, schools, studies
from tenants.services import access, enrolling
from tenants.services.catalogue import Catalogue, catalogue
from tenants.services.checks import well_formed


@dataclass(frozen=True, slots=True)
class Taught:
    """Who teaches a subject to a group; None: who is on record no more."""

    teaching: Teaching
    teacher: Person | None


@dataclass(frozen=True, slots=True)
class GroupSeen:
    group: Group
    students: Sequence[Student]
    taught: Sequence[Taught]
    names: Mapping[SubjectId, str]  # of the subjects taught that have one


@dataclass(frozen=True, slots=True)
class StudentSeen:
    """Whom a student belongs to and where they sit; `names` are the groups'."""

    guardians: Sequence[Person]
    groups: Sequence[GroupId]
    courses: Sequence[CourseOfStudent]
    names: dict[GroupId, str]
    known: Catalogue


def group_seen(identity: GroupId) -> GroupSeen:
    """A group with its students by name, and its teachers."""
    access.check_sees_all()
    members, taught = studies.of_group(identity) if well_formed(identity) else ([], [])
    group, known, named = studies.a_class(identity, members, taught)
    if group is None:
        raise NotFound("There is no such group.", code="group_not_found")
    audit.seen("members", f"group:{identity}")
    students = [one for one in known if isinstance(one, Student)]
    teachers = {one.id: one for one in known if isinstance(one, Teacher)}
    return GroupSeen(
        group,
        sorted(students, key=_by_name),
        [Taught(one, teachers.get(one.teacher)) for one in taught],
        {one.id: one.name for one in named},
    )


def student_seen(identity: StudentId) -> StudentSeen:
    """What lies around a student; of one who does not exist there is nothing."""
    access.check_sees_all()
    if not well_formed(identity):
        raise NotFound("There is no such student.", code="student_not_found")
    access.note_look(identity, "student")
    known_here = catalogue()
    names = {one.id: one.name for one in known_here.groups}
    guardians, courses = rosters.around(identity)
    known, joined = studies.around(identity, guardians, names)
    return StudentSeen(
        sorted(known, key=_by_name),
        sorted(joined),
        sorted(courses, key=lambda one: (one.period, one.subject)),
        names,
        known_here,
    )


def children_seen(identity: GuardianId) -> list[Person]:
    """The students whom a guardian answers for."""
    access.check_sees_all()
    children = studies.children_of(identity) if well_formed(identity) else []
    found = people.several(Role.STUDENT, children)
    for one in found:
        access.note_look(StudentId(one), "student")
    return sorted(found.values(), key=_by_name)


def taught_by(identity: TeacherId) -> list[tuple[Teaching, str, str]]:
    """What a teacher teaches, with the groups' names and the subjects'."""
    access.check_sees_all()
    known = catalogue()
    names = {one.id: one.name for one in known.groups}
    found = studies.teaching_of(identity) if well_formed(identity) else []
    return [
        (one, names.get(one.group, str(one.group)), known.subject(one.subject))
        for one in sorted(found)
    ]


def names_of(people_with_groups: Iterable[tuple[str, frozenset[str]]]) -> dict[str, str]:
    """What people with logins are called, as far as they are on record; by id."""
    access.check_sees_all()
    wanted = [
        (role, person)
        for person, groups in people_with_groups
        for role in Role
        if role.value.lower() in groups
    ]
    known = people.of_roles(wanted)
    return {one: found.full_name for (_role, one), found in known.items()}


def move_member(student: StudentId, before: GroupId, after: GroupId) -> int:
    """Move a student with the courses of open periods that they attend there; return how many.

    Safe to repeat: the courses go first, and who is in the new group already stays there.
    """
    access.check_sees_all()
    known = {one.id for one in schools.groups()}
    if before not in known or after not in known:
        raise NotFound("There is no such group.", code="group_not_found")
    if before == after:
        raise Conflict("The student is in this group already.")
    if not studies.are_members([(before, student)]):
        raise Conflict("The student is not in this group any more.")
    moved = _move_courses(student, before, after)
    note = audit.entry(audit.Action.GROUP_CHANGED, f"student:{student}", before=before, after=after)
    studies.move_member(student, before, after, note)
    return moved


def _move_courses(student: StudentId, before: GroupId, after: GroupId) -> int:
    going = {one.id for one in schools.periods() if one.is_open}
    own = [
        one
        for one in rosters.courses_of(student)
        if one.group == before and one.period in going and not one.withdrawn
    ]
    for one in own:
        enrolling.enrol(one.subject, one.period, [Enrolment(student, after)])
    return len(own)


def _by_name(person: Person) -> tuple[str, str]:
    return rules.folded(f"{person.family_name} {person.given_name}"), str(person.id)
