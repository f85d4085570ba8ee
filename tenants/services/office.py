"""What a school's office does with one person at a time: audited, and safe beside others.

Loading many is `people.add_students` and its kin; a file of them is `imports`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from luca.aws import audit, store
from luca.aws.audit import Action
from luca.aws.idempotency import Ticket
from luca.aws.store import Key
from luca.kernel import context
from luca.kernel.errors import Conflict, FieldError, Invalid, NotFound, PreconditionFailed
from luca.kernel.ids import GuardianId, StudentId
from tenants import rules
from tenants.domain import Guardian, Person, Role, Status
from tenants.repository import people as repository
from tenants.repository import saving, studies
from tenants.services import access, people
from tenants.services.checks import well_formed
from tenants.services.naming import check_given
from tenants.services.people import ATTEMPTS, TAKEN

MOST_CHILDREN = 10  # of one request; they share its transaction
CHANGED = "Somebody changed it since you read it."


def person(role: Role, identity: str) -> Person:
    """The student, teacher or guardian (with children), as stored now."""
    found = repository.get(role, identity) if well_formed(identity) else None
    if found is None:
        word = role.value.lower()
        raise NotFound(f"There is no such {word}.", code=f"{word}_not_found")
    if isinstance(found, Guardian):
        return replace(found, children=tuple(studies.children_of(found.id)))
    return found


def people_page(
    role: Role, *, limit: int, start: Key | None = None, status: Status | None = None
) -> tuple[list[Person], Key | None]:
    """A page of everybody of a role by family name; somebody new may take a moment to be in it.

    Of those who have left, or have not, a page may be short although more follow.
    """
    if role is Role.STUDENT:
        audit.seen("students", f"school:{context.school()}")
    page = repository.by_name(role, "", limit, start, status)
    return [repository.person_of(item) for item in page.items], page.next


def people_named(role: Role, ids: Iterable[str]) -> list[Person]:
    """Those of the people with these ids whom there are; guardians without their children."""
    found = repository.several(role, filter(well_formed, ids))
    if role is Role.STUDENT:
        for one in found:
            access.note_look(StudentId(one), "student")
    return list(found.values())


def add_person(person: Person, ticket: Ticket | None = None) -> Person:
    """Add somebody; Conflict when the id, the CURP or the external id is taken."""
    added = people.tidy(person)
    _refuse(added)
    children = added.children if isinstance(added, Guardian) else ()
    people.check_children([added] if isinstance(added, Guardian) else [])
    bare = replace(added, children=()) if isinstance(added, Guardian) else added
    stored = saving.Change(None, bare).saved
    answer = replace(stored, children=children) if isinstance(stored, Guardian) else stored

    def join(work: store.Transaction) -> None:
        studies.join_children(work, ((GuardianId(added.id), child) for child in children))
        audit.join(work, Action.PERSON_ADDED, about(added))
        if ticket is not None:
            ticket.join(work, answer)

    try:
        _save(saving.Change(None, bare), join)
    except saving.Outdated:
        raise _taken(["id"]) from None
    return answer


def change_person(
    role: Role,
    identity: str,
    fields: Mapping[str, Any],
    *,
    seen: int | None = None,
    reason: str = "",
) -> Person:
    """Change some fields of somebody; PreconditionFailed unless the version is the one seen."""
    check_given(reason, identity)
    for _ in range(ATTEMPTS):
        before = repository.get(role, identity) if well_formed(identity) else None
        if before is None:
            return person(role, identity)  # which says that there is none
        if seen is not None and before.version != seen:
            raise PreconditionFailed(CHANGED)
        after = people.tidy(replace(before, **fields))
        _refuse(after)
        changed = [name for name in fields if getattr(before, name) != getattr(after, name)]
        if changed:
            try:
                _save(saving.Change(before, after), _audited(after, changed, reason))
            except saving.Outdated:
                continue
        elif role is Role.STUDENT:
            access.note_look(StudentId(identity), "student")  # the answer is all that it was
        return person(role, identity)
    raise Conflict(CHANGED, code="changed_meanwhile")


def remove_person(role: Role, identity: str) -> None:
    """Delete a record with its look-ups and the words of the name; links and results stay.

    Not for the office, where people leave: for what the law wants erased.
    """
    found = repository.get(role, identity) if well_formed(identity) else None
    if found is None:
        person(role, identity)  # which says that there is none
        return
    try:
        saving.remove(found)
    except saving.Outdated:
        raise Conflict(CHANGED, code="changed_meanwhile") from None


def guardians_of(student: StudentId) -> list[Guardian]:
    """Who answers for a student: a few people, whole."""
    person(Role.STUDENT, student)
    access.note_look(student, "guardians")
    found = repository.several(Role.GUARDIAN, studies.guardians_of(student))
    return [one for _, one in sorted(found.items()) if isinstance(one, Guardian)]


def _audited(who: Person, changed: list[str], reason: str) -> saving.Join:
    fields = ",".join(sorted(changed))

    def join(work: store.Transaction) -> None:
        audit.join(work, Action.PERSON_CHANGED, about(who), reason=reason, fields=fields)

    return join


def look_up(*, email: str = "", curp: str = "", external_id: str = "") -> list[tuple[str, Person]]:
    """Everybody in this school who is known by it elsewhere, with their role."""
    found = _known_by(email, curp, external_id)
    for role, one in found:
        if role == Role.STUDENT.value:
            access.note_look(StudentId(one.id), "lookup")
    return found


def _known_by(email: str, curp: str, external_id: str) -> list[tuple[str, Person]]:
    if email:
        pairs = [(role, str(one)) for role, one in repository.by_email(email)]
        known = [(role, repository.get(Role(role), one)) for role, one in pairs if role in ROLES]
        return [(role, one) for role, one in known if one and _has(one, email)]
    if curp:
        student = people.student_by_curp(curp)
        return [] if student is None else [(Role.STUDENT.value, student)]
    found = [(role.value, repository.by_external_id(role, external_id)) for role in Role]
    return [(role, one) for role, one in found if one and one.external_id == external_id]


ROLES = frozenset(role.value for role in Role)


def link_child(guardian: GuardianId, child: StudentId) -> None:
    """From now on the guardian may see what the school knows of the student."""
    person(Role.GUARDIAN, guardian)
    person(Role.STUDENT, child)
    about = f"student:{child}"
    note = audit.entry(Action.FAMILY_CHANGED, about, guardian=guardian, linked="yes")
    studies.add_child(guardian, child, note)


def unlink_child(guardian: GuardianId, child: StudentId, *, reason: str = "") -> None:
    """End it at once; NotFound when they were not linked."""
    if child not in people.children_of(guardian):
        raise NotFound("The guardian has no such child.", code="child_not_found")
    check_given(reason, guardian, child)
    about = f"student:{child}"
    note = audit.entry(Action.FAMILY_CHANGED, about, reason=reason, guardian=guardian, linked="no")
    studies.remove_child(guardian, child, note)


def about(one: Person) -> str:
    """How the audit log names a person."""
    return f"{repository.ROLE[type(one)].value.lower()}:{one.id}"


def _has(one: Person, email: str) -> bool:
    return rules.normal_email(one.email) == rules.normal_email(email)


def _save(change: saving.Change, join: saving.Join) -> None:
    made = saving.plan([change])
    if made.taken:
        raise _taken([field for _, field in made.taken])
    try:
        saving.save(made, join)
    except saving.Claimed as error:
        raise _taken([field for _, field in error.taken]) from error


def _taken(fields: list[str]) -> Conflict:
    """Name the field and nobody: whose it is cannot be asked this way."""
    faults = tuple(FieldError(field, TAKEN) for field in fields)
    return Conflict("What must be unique in a school is taken.", code="taken", errors=faults)


def _refuse(one: Person) -> None:
    faults = rules.person_faults(one)
    if isinstance(one, Guardian) and len(one.children) > MOST_CHILDREN:
        faults.append(FieldError("children", f"At most {MOST_CHILDREN} at once."))
    if faults:
        raise Invalid("The person's data has faults.", errors=tuple(faults))
