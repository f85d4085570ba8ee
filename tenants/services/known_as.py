"""The look-ups by which an account's address finds its person."""

from luca.aws import store
from tenants import rules
from tenants.domain import Role
from tenants.domain.accounts import Account
from tenants.repository import accounts as repository
from tenants.repository import people

STAFF = "STAFF"  # signs in without being a student, a teacher or a guardian


def roles(groups: frozenset[str]) -> frozenset[str]:
    """What a person of these groups is. Staff has rights of its own and no record."""
    return frozenset(r.value for r in Role if r.value.lower() in groups) or frozenset({STAFF})


def follow(work: store.Transaction, before: Account | None, after: Account | None) -> None:
    """Bring the look-ups along when an account comes, changes or goes.

    What finds a person by their contact address stays, whatever happens to the login.
    """
    person = next(one.person for one in (before, after) if one is not None)
    old, new = _pairs(before), _pairs(after)
    gone = old - new
    kept = _contacts(person) if gone else set()
    for address, role in sorted(gone - kept):
        repository.know(work, address, person, [role], forget=True)
    for address, role in sorted(new):
        repository.know(work, address, person, [role])


def _pairs(account: Account | None) -> set[tuple[str, str]]:
    if account is None:
        return set()
    return {(rules.normal_email(account.email), role) for role in roles(account.groups)}


def _contacts(person: str) -> set[tuple[str, str]]:
    found = [(role.value, people.get(role, person)) for role in Role]
    return {(rules.normal_email(one.email), role) for role, one in found if one and one.email}
