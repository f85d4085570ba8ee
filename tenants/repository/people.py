"""People, and the look-ups that find them by what other systems know them by."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from luca.aws import store
from luca.kernel.ids import GuardianId, PersonId, StudentId, TeacherId
from luca.kernel.iterate import chunks
from tenants import keys, rules
from tenants.domain import Guardian, Listed, Person, Role, Student, Teacher
from tenants.models import GuardianItem, LookupItem, PersonItem, StudentItem, TeacherItem

ROLE: Mapping[type[Person], Role] = {
    Student: Role.STUDENT,
    Teacher: Role.TEACHER,
    Guardian: Role.GUARDIAN,
}
ITEM: Mapping[Role, type[PersonItem]] = {
    Role.STUDENT: StudentItem,
    Role.TEACHER: TeacherItem,
    Role.GUARDIAN: GuardianItem,
}
Claim = tuple[str, str]  # a look-up's partition key, and the field it comes from


class Claimed(Exception):
    """A CURP or an external id is somebody else's already."""

    def __init__(self, claims: list[tuple[str, str]]) -> None:
        super().__init__("A look-up belongs to somebody else.")
        self.claims = claims  # (the person who wanted it, the field)


def get(role: Role, identity: str) -> Person | None:
    found = store.get(ITEM[role], keys.person(role, identity), keys.PROFILE, consistent=True)
    return None if found is None else _person(found)


def several(role: Role, identities: Iterable[str]) -> dict[str, Person]:
    places = [(keys.person(role, one), keys.PROFILE) for one in identities]
    found = store.batch_get(ITEM[role], places, consistent=True)
    return {item.id: _person(item) for item in found}


def save(people: Sequence[Person], replaced: Mapping[str, Person]) -> None:
    """Write people and their look-ups; raise Claimed before any person is written.

    The unique look-ups come first, each only if nobody else holds it: two imports
    at once cannot both give a CURP away. What a person no longer holds goes last.
    """
    _claim(people, replaced)
    store.batch_put(_email_lookup(person) for person in people if person.email)
    store.batch_put(_item(person) for person in people)
    for person in people:
        _release(replaced.get(person.id), person)


def by_curp(curp: str) -> Person | None:
    return _looked_up(keys.curp(rules.normal_code(curp)))


def by_external_id(role: Role, identity: str) -> Person | None:
    return _looked_up(keys.external(role, identity))


def by_email(address: str) -> list[tuple[str, PersonId]]:
    """The role and id of everybody with this address: siblings may share a parent's."""
    found = store.every(LookupItem, keys.email(rules.normal_email(address)), consistent=True)
    return [(item.role, PersonId(item.person)) for item in found]


def add_email(address: str, role: str, person: str) -> None:
    store.put(_email(address, role, person))


def by_name(
    role: Role, beginning: str, limit: int, start: store.Key | None
) -> store.Page[PersonItem]:
    """One page of people by folded name; the index is some milliseconds behind."""
    sk = PersonItem.gsi1sk.startswith(beginning) if beginning else None
    return store.query(ITEM[role], keys.people(role), sk, index="GSI1", limit=limit, start=start)


def listed(role: Role, item: PersonItem) -> Listed:
    return Listed(PersonId(item.id), role, full_name(item.given_name, item.family_name or ""))


def full_name(given: str, family: str) -> str:
    return f"{given} {family}".strip()


def _claim(people: Sequence[Person], replaced: Mapping[str, Person]) -> None:
    for some in chunks(_new_claims(people, replaced), store.LIMIT):
        work = store.Transaction()
        for n, (person, (place, _)) in enumerate(some):
            mine = LookupItem.pk.does_not_exist() | (LookupItem.person == person.id)
            role = ROLE[type(person)]
            item = LookupItem(place, keys.ONLY, role=role.value, person=person.id)
            work.put(item, mine, name=str(n))
        try:
            store.patiently(work)
        except store.ConditionFailed as error:
            refused = [some[int(name)] for name in sorted(error.failed)]
            raise Claimed([(person.id, field) for person, (_, field) in refused]) from error


def _new_claims(
    people: Sequence[Person], replaced: Mapping[str, Person]
) -> Iterator[tuple[Person, Claim]]:
    for person in people:
        held = set(_unique(replaced.get(person.id)))
        yield from ((person, claim) for claim in _unique(person) if claim not in held)


def _unique(person: Person | None) -> Iterator[Claim]:
    if person is None:
        return
    if isinstance(person, Student) and person.curp:
        yield keys.curp(person.curp), "curp"
    if person.external_id:
        yield keys.external(ROLE[type(person)], person.external_id), "external_id"


def _release(before: Person | None, after: Person) -> None:
    if before is None:
        return
    kept = set(_unique(after))
    for place, _ in set(_unique(before)) - kept:
        _drop(LookupItem(place, keys.ONLY), of=before.id)
    if before.email and rules.normal_email(before.email) != rules.normal_email(after.email):
        role = ROLE[type(before)].value
        _drop(_email(before.email, role, before.id), of=before.id)


def _drop(item: LookupItem, *, of: str) -> None:
    """Delete a look-up, unless somebody else has taken it over meanwhile."""
    try:
        store.delete(item, LookupItem.person == of)
    except store.ConditionFailed:
        return


def _looked_up(place: str) -> Person | None:
    found = store.get(LookupItem, place, keys.ONLY, consistent=True)
    return None if found is None else get(Role(found.role), found.person)


def _email_lookup(person: Person) -> LookupItem:
    return _email(person.email, ROLE[type(person)].value, person.id)


def _email(address: str, role: str, person: str) -> LookupItem:
    place = keys.email(rules.normal_email(address))
    return LookupItem(place, keys.known_as(role, person), role=role, person=person)


def _item(person: Person) -> PersonItem:
    role = ROLE[type(person)]
    return ITEM[role](
        keys.person(role, person.id),
        keys.PROFILE,
        id=person.id,
        given_name=person.given_name,
        family_name=person.family_name or None,
        external_id=person.external_id or None,
        email=person.email or None,
        curp=(person.curp or None) if isinstance(person, Student) else None,
        gsi1pk=keys.people(role),
        gsi1sk=keys.by_name(rules.folded(f"{person.family_name} {person.given_name}"), person.id),
    )


def _person(item: PersonItem) -> Person:
    common: Any = {
        "given_name": item.given_name,
        "family_name": item.family_name or "",
        "external_id": item.external_id or "",
        "email": item.email or "",
    }
    if isinstance(item, StudentItem):
        return Student(StudentId(item.id), curp=item.curp or "", **common)
    if isinstance(item, TeacherItem):
        return Teacher(TeacherId(item.id), **common)
    return Guardian(GuardianId(item.id), **common)
