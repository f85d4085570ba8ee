"""What the worker does in the user pool about an order on an account."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from luca.aws import audit, identity, store
from luca.aws.identity import Found, Login
from luca.kernel import clock, context
from luca.kernel.errors import Conflict, Invalid
from luca.telemetry import hashed, log
from tenants import rules
from tenants.domain.accounts import Account, AccountState, Act, Failure, Order, OrderState
from tenants.repository import account_work as items
from tenants.repository import accounts as repository
from tenants.services import gone, known_as

AUDITED = {
    Act.DISABLE: audit.Action.LOGIN_DISABLED,
    Act.ENABLE: audit.Action.LOGIN_ENABLED,
    Act.GROUPS: audit.Action.GROUPS_CHANGED,
    Act.RESET_PASSWORD: audit.Action.PASSWORD_RESET,
    Act.FORGET_TOTP: audit.Action.TOTP_DISABLED,
    Act.EMAIL: audit.Action.EMAIL_CHANGED,
}
logger = log(__name__)


class Refused(Exception):
    """The pool, or what we found in it, will not have it."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.value)
        self.failure = failure


class Gone(Exception):
    """The pool has no such account any more: its owner can remove it with a token of theirs."""


def perform(order: Order) -> None:
    account = repository.get(order.person)
    if account is None or account.order != order.id:
        _settle(order, Failure.ACCOUNT, None, None)
        return
    try:
        after = _carried_out(order, account)
    except Refused as refusal:
        _settle(order, refusal.failure, account, account)
    except Gone:
        _settle(order, Failure.ACCOUNT, account, None)
    else:
        _settle(order, None, account, after)


def _carried_out(order: Order, account: Account) -> Account:
    """Do it in the pool; return the account as it is then."""
    found = _found(order, account)
    if identity.groups_of(found.username) & rules.OPERATED:
        raise Refused(Failure.ACCOUNT)
    try:
        _ACTS[order.act](found, order)
    except Conflict:
        raise Refused(Failure.ADDRESS) from None
    except Invalid:
        raise Refused(Failure.STATE) from None
    return replace(
        account,
        state=_state(order, account, found),
        groups=order.groups or account.groups,
        email=order.email or account.email,
    )


def _found(order: Order, account: Account) -> Found:
    """The pool's account, only if it is this person's of this school."""
    found = identity.find(account.email)
    if found is None and order.email:
        found = identity.find(order.email)  # a worker died after it had changed the address
    if found is None:
        raise Gone
    if found.login != Login(context.school(), order.person):
        raise Refused(Failure.ACCOUNT)
    return found


def _state(order: Order, account: Account, found: Found) -> AccountState:
    if order.act is Act.DISABLE:
        return AccountState.DISABLED
    if account.state is AccountState.DISABLED and order.act is not Act.ENABLE:
        return AccountState.DISABLED
    return AccountState.ACTIVE if found.confirmed else AccountState.INVITED


def _disable(found: Found, _order: Order) -> None:
    identity.disable(found.username)


def _enable(found: Found, _order: Order) -> None:
    identity.enable(found.username)


def _change_groups(found: Found, order: Order) -> None:
    if order.groups - rules.INVITABLE:  # only who writes past our API can ask for these
        raise Refused(Failure.GROUPS)
    identity.set_groups(found.username, order.groups)


def _reset_password(found: Found, _order: Order) -> None:
    if not found.confirmed:
        raise Refused(Failure.STATE)
    identity.reset_password(found.username)


def _forget_totp(found: Found, _order: Order) -> None:
    identity.forget_totp(found.username)


def _change_email(found: Found, order: Order) -> None:
    holder = identity.find(order.email)
    if holder is not None and holder.username != found.username:
        raise Refused(Failure.ADDRESS)
    identity.change_email(found.username, order.email)


_ACTS: Mapping[Act, Callable[[Found, Order], None]] = {
    Act.DISABLE: _disable,
    Act.ENABLE: _enable,
    Act.GROUPS: _change_groups,
    Act.RESET_PASSWORD: _reset_password,
    Act.FORGET_TOTP: _forget_totp,
    Act.EMAIL: _change_email,
}


def _settle(
    order: Order, failure: Failure | None, before: Account | None, after: Account | None
) -> None:
    work = store.Transaction()
    state = OrderState.FAILED if failure else OrderState.DONE
    done = replace(order, state=state, failure=failure, claimed_until=None, settled_at=clock.now())
    items.put(work, done)
    if before is not None and after is not None:
        _follow(work, order, before, after)
    elif before is not None:
        gone.settle(work, before, *filter(None, [order.email]))
    if failure is None:
        groups = {"groups": ",".join(sorted(order.groups))} if order.groups else {}
        about = f"person:{order.person}"
        audit.join(work, AUDITED[order.act], about, reason=order.reason, **groups)
    store.patiently(work)
    outcome = failure.value if failure else state.value
    logger.info(
        "account_order_settled", person=hashed(order.person), act=order.act.value, outcome=outcome
    )


def _follow(work: store.Transaction, order: Order, before: Account, after: Account) -> None:
    after = replace(after, open_order=False, version=before.version + 1)
    repository.put(work, after, seen=before.version)
    signs_in = after.state is AccountState.ACTIVE and "school_admin" in after.groups
    repository.count_admin(work, after.person, signs_in=signs_in)
    if order.email:
        unused = before.email if after.email == order.email else order.email
        repository.release(work, unused, after.person)
    known_as.follow(work, before, after)
