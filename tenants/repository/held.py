"""Where a person's items lie, for an export or an erasure of everything about them.

A person is an id: whatever it is in the school (student, teacher, guardian), and the login
that acts under it. What lies in the person's own partitions is found there; this module
says what lies elsewhere. Mirrors are derived from the own items, so whoever erases removes
what this names first.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from luca.aws import store
from luca.aws.store import raw
from luca.aws.store.raw import Place, Raw
from tenants import keys, rules
from tenants.domain import Role
from tenants.models import AccountOrderItem, InvitationItem, WorkItem

STAFF = "STAFF"  # a login without a record as a person


def partitions(person: str) -> list[str]:
    """The keys under which everything is the person's own."""
    own = [keys.person(role.value, person) for role in Role]
    return [*own, keys.sessions(person)]


def elsewhere(person: str, groups: Iterable[str]) -> Iterator[Place]:
    """Where other items about the person may be; some of these do not exist."""
    for role in Role:
        for item in raw.partition(keys.person(role.value, person)):
            yield from _derived(role, person, item)
    for group in groups:
        yield keys.group(group), keys.member(person)  # type: ignore[arg-type]  # an id of any role
    yield from _login(person)


def admins() -> Place:
    """The one item in which the person is a member of a set."""
    return keys.config(), keys.ADMINS


def addresses(person: str) -> set[str]:
    """Every e-mail address under which the person may have a login."""
    places = [(one, keys.PROFILE) for one in partitions(person)]
    places += [(keys.account(person), keys.ONLY), *_work(person)]
    return {item["email"] for item in raw.several(places) if item.get("email")}


def _derived(role: Role, person: str, item: Raw) -> Iterator[Place]:
    kind = item.get("kind")
    if kind == role.value.lower():
        yield from _look_ups(role, person, item)
    elif kind in _MIRRORS:
        yield _MIRRORS[kind](person, item)


_MIRRORS: dict[str, Any] = {
    "contact": lambda me, x: (keys.guardian(x["guardian"]), keys.child(me)),
    "child": lambda me, x: (keys.student(x["student"]), keys.contact(me)),
    "teaches": lambda me, x: (keys.group(x["group"]), keys.taught(x["subject"], me)),
    "course_of_student": lambda me, x: (
        keys.course(x["subject"], x["period"]),
        keys.enrolled(me),
    ),
}


def _look_ups(role: Role, person: str, item: Raw) -> Iterator[Place]:
    for word in rules.words_of(item["given_name"], item.get("family_name") or ""):
        if len(word) >= keys.BUCKET:
            yield keys.words(role.value, word), keys.word(word, person)
    if item.get("email"):
        yield keys.email(rules.normal_email(item["email"])), keys.known_as(role.value, person)
    if item.get("curp"):
        yield keys.curp(item["curp"]), keys.ONLY
    if item.get("external_id"):
        yield keys.external(role.value, item["external_id"]), keys.ONLY


def _login(person: str) -> Iterator[Place]:
    for address in addresses(person):
        normal = rules.normal_email(address)
        yield keys.login(normal), keys.ONLY
        for role in (*(one.value for one in Role), STAFF):
            yield keys.email(normal), keys.known_as(role, person)
    yield from _work(person)
    yield keys.account(person), keys.ONLY


def _work(person: str) -> Iterator[Place]:
    """Invitations and orders; the indexes are some milliseconds behind."""
    for one in store.every(InvitationItem, keys.invitations(), index="GSI1"):
        if one.person == person:
            yield one.pk, one.sk
    mine = WorkItem.gsi1sk.startswith(keys.account_orders_of(person))
    for order in store.every(AccountOrderItem, keys.account_orders(), mine, index="GSI1"):
        yield order.pk, order.sk
