"""Who is with whom: members of groups, who teaches them, guardians' children.

Each link is stored once for each end, so that both are found without an index.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from luca.aws import store
from luca.aws.table import TenantItem
from luca.kernel.ids import GroupId, GuardianId, StudentId, SubjectId, TeacherId
from tenants import keys
from tenants.domain import Group, Person, Subject, Teaching
from tenants.models import (
    ChildItem,
    ContactItem,
    GroupItem,
    LinkItem,
    MemberItem,
    PersonItem,
    SubjectItem,
    TaughtItem,
    TeachesItem,
)
from tenants.repository import people, saving, schools
from tenants.repository.saving import Join


def add_members(group: GroupId, students: Iterable[StudentId]) -> None:
    store.batch_put(_member(group, one) for one in students)


def add_member(group: GroupId, student: StudentId, join: Join) -> None:
    work = store.Transaction()
    work.put(_member(group, student))
    saving.commit(work, join)


def _member(group: GroupId, student: StudentId) -> MemberItem:
    return MemberItem(keys.group(group), keys.member(student), student=student)


def members(group: GroupId) -> list[StudentId]:
    return [StudentId(item.student) for item in _links(MemberItem, keys.group(group), keys.MEMBERS)]


def members_page(
    group: GroupId, limit: int, start: store.Key | None
) -> tuple[list[StudentId], store.Key | None]:
    sk = TenantItem.sk.startswith(keys.MEMBERS)
    page = store.query(MemberItem, keys.group(group), sk, consistent=True, limit=limit, start=start)
    return [StudentId(item.student) for item in page.items], page.next


def are_members(pairs: Iterable[tuple[GroupId, StudentId]]) -> set[tuple[GroupId, StudentId]]:
    """Return those of the pairs in which the student is a member of the group."""
    places = {(keys.group(group), keys.member(one)): (group, one) for group, one in pairs}
    found = store.batch_get(MemberItem, places, consistent=True)
    return {places[item.pk, item.sk] for item in found}


def remove_member(group: GroupId, student: StudentId, join: Join | None = None) -> None:
    work = store.Transaction()
    work.delete(_member(group, student))
    saving.commit(work, join)


def move_member(
    student: StudentId, before: GroupId, after: GroupId, join: Join | None = None
) -> None:
    work = store.Transaction()
    work.delete(_member(before, student))
    work.put(_member(after, student))
    saving.commit(work, join)


def of_group(group: GroupId) -> tuple[list[StudentId], list[Teaching]]:
    """Its members and who teaches it, in one go: a class, not a school."""
    found = list(store.every(TenantItem, keys.group(group), consistent=True))
    members = [StudentId(one.student) for one in found if isinstance(one, MemberItem)]
    taught = [
        Teaching(group, SubjectId(one.subject), TeacherId(one.teacher))
        for one in found
        if isinstance(one, TaughtItem)
    ]
    return members, taught


def a_class(
    group: GroupId, members: Iterable[StudentId], taught: Iterable[Teaching]
) -> tuple[Group | None, list[Person], list[Subject]]:
    """A group, who is in it or teaches it, and the subjects that have a name, in one go."""
    places = [(keys.config(), keys.group_listed(group))]
    places += [(keys.student(one), keys.PROFILE) for one in members]
    places += [(keys.teacher(one), keys.PROFILE) for one in {one.teacher for one in taught}]
    places += [(keys.config(), keys.subject_listed(one)) for one in {one.subject for one in taught}]
    found = list(store.batch_get(TenantItem, places, consistent=True))
    here = next((schools.group_of(one) for one in found if isinstance(one, GroupItem)), None)
    known = [people.person_of(one) for one in found if isinstance(one, PersonItem)]
    return here, known, [schools.subject_of(one) for one in found if isinstance(one, SubjectItem)]


def around(
    student: StudentId, guardians: Iterable[GuardianId], groups: Iterable[GroupId]
) -> tuple[list[Person], list[GroupId]]:
    """The guardians on record, and the groups that the student is in, in one go."""
    seats = {(keys.group(one), keys.member(student)): one for one in groups}
    places = [*seats, *((keys.guardian(one), keys.PROFILE) for one in guardians)]
    found = store.batch_get(TenantItem, places, consistent=True)
    known = [people.person_of(one) for one in found if isinstance(one, PersonItem)]
    return known, [seats[one.pk, one.sk] for one in found if isinstance(one, MemberItem)]


def add_teaching(one: Teaching, join: Join | None = None) -> None:
    known: Any = {"group": one.group, "subject": one.subject, "teacher": one.teacher}
    taught = keys.taught(one.subject, one.teacher)
    teaches = keys.teaches(one.group, one.subject)
    work = store.Transaction()
    work.put(TaughtItem(keys.group(one.group), taught, **known))
    work.put(TeachesItem(keys.teacher(one.teacher), teaches, **known))
    saving.commit(work, join)


def remove_teaching(one: Teaching, join: Join | None = None) -> None:
    work = store.Transaction()
    work.delete(TaughtItem(keys.group(one.group), keys.taught(one.subject, one.teacher)))
    work.delete(TeachesItem(keys.teacher(one.teacher), keys.teaches(one.group, one.subject)))
    saving.commit(work, join)


def teaching_of(teacher: TeacherId) -> list[Teaching]:
    links = _links(TeachesItem, keys.teacher(teacher), keys.TEACHES)
    return [Teaching(GroupId(x.group), SubjectId(x.subject), teacher) for x in links]


def taught(group: GroupId) -> list[Teaching]:
    links = _links(TaughtItem, keys.group(group), keys.TAUGHT)
    return [Teaching(group, SubjectId(x.subject), TeacherId(x.teacher)) for x in links]


def add_children(families: Iterable[tuple[GuardianId, StudentId]]) -> None:
    store.batch_put(_family(families))


def add_child(guardian: GuardianId, child: StudentId, join: Join) -> None:
    work = store.Transaction()
    join_children(work, [(guardian, child)])
    saving.commit(work, join)


def join_children(
    work: store.Transaction, families: Iterable[tuple[GuardianId, StudentId]]
) -> None:
    """Link them together with what the transaction writes, or neither."""
    for item in _family(families):
        work.put(item)


def _family(families: Iterable[tuple[GuardianId, StudentId]]) -> list[LinkItem]:
    links: list[LinkItem] = []
    for guardian, child in dict.fromkeys(families):
        known: Any = {"guardian": guardian, "student": child}
        links.append(ChildItem(keys.guardian(guardian), keys.child(child), **known))
        links.append(ContactItem(keys.student(child), keys.contact(guardian), **known))
    return links


def remove_child(guardian: GuardianId, child: StudentId, join: Join | None = None) -> None:
    work = store.Transaction()
    work.delete(ChildItem(keys.guardian(guardian), keys.child(child)))
    work.delete(ContactItem(keys.student(child), keys.contact(guardian)))
    saving.commit(work, join)


def are_children(
    pairs: Iterable[tuple[GuardianId, StudentId]],
) -> set[tuple[GuardianId, StudentId]]:
    """Return those of the pairs in which the student is a child of the guardian."""
    places = {(keys.guardian(one), keys.child(child)): (one, child) for one, child in pairs}
    found = store.batch_get(ChildItem, places, consistent=True)
    return {places[item.pk, item.sk] for item in found}


def children_of(guardian: GuardianId) -> list[StudentId]:
    links = _links(ChildItem, keys.guardian(guardian), keys.CHILDREN)
    return [StudentId(item.student) for item in links]


def guardians_of(student: StudentId) -> list[GuardianId]:
    links = _links(ContactItem, keys.student(student), keys.CONTACTS)
    return [GuardianId(item.guardian) for item in links]


def _links(model: type[LinkItem], place: str, beginning: str) -> Iterator[LinkItem]:
    sk = TenantItem.sk.startswith(beginning)
    return store.every(model, place, sk, consistent=True)
