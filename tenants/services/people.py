"""Students, teachers and guardians."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

from luca.aws.store import Key
from luca.kernel.errors import Conflict, FieldError, Invalid, NotFound
from luca.kernel.ids import GuardianId, PersonId, StudentId, TeacherId
from tenants import rules
from tenants.domain import Guardian, Listed, Person, Role, Student, Teacher
from tenants.repository import people as repository
from tenants.repository import saving, studies
from tenants.services.checks import well_formed

P = TypeVar("P", bound=Person)
PAGE = 50
ATTEMPTS = 8  # before it is said that others change the same people all the time
TAKEN = "Somebody else in the school has it already."


def add_students(students: Iterable[Student]) -> int:
    """Add students or replace what is known of them; return how many changed.

    All are checked before one is written. Repeating it changes nothing.
    """
    return _add(Role.STUDENT, [tidy(one) for one in students])


def add_teachers(teachers: Iterable[Teacher]) -> int:
    return _add(Role.TEACHER, [tidy(one) for one in teachers])


def add_guardians(guardians: Iterable[Guardian]) -> int:
    """Add guardians, and the children each names to those known already."""
    given = [tidy(one) for one in guardians]
    check_children(given)
    changed = _add(Role.GUARDIAN, [replace(one, children=()) for one in given])
    studies.add_children((one.id, child) for one in given for child in one.children)
    return changed


def student(identity: StudentId) -> Student:
    found = _get(Role.STUDENT, identity)
    if not isinstance(found, Student):
        raise NotFound("There is no such student.", code="student_not_found")
    return found


def students(identities: Iterable[StudentId]) -> dict[StudentId, Student]:
    """Return those of the students that exist; one call of the store for a hundred."""
    found = repository.several(Role.STUDENT, filter(well_formed, identities))
    return {one.id: one for one in found.values() if isinstance(one, Student)}


def teacher(identity: TeacherId) -> Teacher:
    found = _get(Role.TEACHER, identity)
    if not isinstance(found, Teacher):
        raise NotFound("There is no such teacher.", code="teacher_not_found")
    return found


def staff_names(identities: Iterable[str]) -> dict[str, str]:
    """Who of them the school knows as a teacher, by name; one call of the store for a hundred."""
    found = repository.several(Role.TEACHER, filter(well_formed, identities))
    return {one.id: one.full_name for one in found.values()}


def guardian(identity: GuardianId) -> Guardian:
    found = _get(Role.GUARDIAN, identity)
    if not isinstance(found, Guardian):
        raise NotFound("There is no such guardian.", code="guardian_not_found")
    return replace(found, children=tuple(studies.children_of(identity)))


def children_of(identity: GuardianId) -> list[StudentId]:
    return studies.children_of(identity) if well_formed(identity) else []


def student_by_curp(curp: str) -> Student | None:
    found = repository.by_curp(curp)
    same = isinstance(found, Student) and found.curp == rules.normal_code(curp)
    return found if same and isinstance(found, Student) else None


def student_by_external_id(identity: str) -> Student | None:
    found = repository.by_external_id(Role.STUDENT, identity)
    return found if isinstance(found, Student) and found.external_id == identity else None


def teacher_by_external_id(identity: str) -> Teacher | None:
    found = repository.by_external_id(Role.TEACHER, identity)
    return found if isinstance(found, Teacher) and found.external_id == identity else None


def people_by_email(address: str) -> list[tuple[str, PersonId]]:
    """The role and id of everybody in this school who is reached there."""
    return repository.by_email(address)


def people_by_name(
    role: Role, beginning: str = "", *, limit: int = PAGE, start: Key | None = None
) -> tuple[list[Listed], Key | None]:
    """A page of people by family name, accents and case ignored, and where the next starts."""
    page = repository.by_name(role, rules.folded(beginning), limit, start)
    return [repository.listed(role, item) for item in page.items], page.next


def _get(role: Role, identity: str) -> Person | None:
    return repository.get(role, identity) if well_formed(identity) else None


def tidy(person: P) -> P:
    """Return a person as they are kept; people type a CURP in lower case."""
    plain = replace(
        person,
        given_name=rules.tidy_name(person.given_name),
        family_name=rules.tidy_name(person.family_name),
        external_id=person.external_id.strip(),
        email=person.email.strip(),
    )
    if isinstance(plain, Student):
        return replace(plain, curp=rules.normal_code(plain.curp))
    return plain


def _add(role: Role, people: Sequence[Person]) -> int:
    _refuse(_faults(people))
    unique: dict[str, Person] = {person.id: person for person in people}
    changed: set[str] = set()
    for _ in range(ATTEMPTS):
        made = saving.plan(_changes(role, unique))
        changed |= {change.after.id for change in made.changes}
        try:
            _refuse_taken(made.taken, people)
            saving.save(made)
        except saving.Outdated:
            continue  # somebody else saved one of them meanwhile: look again
        except saving.Claimed as error:
            _refuse_taken(error.taken, people)
        return len(changed)
    raise Conflict("Somebody keeps changing the same people.", code="changed_meanwhile")


def _changes(role: Role, wanted: Mapping[str, Person]) -> list[saving.Change]:
    """Return what differs from what is stored. Who has left stays away until taken back."""
    stored = repository.several(role, wanted)
    found = []
    for one in wanted.values():
        before = stored.get(one.id)
        after = one
        if before is not None and one.left_on is None:
            after = replace(one, left_on=before.left_on)
        if after != before or not before.version:
            found.append(saving.Change(before, after))
    return found


def _refuse_taken(taken: Sequence[saving.Taken], people: Sequence[Person]) -> None:
    rows: dict[str, int] = {person.id: n for n, person in enumerate(people)}
    faults = tuple(FieldError(f"{rows[person]}.{field}", TAKEN) for person, field in taken)
    if faults:
        raise Conflict("What must be unique in a school is taken.", code="taken", errors=faults)


def _refuse(faults: Sequence[FieldError]) -> None:
    if faults:
        raise Invalid("Some people's data has faults; nothing was stored.", errors=tuple(faults))


def _faults(people: Sequence[Person]) -> list[FieldError]:
    found = [
        FieldError(f"{n}.{fault.field}", fault.message)
        for n, person in enumerate(people)
        for fault in rules.person_faults(person)
    ]
    for field, value in (
        ("curp", lambda one: getattr(one, "curp", "")),
        ("external_id", lambda one: one.external_id),
    ):
        found += _repeated(people, field, value)
    return found


def _repeated(
    people: Sequence[Person], field: str, value: Callable[[Person], str]
) -> list[FieldError]:
    """Two people of one call cannot hold the same CURP; one person twice can."""
    holders: dict[str, str] = {}
    return [
        FieldError(f"{n}.{field}", "Somebody else in this list has it too.")
        for n, person in enumerate(people)
        if value(person) and holders.setdefault(value(person), person.id) != person.id
    ]


def check_children(guardians: Sequence[Guardian]) -> None:
    """Refuse children who are no students of the school."""
    known = students(child for one in guardians for child in one.children)
    _refuse(
        [
            FieldError(f"{n}.children.{m}", "There is no such student.")
            for n, one in enumerate(guardians)
            for m, child in enumerate(one.children)
            if child not in known
        ]
    )
