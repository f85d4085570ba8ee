"""Accounts: one item for a person's login, who holds an address, who can sign in as admin."""

from collections.abc import Iterable
from collections.abc import Set as AbstractSet

from pynamodb.expressions.condition import Condition, size

from luca.aws import store
from luca.kernel.ids import PersonId
from tenants import keys, rules
from tenants.domain.accounts import Account, AccountState
from tenants.models import AccountItem, AdminsItem, LookupItem


def get(person: str) -> Account | None:
    found = store.get(AccountItem, keys.account(person), keys.ONLY, consistent=True)
    return None if found is None else _account(found)


def several(people: Iterable[str]) -> dict[str, Account]:
    places = [(keys.account(one), keys.ONLY) for one in people]
    return {
        item.person: _account(item)
        for item in store.batch_get(AccountItem, places, consistent=True)
    }


def listed(limit: int, start: store.Key | None) -> tuple[list[Account], store.Key | None]:
    """A page of the school's accounts by person; the index is some milliseconds behind."""
    page = store.query(AccountItem, keys.accounts(), index="GSI1", limit=limit, start=start)
    return [_account(item) for item in page.items], page.next


def holders(addresses: Iterable[str]) -> dict[str, str]:
    """Whose login each address is in this school, for those that are somebody's."""
    places = {keys.login(rules.normal_email(one)): one for one in addresses}
    found = store.batch_get(LookupItem, [(place, keys.ONLY) for place in places], consistent=True)
    return {places[item.pk]: item.person for item in found}


def admins() -> frozenset[str]:
    found = store.get(AdminsItem, keys.config(), keys.ADMINS, consistent=True)
    return frozenset(found.people or ()) if found else frozenset()


# What follows adds parts to a transaction.


def put(work: store.Transaction, account: Account, *, seen: int | None, name: str = "") -> None:
    """Write an account if it is still in the version that was seen; None: if there is none."""
    there = AccountItem.pk.does_not_exist() if seen is None else AccountItem.version == seen
    work.put(_item(account), there, name=name)


def drop(work: store.Transaction, account: Account) -> None:
    work.delete(_place(account.person), AccountItem.version == account.version)


def claim(work: store.Transaction, address: str, person: str, name: str = "") -> None:
    """Make an address this person's login; refused if it is somebody else's."""
    work.put(_claim(address, person), _free(person), name=name)


def release(work: store.Transaction, address: str, person: str) -> None:
    work.delete(_claim(address, person), _free(person))


def know(
    work: store.Transaction,
    address: str,
    person: str,
    roles: Iterable[str],
    *,
    forget: bool = False,
) -> None:
    """Let an address find the person, or no longer."""
    for role in sorted(roles):
        place = keys.email(rules.normal_email(address))
        item = LookupItem(place, keys.known_as(role, person), role=role, person=person)
        if forget:
            work.delete(item, _free(person))
        else:
            work.put(item)


def count_admin(work: store.Transaction, person: str, *, signs_in: bool) -> None:
    """Note whether a person can sign in as school admin, whatever was noted before."""
    change = AdminsItem.people.add if signs_in else AdminsItem.people.delete
    work.update(_admins(), [change({person}), AdminsItem.kind.set(AdminsItem)])


def spare_admin(work: store.Transaction, person: str, *, name: str) -> None:
    """Take a person from the admins; refused if nobody else is one."""
    people = AdminsItem.people
    others: Condition = ~people.contains(person) | (size(people) > 1)  # type: ignore[no-untyped-call]  # PynamoDB's, untyped
    work.update(
        _admins(), [people.delete({person}), AdminsItem.kind.set(AdminsItem)], others, name=name
    )


def _admins() -> AdminsItem:
    return AdminsItem(keys.config(), keys.ADMINS)


def _free(person: str) -> Condition:
    free: Condition = LookupItem.pk.does_not_exist() | (LookupItem.person == person)
    return free


def _claim(address: str, person: str) -> LookupItem:
    place = keys.login(rules.normal_email(address))
    return LookupItem(place, keys.ONLY, role="LOGIN", person=person)


def _place(person: str) -> AccountItem:
    return AccountItem(keys.account(person), keys.ONLY)


def _item(account: Account) -> AccountItem:
    return AccountItem(
        keys.account(account.person),
        keys.ONLY,
        person=account.person,
        email=account.email,
        groups=set(account.groups),
        state=account.state.value,
        invitation=account.invitation or None,
        order=account.order or None,
        open_order=account.open_order,
        version=account.version,
        gsi1pk=keys.accounts(),
        gsi1sk=account.person,
    )


def _account(item: AccountItem) -> Account:
    groups: AbstractSet[str] = item.groups
    return Account(
        PersonId(item.person),
        item.email,
        frozenset(groups),
        AccountState(item.state),
        invitation=item.invitation or "",
        order=item.order or "",
        open_order=item.open_order,
        version=item.version,
    )
