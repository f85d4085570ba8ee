"""Writing people: record, look-ups and the words of the name, in one transaction or not at all.

So a search never misses somebody who exists, nobody is half renamed, and a CURP
is not kept for a person who was refused. Several people share a transaction.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from luca.aws import store
from tenants import keys, rules
from tenants.domain import Person, Role, Student
from tenants.models import LookupItem, PersonItem, WordItem
from tenants.repository.people import ITEM, ROLE, email_item, several

ROOM = store.LIMIT - 2  # parts of a transaction; an audit entry and an answer may join it
Join = Callable[[store.Transaction], None]
Taken = tuple[str, str]  # whose change it is, and the field that is somebody else's


@dataclass(frozen=True, slots=True)
class Change:
    """What a person was, as it was read, and what they shall be."""

    before: Person | None
    after: Person

    @property
    def saved(self) -> Person:
        """The person as they are once this is written."""
        return replace(self.after, version=(self.before.version if self.before else 0) + 1)


class Claimed(Exception):
    """A CURP or an external id is somebody else's already."""

    def __init__(self, taken: list[Taken]) -> None:
        super().__init__("A look-up belongs to somebody else.")
        self.taken = taken


class Outdated(Exception):
    """Somebody was changed after they had been read."""


@dataclass(frozen=True, slots=True)
class _Claim:
    """A look-up that a change needs for itself alone."""

    change: Change
    field: str
    place: str
    orphan_of: str = ""  # who holds it and no longer has the value


@dataclass(slots=True)
class Plan:
    """Changes with their claims, judged against what the school holds."""

    changes: list[Change]
    claims: dict[str, list[_Claim]] = field(default_factory=dict)  # by person
    taken: list[Taken] = field(default_factory=list)


def plan(changes: Iterable[Change]) -> Plan:
    """Ask who holds the CURPs and external ids that the changes bring; nothing is written."""
    made = Plan(list(changes))
    claims = [claim for change in made.changes for claim in _new_claims(change)]
    held = {
        item.pk: item
        for item in store.batch_get(
            LookupItem, ((one.place, keys.ONLY) for one in claims), consistent=True
        )
    }
    others = {
        one.place: held[one.place]
        for one in claims
        if one.place in held and held[one.place].person != one.change.after.id
    }
    alive = _really_held(others.values())
    for one in claims:
        other = others.get(one.place)
        if other is not None and one.place in alive:
            made.taken.append((one.change.after.id, one.field))
        else:
            known = replace(one, orphan_of=other.person if other else "")
            made.claims.setdefault(one.change.after.id, []).append(known)
    return made


class _Part(NamedTuple):
    """One item of a transaction."""

    item: Any
    condition: Any = None
    name: str = ""  # what was refused, if the condition fails
    gone: bool = False


def save(made: Plan, join: Join | None = None, tick: Callable[[int], object] = int) -> None:
    """Write the changes of a plan: each wholly or not at all, in their order.

    Raise Outdated when somebody was changed since they were read, Claimed when a
    look-up was taken since the plan was made; what was written before stays.
    """
    for some in _packed(made):
        changes = [change for change, _ in some]
        _commit([parts for _, parts in some], changes, join)
        for change in changes:
            _release(change)
        tick(len(changes))


def commit(work: store.Transaction, join: Join | None) -> None:
    """Write what is in a transaction, with what may join it."""
    if join is not None:
        join(work)
    store.patiently(work)


def remove(person: Person, join: Join | None = None) -> None:
    """Delete the record as it was read, its look-ups and the words of the name."""
    gone = [
        _Part(_item(person), _unchanged(person), gone=True),
        *(_Part(item, gone=True) for item in _word_items(person, _words(person))),
    ]
    _commit([gone], [Change(person, person)], join)
    nobody = replace(person, external_id="", email="")
    _release(Change(person, replace(nobody, curp="") if isinstance(nobody, Student) else nobody))


def _packed(made: Plan) -> Iterator[list[tuple[Change, list[_Part]]]]:
    """Yield as many changes as fit one transaction, again and again."""
    some: list[tuple[Change, list[_Part]]] = []
    full = 0
    for change in made.changes:
        parts = list(_parts(change, made.claims.get(change.after.id, [])))
        if full + len(parts) > ROOM:
            yield some
            some, full = [], 0
        some.append((change, parts))
        full += len(parts)
    if some:
        yield some


def _commit(parts: Sequence[Sequence[_Part]], changes: Sequence[Change], join: Join | None) -> None:
    work = store.Transaction()
    for n, several_parts in enumerate(parts):
        for part in several_parts:
            write = work.delete if part.gone else work.put
            write(part.item, part.condition, name=f"{n}.{part.name}")
    try:
        commit(work, join)
    except store.ConditionFailed as error:
        ours = [one.partition(".")[::2] for one in sorted(error.failed) if one[:1].isdigit()]
        if not ours:
            raise  # something that was joined
        if any(not name for _, name in ours):
            raise Outdated from error
        raise Claimed([(changes[int(n)].after.id, name) for n, name in ours]) from error


def _parts(change: Change, claims: Sequence[_Claim]) -> Iterator[_Part]:
    before, after = change.before, change.saved
    yield _Part(_item(after), _unchanged(before))
    for one in claims:
        yield _claimed(one)
    if after.email and (before is None or before.email != after.email):
        yield _Part(email_item(after.email, ROLE[type(after)].value, after.id))
    words, former = _words(after), _words(before)
    # Who was stored before search existed has no version: their next save adds the words.
    if words != former or not (before and before.version):
        yield from (_Part(item) for item in _word_items(after, words))
    for item in _word_items(after, [one for one in former if one not in words]):
        yield _Part(item, gone=True)


def _claimed(one: _Claim) -> _Part:
    person = one.change.after
    mine = LookupItem.person.is_in(person.id, one.orphan_of or person.id)
    item = LookupItem(one.place, keys.ONLY, role=ROLE[type(person)].value, person=person.id)
    return _Part(item, LookupItem.pk.does_not_exist() | mine, one.field)


def _unchanged(before: Person | None) -> Any:
    if before is None:
        return PersonItem.pk.does_not_exist()
    if not before.version:
        return PersonItem.version.does_not_exist()
    return PersonItem.version == before.version


def _words(person: Person | None) -> tuple[str, ...]:
    return () if person is None else rules.words_of(person.given_name, person.family_name)


def _word_items(person: Person, words: Sequence[str]) -> list[WordItem]:
    role, all_words = ROLE[type(person)].value, " ".join(_words(person))
    return [
        WordItem(keys.words(role, word), keys.word(word, person.id), id=person.id, words=all_words)
        for word in words
        if len(word) >= keys.BUCKET
    ]


def _new_claims(change: Change) -> Iterator[_Claim]:
    held = {place for place, _ in _unique(change.before)}
    for place, name in _unique(change.after):
        if place not in held:
            yield _Claim(change, name, place)


def _unique(person: Person | None) -> Iterator[tuple[str, str]]:
    """The look-ups of a person that must be theirs alone, and the fields they come from."""
    if person is None:
        return
    if isinstance(person, Student) and person.curp:
        yield keys.curp(person.curp), "curp"
    if person.external_id:
        yield keys.external(ROLE[type(person)].value, person.external_id), "external_id"


def _really_held(items: Iterable[LookupItem]) -> set[str]:
    """Which look-ups point to somebody who has the value; the others were left behind."""
    pointing = list(items)
    found: set[str] = set()
    for role in {item.role for item in pointing}:
        holders = several(Role(role), {item.person for item in pointing if item.role == role})
        found |= {place for one in holders.values() for place, _ in _unique(one)}
    return found


def _release(change: Change) -> None:
    """Let go of what a person no longer has. Whoever finds it left behind takes it over."""
    before, after = change.before, change.after
    if before is None:
        return
    kept = {place for place, _ in _unique(after)}
    for place, _ in _unique(before):
        if place not in kept:
            _drop(LookupItem(place, keys.ONLY), of=before.id)
    if before.email and rules.normal_email(before.email) != rules.normal_email(after.email):
        _drop(email_item(before.email, ROLE[type(before)].value, before.id), of=before.id)


def _drop(item: LookupItem, *, of: str) -> None:
    """Delete a look-up, unless somebody else has taken it over meanwhile."""
    try:
        store.delete(item, LookupItem.person == of)
    except store.ConditionFailed:
        return


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
        left_on=person.left_on.isoformat() if person.left_on else None,
        version=person.version,
        gsi1pk=keys.people(role),
        gsi1sk=keys.by_name(rules.folded(f"{person.family_name} {person.given_name}"), person.id),
    )
