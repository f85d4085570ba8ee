"""How a school's office arranges groups, teaching, enrolments and periods: checked and audited."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from luca.aws import audit
from luca.aws.audit import Action
from luca.aws.store import Key
from luca.kernel.errors import Conflict, FieldError, NotFound, PreconditionFailed
from luca.kernel.ids import GroupId, PeriodId, StudentId, SubjectId, TeacherId
from tenants.domain import Enrolment, EnrolmentChange, Group, Period, School, Teaching
from tenants.repository.enrolling import Moving
from tenants.repository.saving import Join
from tenants.rules.seen import mark
from tenants.services import access, enrolling, schools, studies
from tenants.services.naming import check_given

THERE = "There is one with this id already."
CHANGED = "Somebody changed it since you read it."


def create_group(group: Group) -> Group:
    if group.id in {one.id for one in schools.groups()}:
        fault = FieldError("id", THERE)
        raise Conflict("The group exists already.", code="group_exists", errors=(fault,))
    return _save_group(group)


def rename_group(identity: GroupId, name: str, *, seen: int | None = None) -> Group:
    """Call a group something else; `seen` is the `mark` of the group that was shown, None any."""
    for _ in range(schools.ATTEMPTS):
        before = schools.group(identity)
        if seen not in {None, mark(before)}:
            raise PreconditionFailed(CHANGED)
        try:
            return _save_group(replace(before, name=name), before, fields="name")
        except Conflict:
            continue  # somebody else renamed it meanwhile
    raise Conflict("Somebody keeps changing the group.", code="changed_meanwhile")


def _save_group(group: Group, seen: Group | None = None, **details: str) -> Group:
    note = audit.entry(Action.GROUP_CHANGED, f"group:{group.id}", **details)
    return schools.add_group(replace(group, name=group.name.strip()), note, seen=seen)


def add_member(group: GroupId, student: StudentId) -> None:
    note = audit.entry(Action.GROUP_CHANGED, f"group:{group}", student=student, member="yes")
    studies.add_member(group, student, note)


def remove_member(group: GroupId, student: StudentId, *, reason: str = "") -> None:
    schools.group(group)
    check_given(reason, student)
    note = audit.entry(
        Action.GROUP_CHANGED, f"group:{group}", reason=reason, student=student, member="no"
    )
    studies.remove_member(group, student, note)


def assign(group: GroupId, subject: SubjectId, teacher: TeacherId) -> Teaching:
    note = _note(Teaching(group, subject, teacher), teaches="yes")
    return studies.assign_teacher(group, subject, teacher, note)


def unassign(group: GroupId, subject: SubjectId, teacher: TeacherId, *, reason: str = "") -> None:
    """End it; NotFound when the teacher did not teach it to the group."""
    teaching = Teaching(group, subject, teacher)
    if teaching not in studies.taught_in(group):
        raise NotFound("Nobody teaches this to the group.", code="teaching_not_found")
    check_given(reason, teacher)
    note = _note(teaching, reason=reason, teaches="no")
    studies.unassign_teacher(group, subject, teacher, note)


def _note(one: Teaching, **details: str) -> Join:
    about, more = f"group:{one.group}", {"subject": one.subject, "teacher": one.teacher}
    return audit.entry(Action.TEACHING_CHANGED, about, **more, **details)


def teaching_in(group: GroupId) -> list[Teaching]:
    """Who teaches what to a group, of those that the actor may see."""
    if group not in {one.id for one in access.visible_groups()}:
        raise NotFound("There is no such group.", code="group_not_found")
    return studies.taught_in(group)


def enrol(subject: SubjectId, period: PeriodId, enrolments: Sequence[Enrolment]) -> int:
    """Enrol or move students, and return how many were not where they shall be."""

    def noted(some: Sequence[Moving]) -> Join:
        about = f"course:{subject}/{period}"
        return audit.entry(Action.ENROLMENT_CHANGED, about, enrolled=str(len(some)))

    return enrolling.enrol(subject, period, enrolments, noted)


def withdraw(subject: SubjectId, period: PeriodId, student: StudentId, *, reason: str = "") -> None:
    """Take a student off a roster; NotFound when they are not on it."""
    check_given(reason, student)
    about, course = f"student:{student}", f"{subject}:{period}"
    note = audit.entry(Action.ENROLMENT_CHANGED, about, reason=reason, withdrawn=course)
    if not enrolling.withdraw(subject, period, [student], lambda _: note):
        raise NotFound("The student is not enrolled.", code="enrolment_not_found")


def enrolment_history(
    student: StudentId, *, limit: int, start: Key | None
) -> tuple[list[EnrolmentChange], Key | None]:
    """A page of a student's history, to staff who may see the student."""
    access.visible_student(student)
    audit.seen("enrolments", f"student:{student}")
    return enrolling.history(student, limit=limit, start=start)


def create_period(period: Period) -> Period:
    if period.id in {one.id for one in schools.periods()}:
        fault = FieldError("id", THERE)
        raise Conflict("The period exists already.", code="period_exists", errors=(fault,))
    return schools.save_period(period, act=Action.PERIOD_CHANGED)


def change_period(
    identity: PeriodId, fields: Mapping[str, Any], *, seen: int | None = None
) -> Period:
    """Change a period's name or dates. Closing it is the business of grades.

    `seen` is the `mark` of the period that was shown, None any.
    """
    changed = ",".join(sorted(fields))
    for _ in range(schools.ATTEMPTS):
        before = schools.period(identity)
        if seen not in {None, mark(before)}:
            raise PreconditionFailed(CHANGED)
        if not before.is_open:
            raise Conflict("The period is closed: it stays as it is.", code="period_closed")
        after = replace(before, **fields)
        try:
            return schools.save_period(
                after, seen=before, act=Action.PERIOD_CHANGED, fields=changed
            )
        except Conflict:
            continue  # somebody else changed it meanwhile: change what they made of it
    raise Conflict("Somebody keeps changing the period.", code="changed_meanwhile")


def change_school(fields: Mapping[str, Any], *, seen: int | None = None) -> School:
    """Change the profile of the context's school; `seen` is the `mark` of what was shown."""

    def changed(before: School) -> School:
        if seen not in {None, mark(before)}:
            raise PreconditionFailed(CHANGED)
        return replace(before, **fields)

    return schools.change_school_profile(changed)
