"""Whether people may be invited, judged for a whole list before anything is written."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

from luca.kernel.errors import FieldError
from tenants import rules
from tenants.domain import Role
from tenants.domain.accounts import Account, AccountState, NewInvitation
from tenants.repository import accounts
from tenants.repository import people as people_items
from tenants.services.checks import well_formed

HAS_ONE = FieldError("person", "This person has a login or an invitation already.")
SOMEBODY_ELSES = FieldError("email", "Somebody else of the school has this address.")
TAKEN = {"person": HAS_ONE, "email": SOMEBODY_ELSES}  # somebody was faster
TWICE = "It is in this list twice."


@dataclass(slots=True)
class Judged:
    """What is wrong with which row, and which rows ask for what is so already."""

    faults: dict[int, tuple[FieldError, ...]] = field(default_factory=dict)
    unchanged: set[int] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class _Known:
    """What is stored about the people and addresses of a list."""

    on_record: Mapping[Role, AbstractSet[str]]
    accounts: Mapping[str, Account]
    logins: Mapping[str, str]  # whose login an address is


def judge(rows: Sequence[NewInvitation], allowed: frozenset[str] = rules.INVITABLE) -> Judged:
    known = _read(rows)
    judged = Judged()
    persons: dict[str, int] = {}
    emails: dict[str, int] = {}
    for n, one in enumerate(rows):
        if _is_so(one, known.accounts.get(one.person)):
            judged.unchanged.add(n)
            continue
        faults = [*_faults(one, allowed, known)]
        faults += [FieldError("person", TWICE)] if persons.setdefault(one.person, n) != n else []
        faults += [FieldError("email", TWICE)] if emails.setdefault(one.email, n) != n else []
        if faults:
            judged.faults[n] = tuple(faults)
    return judged


def record_fault(person: str, groups: frozenset[str]) -> FieldError | None:
    """Why one person may not have these groups, as far as the school's records go."""
    return next(_record_faults(person, groups, _on_record([person])), None)


def address_fault(person: str, email: str, groups: frozenset[str]) -> FieldError | None:
    """Why an address may not become this person's login, as far as the school knows."""
    holder = accounts.holders([email]).get(email)
    return _address_fault(person, email, groups, holder)


def _read(rows: Sequence[NewInvitation]) -> _Known:
    people = {one.person for one in rows if well_formed(one.person)}
    emails = {one.email for one in rows if not rules.email_fault(one.email)}
    return _Known(_on_record(people), accounts.several(people), accounts.holders(emails))


def _on_record(people: Iterable[str]) -> dict[Role, AbstractSet[str]]:
    wanted = set(people)
    return {role: people_items.several(role, wanted).keys() for role in Role}


def _is_so(one: NewInvitation, account: Account | None) -> bool:
    if account is None or account.state is AccountState.DISABLED:
        return False
    return (account.email, account.groups) == (one.email, one.groups)


def _faults(one: NewInvitation, allowed: frozenset[str], known: _Known) -> Iterator[FieldError]:
    if fault := rules.id_fault(one.person):
        yield FieldError("person", fault)
        return
    if fault := rules.groups_fault(one.groups, allowed):
        yield FieldError("groups", fault)
    else:
        yield from _record_faults(one.person, one.groups, known.on_record)
    if one.person in known.accounts:
        yield HAS_ONE
    if fault := rules.email_fault(one.email):
        yield FieldError("email", fault)
    elif found := _address_fault(one.person, one.email, one.groups, known.logins.get(one.email)):
        yield found


def _record_faults(
    person: str, groups: frozenset[str], on_record: Mapping[Role, AbstractSet[str]]
) -> Iterator[FieldError]:
    for role in Role:
        group = role.value.lower()
        if group in groups and person not in on_record[role]:
            yield FieldError("person", f"There is no {group} with this id.")
    if "student" not in groups and person in on_record[Role.STUDENT]:
        yield FieldError("person", "This is a student's id.")


def _address_fault(
    person: str, email: str, groups: frozenset[str], holder: str | None
) -> FieldError | None:
    if holder not in {None, person}:
        return SOMEBODY_ELSES
    reached = people_items.by_email(email)
    return SOMEBODY_ELSES if rules.address_is_strange(person, groups, reached) else None
