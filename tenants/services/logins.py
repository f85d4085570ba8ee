"""Accounts that an operator makes at once, with a password of their choice."""

from collections.abc import Iterable
from dataclasses import replace

from luca.aws import audit, identity, store
from luca.aws.identity import Login
from luca.kernel import context
from luca.kernel.errors import Conflict, FieldError, Invalid
from luca.kernel.ids import PersonId
from luca.telemetry import hashed, log
from tenants import rules
from tenants.domain.accounts import Account, AccountState
from tenants.repository import accounts as repository
from tenants.services import invitees, known_as
from tenants.services.checks import checked_id

GROUPS = rules.GROUPS
logger = log(__name__)


def create_login(
    person: str, email: str, password: str, groups: Iterable[str], *, dry_run: bool = False
) -> PersonId:
    """Let somebody of the context's school sign in; repeating it sets password and groups anew.

    An address belongs to one person of one school for good, and a person has one
    address: the claims inside tokens are what isolation rests on. Who is only staff
    (a school admin, an operator of the sync) needs no record as a person.
    """
    email = rules.normal_email(email)
    wanted = Account(PersonId(person), email, frozenset(groups), AccountState.ACTIVE)
    _check(wanted)
    before = repository.get(person)
    if before is not None and before.email != email:
        raise Conflict("This person has a login at another address.", code="person_has_login")
    found, login = identity.find(email), Login(context.school(), person)
    if found is not None and found.login != login:
        raise Conflict("This e-mail address has a login already.", code="email_taken")
    if not dry_run:
        if found is None:
            identity.create(email, login, password)
        identity.set_password(email, password)
        _finish(wanted, before)
    return wanted.person


def _finish(wanted: Account, before: Account | None) -> None:
    """Give the rights in the pool and note the account in the school."""
    found = identity.find(wanted.email)
    if found is None:
        raise Conflict("The account was removed meanwhile.", code="email_taken")
    identity.set_groups(found.username, wanted.groups)
    if not found.enabled:
        wanted = replace(wanted, state=AccountState.DISABLED)
    work = store.Transaction()
    if before is not None:
        wanted = replace(
            before, groups=wanted.groups, state=wanted.state, version=before.version + 1
        )
    repository.put(work, wanted, seen=before.version if before else None)
    repository.claim(work, wanted.email, wanted.person)
    admin = wanted.state is AccountState.ACTIVE and "school_admin" in wanted.groups
    repository.count_admin(work, wanted.person, signs_in=admin)
    known_as.follow(work, before, wanted)
    groups = ",".join(sorted(wanted.groups))
    audit.join(work, audit.Action.LOGIN_CREATED, f"person:{wanted.person}", groups=groups)
    store.patiently(work)
    logger.info("login_saved", person=hashed(wanted.person), groups=sorted(wanted.groups))


def _check(wanted: Account) -> None:
    checked_id(wanted.person, "person")
    faults = []
    if fault := rules.email_fault(wanted.email):
        faults.append(FieldError("email", fault))
    elif repository.holders([wanted.email]).get(wanted.email) not in {None, wanted.person}:
        raise Conflict("This e-mail address has a login already.", code="email_taken")
    if fault := rules.groups_fault(wanted.groups, GROUPS):
        faults.append(FieldError("groups", fault))
    elif error := invitees.record_fault(wanted.person, wanted.groups):
        faults.append(error)
    if faults:
        raise Invalid("The login cannot be made.", errors=tuple(faults))
