"""Finding people: by id, by name, by what other systems know them by.

`tenants.repository.saving` writes them.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from luca.aws import store
from luca.aws.table import TenantItem
from luca.kernel.ids import GuardianId, PersonId, StudentId, TeacherId
from tenants import keys, rules
from tenants.domain import Guardian, Listed, Person, Role, Status, Student, Teacher
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

STANDING = {
    Status.ACTIVE: PersonItem.left_on.does_not_exist(),
    Status.LEFT: PersonItem.left_on.exists(),
}


def get(role: Role, identity: str) -> Person | None:
    found = store.get(ITEM[role], keys.person(role, identity), keys.PROFILE, consistent=True)
    return None if found is None else person_of(found)


def of_roles(wanted: Iterable[tuple[Role, str]]) -> dict[tuple[Role, str], Person]:
    """People of several roles in one go."""
    places = [(keys.person(role, one), keys.PROFILE) for role, one in wanted]
    found = store.batch_get(TenantItem, places, consistent=True)
    people = [person_of(item) for item in found if isinstance(item, PersonItem)]
    return {(ROLE[type(one)], str(one.id)): one for one in people}


def several(role: Role, identities: Iterable[str]) -> dict[str, Person]:
    places = [(keys.person(role, one), keys.PROFILE) for one in identities]
    found = store.batch_get(ITEM[role], places, consistent=True)
    return {item.id: person_of(item) for item in found}


def hanging(role: Role, identity: str) -> set[str]:
    """The sort keys of what is stored about somebody in their own place: some dozens will do."""
    page = store.query(TenantItem, keys.person(role, identity), consistent=True, limit=50)
    return {item.sk for item in page.items}


def by_curp(curp: str) -> Person | None:
    return _looked_up(keys.curp(rules.normal_code(curp)))


def by_external_id(role: Role, identity: str) -> Person | None:
    return _looked_up(keys.external(role, identity))


def by_email(address: str) -> list[tuple[str, PersonId]]:
    """The role and id of everybody with this address: siblings may share a parent's."""
    found = store.every(LookupItem, keys.email(rules.normal_email(address)), consistent=True)
    return [(item.role, PersonId(item.person)) for item in found]


def add_email(address: str, role: str, person: str) -> None:
    store.put(email_item(address, role, person))


def by_name(
    role: Role,
    beginning: str,
    limit: int,
    start: store.Key | None,
    status: Status | None = None,
) -> store.Page[PersonItem]:
    """One page of people by folded name; the index is some milliseconds behind."""
    sk = PersonItem.gsi1sk.startswith(beginning) if beginning else None
    where = None if status is None else STANDING[status]
    place = keys.people(role)
    return store.query(ITEM[role], place, sk, index="GSI1", limit=limit, start=start, where=where)


def ids(role: Role) -> Iterator[str]:
    """The id of everybody of a role, and nothing else of them."""
    for pk, _ in store.places(ITEM[role], keys.people(role), index="GSI1"):
        yield keys.person_of(pk)


def number(role: Role) -> int:
    return store.count(ITEM[role], keys.people(role), index="GSI1")


def listed(role: Role, item: PersonItem) -> Listed:
    return Listed(PersonId(item.id), role, full_name(item.given_name, item.family_name or ""))


def full_name(given: str, family: str) -> str:
    return f"{given} {family}".strip()


def _looked_up(place: str) -> Person | None:
    found = store.get(LookupItem, place, keys.ONLY, consistent=True)
    return None if found is None else get(Role(found.role), found.person)


def email_item(address: str, role: str, person: str) -> LookupItem:
    place = keys.email(rules.normal_email(address))
    return LookupItem(place, keys.known_as(role, person), role=role, person=person)


def person_of(item: PersonItem) -> Person:
    common: Any = {
        "given_name": item.given_name,
        "family_name": item.family_name or "",
        "external_id": item.external_id or "",
        "email": item.email or "",
        "left_on": date.fromisoformat(item.left_on) if item.left_on else None,
        "version": item.version or 0,
    }
    if isinstance(item, StudentItem):
        return Student(StudentId(item.id), curp=item.curp or "", **common)
    if isinstance(item, TeacherItem):
        return Teacher(TeacherId(item.id), **common)
    return Guardian(GuardianId(item.id), **common)
