"""Accounts of the school: who can sign in with which rights, and orders to change that.

Nothing here asks the user pool: the school's own items say what is known, and a worker
carries out what is ordered.
"""

from dataclasses import dataclass, replace

from luca.aws import audit, queue, store
from luca.kernel import clock, context
from luca.kernel.errors import Conflict, FieldError, Forbidden, Invalid, NotFound
from luca.kernel.ids import uuid7
from luca.telemetry import hashed, log
from tenants import rules
from tenants.domain.accounts import Account, AccountState, Act, Invitation, InvitationState, Order
from tenants.repository import account_work as work_items
from tenants.repository import accounts as repository
from tenants.services import invitees
from tenants.services.checks import well_formed
from tenants.services.naming import check_names_nobody

TASK = "tenants.run_account_order"
ADMIN = "school_admin"
logger = log(__name__)


@dataclass(frozen=True, slots=True)
class AccountSeen:
    """An account with what was last done about it, as far as that is kept."""

    account: Account
    invitation: Invitation | None
    order: Order | None


def account(person: str) -> AccountSeen:
    return _seen([_account(person)])[0]


def accounts(*, limit: int, start: store.Key | None) -> tuple[list[AccountSeen], store.Key | None]:
    """A page of the school's accounts, by person."""
    found, following = repository.listed(limit, start)
    return _seen(found), following


def order(
    person: str, act: Act, *, reason: str, groups: frozenset[str] = frozenset(), email: str = ""
) -> Order:
    """Have an account changed; one order at a time.

    The last school admin who can sign in stays: of two who demote each other at
    once, one remains.
    """
    before = _account(person)
    wanted = Order(
        uuid7(),
        before.person,
        clock.now(),
        context.actor(),
        act=act,
        reason=reason.strip(),
        groups=groups if act is Act.GROUPS else frozenset(),
        email=rules.normal_email(email) if act is Act.EMAIL else "",
    )
    _refuse_strangers(before)
    _check(wanted, before)
    _refuse_oneself(wanted, before)
    _write(wanted, before)
    queue.enqueue(TASK, order=wanted.id)
    logger.info("account_order", person=hashed(person), act=act.value)
    return wanted


def accepted() -> None:
    """Note that the actor has chosen a password of their own; whoever had one is left alone."""
    person = context.actor()
    found = repository.get(person) if person else None
    if found is None or found.state is not AccountState.INVITED or found.open_order:
        return
    work = store.Transaction()
    repository.put(work, _next(found, state=AccountState.ACTIVE), seen=found.version)
    invitation = work_items.invitation(found.invitation) if found.invitation else None
    if invitation is not None:
        work_items.put(
            work,
            replace(
                invitation,
                state=InvitationState.ACCEPTED,
                claimed_until=None,
                settled_at=clock.now(),
            ),
        )
    if ADMIN in found.groups:
        repository.count_admin(work, found.person, signs_in=True)
    audit.join(work, audit.Action.LOGIN_ACCEPTED, f"person:{found.person}")
    try:
        store.patiently(work)
    except store.ConditionFailed:
        logger.info("acceptance_left", person=hashed(person))  # a worker is at it and will see


def _account(person: str) -> Account:
    found = repository.get(person) if well_formed(person) else None
    if found is None:
        raise NotFound("There is no such account.", code="account_not_found")
    return found


def _seen(found: list[Account]) -> list[AccountSeen]:
    invitations = work_items.invitations_by_id(one.invitation for one in found if one.invitation)
    orders = work_items.orders_by_id(one.order for one in found if one.order)
    return [
        AccountSeen(one, invitations.get(one.invitation), orders.get(one.order)) for one in found
    ]


def _next(before: Account, **changes: object) -> Account:
    return replace(before, version=before.version + 1, **changes)  # type: ignore[arg-type]  # the callers name fields


def _refuse_strangers(before: Account) -> None:
    if before.groups & rules.OPERATED:
        raise Forbidden("The platform's operators look after this account.", code="operated")
    if before.open_order:
        raise Conflict("Another order for this account is under way.", code="order_open")


def _check(wanted: Order, before: Account) -> None:
    if fault := rules.reason_fault(wanted.reason):
        raise Invalid("The order cannot be given.", errors=(FieldError("reason", fault),))
    check_names_nobody(wanted.reason, wanted.person)
    if before.state not in _STATES[wanted.act]:
        raise Conflict(f"The account is {before.state}: this cannot be done.", code="wrong_state")
    if wanted.act is Act.GROUPS:
        _check_groups(wanted, before)
    if wanted.act is Act.EMAIL:
        _check_email(wanted, before)


_STATES = {
    Act.DISABLE: {AccountState.INVITED, AccountState.ACTIVE},
    Act.ENABLE: {AccountState.DISABLED},
    Act.GROUPS: set(AccountState),
    Act.RESET_PASSWORD: {AccountState.ACTIVE},
    Act.FORGET_TOTP: {AccountState.ACTIVE},
    Act.EMAIL: {AccountState.ACTIVE},
}


def _check_groups(wanted: Order, before: Account) -> None:
    fault = rules.groups_fault(wanted.groups, rules.INVITABLE)
    error = FieldError("groups", fault) if fault else None
    error = error or invitees.record_fault(wanted.person, wanted.groups)
    if (wanted.groups <= rules.FAMILY) != (before.groups <= rules.FAMILY):
        # Whose address it may be besides is another question for staff than for a family.
        error = error or invitees.address_fault(before.person, before.email, wanted.groups)
    if error:
        raise Invalid("The order cannot be given.", errors=(error,))


def _check_email(wanted: Order, before: Account) -> None:
    fault = rules.email_fault(wanted.email)
    error = FieldError("email", fault) if fault else None
    error = error or invitees.address_fault(before.person, wanted.email, before.groups)
    if error:
        raise Invalid("The order cannot be given.", errors=(error,))
    if wanted.email == before.email:
        raise Conflict("The account has this address already.", code="unchanged")


def _refuse_oneself(wanted: Order, before: Account) -> None:
    """Nobody locks themselves out by a slip: another admin does it."""
    if wanted.person == context.actor() and _costs_admin(wanted, before):
        raise Conflict("One cannot take one's own admin right.", code="own_account")


def _costs_admin(wanted: Order, before: Account) -> bool:
    ends = wanted.act is Act.DISABLE or (wanted.act is Act.GROUPS and ADMIN not in wanted.groups)
    return ends and ADMIN in before.groups


def _write(wanted: Order, before: Account) -> None:
    work = store.Transaction()
    work_items.add(work, wanted)
    after = _next(before, order=wanted.id, open_order=True)
    repository.put(work, after, seen=before.version, name="account")
    if _costs_admin(wanted, before):
        repository.spare_admin(work, before.person, name="admins")
    if wanted.act is Act.EMAIL:
        repository.claim(work, wanted.email, before.person, name="email")
    try:
        store.patiently(work)
    except store.ConditionFailed as error:
        raise _meaning(error) from error


def _meaning(error: store.ConditionFailed) -> Exception:
    if "admins" in error.failed:
        return Conflict("This is the last school admin who can sign in.", code="last_school_admin")
    if "email" in error.failed:
        return Invalid("The order cannot be given.", errors=(invitees.SOMEBODY_ELSES,))
    return error
