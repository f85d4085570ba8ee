"""What the worker does in the user pool about an invitation."""

from dataclasses import dataclass, replace
from datetime import timedelta

from luca.aws import audit, identity, store
from luca.aws.identity import Found, Login
from luca.kernel import clock, context
from luca.kernel.errors import Conflict, Invalid, Unavailable
from luca.telemetry import hashed, log
from tenants import rules
from tenants.domain.accounts import (
    Account,
    AccountState,
    Asked,
    Failure,
    Invitation,
    InvitationState,
)
from tenants.repository import account_work as items
from tenants.repository import accounts as repository
from tenants.services import gone, known_as

VALID = timedelta(days=7)  # as long as the pool's temporary password: deploy/identity.json
logger = log(__name__)


@dataclass(frozen=True, slots=True)
class Outcome:
    state: InvitationState
    failure: Failure | None = None


SENT = Outcome(InvitationState.SENT)
ACCEPTED = Outcome(InvitationState.ACCEPTED)
CANCELLED = Outcome(InvitationState.CANCELLED)
EXPIRED = Outcome(InvitationState.EXPIRED)
# The same for a stranger's, a colleague's and another school's: who has it is nobody's business.
ADDRESS_REFUSED = Outcome(InvitationState.FAILED, Failure.ADDRESS)


def perform(one: Invitation) -> None:
    settle(one, _outcome(replace(one, groups=_groups(one))))


def _groups(one: Invitation) -> frozenset[str]:
    """The rights of this moment: an order may have changed them since the invitation."""
    account = repository.get(one.person)
    return account.groups if account is not None and account.invitation == one.id else one.groups


def _outcome(one: Invitation) -> Outcome:
    if one.state is InvitationState.SENT:
        return _run_out(one)
    if one.asked is Asked.CANCEL:
        return _cancel(one)
    if one.groups - rules.INVITABLE:  # only who writes past our API can ask for these
        return Outcome(InvitationState.FAILED, Failure.GROUPS)
    return _resend(one) if one.asked is Asked.RESEND else _invite(one)


def _invite(one: Invitation) -> Outcome:
    """Creating the account and asking for the mail is one call: it is never mailed twice."""
    try:
        username = identity.invite(one.email, _login(one))
    except Conflict:
        return _there_already(one)
    except Invalid:
        return _undeliverable(one)
    identity.set_groups(username, one.groups)
    return SENT


def _there_already(one: Invitation) -> Outcome:
    found = identity.find(one.email)
    if found is None:
        raise Unavailable("The account was there a moment ago.")
    if found.login != _login(one) or identity.groups_of(found.username) & rules.OPERATED:
        return ADDRESS_REFUSED
    identity.set_groups(found.username, one.groups)
    return ACCEPTED if found.confirmed else SENT


def _resend(one: Invitation) -> Outcome:
    found = _own(one)
    if found is None:
        return _invite(one)
    if found.confirmed:
        return ACCEPTED
    try:
        identity.invite_again(one.email)
    except Conflict:
        return ACCEPTED
    except Invalid:
        return _undeliverable(one)
    return SENT


def _undeliverable(one: Invitation) -> Outcome:
    found = _own(one)
    if found is not None and not found.confirmed:
        identity.delete(found.username)
    return ADDRESS_REFUSED


def _cancel(one: Invitation) -> Outcome:
    """Remove the account, which frees the address; one that is in use already stays."""
    found = _own(one)
    if found is not None and found.confirmed:
        return ACCEPTED
    if found is not None:
        identity.delete(found.username)
    return CANCELLED


def _run_out(one: Invitation) -> Outcome:
    found = _own(one)
    return ACCEPTED if found is not None and found.confirmed else EXPIRED


def settle_crossed(one: Invitation) -> None:
    """Look after a cancel that met an acceptance: it may have removed what was accepted.

    The account of the school is then one that nobody signs in with, and goes too.
    """
    account = repository.get(one.person)
    if account is None or account.invitation != one.id or identity.find(account.email) is not None:
        return
    work = store.Transaction()
    items.put(work, replace(one, state=InvitationState.CANCELLED))
    gone.settle(work, account)
    store.patiently(work)


def _own(one: Invitation) -> Found | None:
    """The account at the address, if it is this person's of this school."""
    found = identity.find(one.email)
    return found if found is not None and found.login == _login(one) else None


def _login(one: Invitation) -> Login:
    return Login(context.school(), one.person)


def settle(one: Invitation, outcome: Outcome) -> None:
    """Write the outcome, and what it means for the account, at once."""
    now = clock.now()
    open_still = outcome.state in {InvitationState.SENT, InvitationState.EXPIRED}
    after = replace(
        one,
        state=outcome.state,
        failure=outcome.failure,
        claimed_until=None,
        settled_at=None if open_still else now,
    )
    if outcome is SENT:
        after = replace(after, sent_at=now, expires_at=now + VALID)
    work = store.Transaction()
    items.put(work, after)
    account = repository.get(one.person)
    if account is not None and account.invitation == one.id:
        _follow(work, account, outcome)
    store.patiently(work)
    logger.info("invitation_settled", person=hashed(one.person), outcome=outcome.state.value)


def _follow(work: store.Transaction, account: Account, outcome: Outcome) -> None:
    if outcome.state in {InvitationState.FAILED, InvitationState.CANCELLED}:
        repository.drop(work, account)
        repository.release(work, account.email, account.person)
        known_as.follow(work, account, None)
    elif outcome is SENT:
        known_as.follow(work, None, account)
    elif outcome is ACCEPTED and account.state is AccountState.INVITED:
        after = replace(account, state=AccountState.ACTIVE, version=account.version + 1)
        repository.put(work, after, seen=account.version)
        known_as.follow(work, account, after)
        if "school_admin" in account.groups:
            repository.count_admin(work, account.person, signs_in=True)
        audit.join(work, audit.Action.LOGIN_ACCEPTED, f"person:{account.person}")
