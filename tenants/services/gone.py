"""What becomes of an account that the user pool has no more: person and address are free again."""

from luca.aws import audit, store
from tenants.domain.accounts import Account
from tenants.repository import accounts as repository
from tenants.services import known_as


def settle(work: store.Transaction, account: Account, *more: str) -> None:
    """Forget it, with its claims on its address and on `more`; nobody counts on such an admin."""
    repository.drop(work, account)
    for address in {account.email, *more}:
        repository.release(work, address, account.person)
    repository.count_admin(work, account.person, signs_in=False)
    known_as.follow(work, account, None)
    audit.join(work, audit.Action.LOGIN_GONE, f"person:{account.person}")
