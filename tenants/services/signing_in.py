"""Signing in and out: the steps, what a school demands of its staff, and what the audit keeps.

A step's session is sealed, so a client learns nothing from it and can only bring it back.
"""

from dataclasses import dataclass
from typing import Any

from luca.api import sealing, tokens
from luca.api.sealing import NotOurs
from luca.api.verifying import Principal
from luca.aws import audit, identity
from luca.aws.audit import Action
from luca.aws.identity import Challenge, Secret, Step, Tokens, passwords
from luca.kernel import context
from luca.kernel.errors import FieldError, Invalid, Unauthenticated
from luca.telemetry import hashed, log
from tenants.repository import schools
from tenants.services import account_desk, attempts
from tenants.services.attempts import Kind, limited

STAFF = frozenset({"teacher", "school_admin", "gov_operator", "platform_admin"})
PURPOSE = "sign-in"
STEP_SECONDS = 180  # Cognito's own sessions last no longer
SETUP_SECONDS = 600  # somebody may have to install an app first
SETUP = "totp_setup"
NAMES = {Step.NEW_PASSWORD: "new_password", Step.TOTP: "totp"}
FIELDS = {"new_password": "new_password", "totp": "code", SETUP: "code"}
WRONG = "The e-mail or password is wrong."
OVER = "This sign-in has taken too long or is finished: begin again."
DEMANDED = "The school asks its staff for an authenticator app: sign in again to set it up."
logger = log(__name__)


@dataclass(frozen=True, slots=True)
class SignedIn:
    who: Principal
    tokens: Tokens


@dataclass(frozen=True, slots=True)
class Pending:
    """What must be answered before there are tokens."""

    challenge: str
    session: str
    seconds: int
    secret: Secret | None = None  # for the app that is to be set up


def normal(email: str) -> str:
    """Logins are kept in lower case; a phone's keyboard begins an address with a capital."""
    return email.strip().lower()


def sign_in(email: str, password: str, address: str = "") -> SignedIn | Pending:
    """Show a password, from a network address; guesses are counted for both."""
    email = normal(email)
    with limited(email, Kind.PASSWORD, address):
        found = identity.sign_in(email, password)
        if isinstance(found, Tokens) and _settled(verified(found), found, email):
            found = identity.sign_in(email, password)  # the first has ended with all others
        return _outcome(found, email)


def respond(session: str, answers: dict[str, str]) -> SignedIn | Pending:
    """Answer a step; a wrong answer leaves it open until its time is over."""
    held = _opened(session)
    field = FIELDS[held["challenge"]]
    answer = answers.get(field, "")
    if not answer:
        fault = FieldError(field, "This step needs it.")
        raise Invalid("The answer to the step is missing.", errors=(fault,))
    if held["challenge"] == SETUP:
        return _set_up(held, answer)
    step = next(step for step, name in NAMES.items() if name == held["challenge"])
    challenge = Challenge(step, held["session"], held["user"])
    if step is Step.NEW_PASSWORD:
        passwords.check(answer, field)
        return _outcome(identity.respond(challenge, answer), held["account"], first=True)
    with limited(held["account"], Kind.TOTP):
        return _outcome(identity.respond(challenge, answer), held["account"], coded=True)


def renew(refresh_token: str) -> SignedIn:
    """New tokens, with the groups and the demands of this moment."""
    found = identity.refresh(refresh_token)
    who = verified(found)
    if demands_totp(who) and not identity.owner(found.access_token).has_totp:
        raise Unauthenticated(DEMANDED, code="totp_required")
    return SignedIn(who, found)


def sign_out(refresh_token: str, *, everywhere: bool) -> None:
    """End this session, or all; a token that is no good any more has nothing to end."""
    try:
        found = identity.refresh(refresh_token)
        who = verified(found)
    except Unauthenticated:
        return
    if everywhere:
        identity.sign_out_everywhere(found.access_token)
    else:
        identity.sign_out(refresh_token)
    note(who, Action.SIGNED_OUT, everywhere="yes" if everywhere else "no")


def _outcome(
    found: Tokens | Challenge, account: str, *, first: bool = False, coded: bool = False
) -> SignedIn | Pending:
    if isinstance(found, Challenge):
        held = {"session": found.session, "user": found.user, "account": account}
        return _pending(NAMES[found.step], held)
    who = verified(found)
    if first:
        note(who, Action.PASSWORD_CHANGED, by="invitation")
    if coded:
        _settled(who, found, account)  # a code is good once: this goes on until it is renewed
    with context.entered(school=who.school, actor=who.person, groups=who.groups):
        account_desk.accepted()
    if not coded and demands_totp(who):
        owner = identity.owner(found.access_token)
        if not owner.has_totp:
            secret = identity.begin_totp(found.access_token, owner.email)
            held = {"refresh_token": found.refresh_token, "account": account}
            return _pending(SETUP, held, secret)
    note(who, Action.SIGNED_IN, second_factor="totp" if coded else "none")
    return SignedIn(who, found)


def _set_up(held: dict[str, Any], code: str) -> SignedIn:
    """Prove the app. The tokens that waited are renewed: they may be older than their life."""
    fresh = identity.refresh(held["refresh_token"])
    who = verified(fresh)
    with limited(held["account"], Kind.TOTP):
        identity.verify_totp(fresh.access_token, code)
    note(who, Action.TOTP_ENABLED)
    note(who, Action.SIGNED_IN, second_factor="totp")
    return SignedIn(
        who, Tokens(fresh.id_token, fresh.access_token, fresh.expires_in, held["refresh_token"])
    )


def _pending(name: str, held: dict[str, str], secret: Secret | None = None) -> Pending:
    seconds = SETUP_SECONDS if name == SETUP else STEP_SECONDS
    session = sealing.seal({**held, "challenge": name}, PURPOSE)
    return Pending(name, session, seconds, secret)


def _opened(session: str) -> dict[str, Any]:
    try:
        held: dict[str, Any] = sealing.unseal(session, PURPOSE, lifetime=SETUP_SECONDS)
    except NotOurs:
        raise Unauthenticated(OVER, code="challenge_over") from None
    return held


def verified(found: Tokens) -> Principal:
    try:
        return tokens.verify(found.id_token)
    except Unauthenticated:  # an account of the pool without a school cannot enter Luca
        raise Unauthenticated(WRONG, code="sign_in") from None


def demands_totp(who: Principal) -> bool:
    """Whether the school wants this person to have an authenticator app."""
    if not who.groups & STAFF:
        return False
    with context.entered(school=who.school, actor=who.person, groups=who.groups):
        profile = schools.profile()
    return profile is not None and profile.staff_totp


def _settled(who: Principal, found: Tokens, account: str) -> bool:
    """Do now what a reset password could not do at once; False when there was nothing left."""
    if not attempts.was_changed(account):
        return False
    settle_reset(who, found)
    attempts.forget(account, Kind.CHANGED)
    return True


def settle_reset(who: Principal, found: Tokens) -> None:
    """End all sessions, this one too, and keep that the password was reset."""
    identity.sign_out_everywhere(found.access_token)
    note(who, Action.PASSWORD_CHANGED, by="code")


def note(who: Principal, action: Action, **details: str) -> None:
    """Keep an act of somebody's own account, in the school of their verified token."""
    with context.entered(school=who.school, actor=who.person, groups=who.groups):
        audit.record(action, f"person:{who.person}", **details)
        logger.info(action.value.replace(".", "_"), person=hashed(who.person))
