"""What people do with their own account: passwords, and the authenticator app."""

from luca.api.verifying import Principal
from luca.aws import identity
from luca.aws.audit import Action
from luca.aws.identity import Owner, Secret, Tokens, passwords
from luca.kernel.errors import (
    FieldError,
    Forbidden,
    Invalid,
    TooMany,
    Unauthenticated,
    Unavailable,
)
from luca.telemetry import hashed, log
from tenants.services import attempts
from tenants.services.attempts import Kind, limited
from tenants.services.signing_in import demands_totp, normal, note, settle_reset, verified

logger = log(__name__)


def forgot_password(email: str) -> None:
    """Have a code mailed to an address that has an account; nobody learns whether it has."""
    email = normal(email)
    attempts.count_mail(email)
    passwords.forgot(email)


def reset_password(email: str, code: str, password: str, address: str = "") -> None:
    email = normal(email)
    passwords.check(password)
    with limited(email, Kind.RESET, address):
        passwords.reset(email, code, password)
    attempts.forget(email, Kind.PASSWORD, address)
    attempts.forget(email, Kind.MAIL)
    _end_what_was_open(email, password)


def _end_what_was_open(email: str, password: str) -> None:
    """Whoever resets a password may have lost it to somebody: sign everybody else out.

    Only tokens tell whose account it is. Where they need the code of an app too, or the
    pool is away, that waits for the next sign-in: the code of the mail is used up.
    """
    try:
        found = identity.sign_in(email, password)
        if isinstance(found, Tokens):
            settle_reset(verified(found), found)
        else:
            attempts.mark_changed(email)
    except (TooMany, Unavailable):
        attempts.mark_changed(email)
    except Unauthenticated:  # disabled this moment, or of no school: there is nothing to keep
        logger.warning("password_reset_unsettled", account=hashed(email))


def change_password(who: Principal, access_token: str, old: str, new: str) -> None:
    passwords.check(new, "new_password")
    _owner(who, access_token)
    with limited(f"{who.school}/{who.person}", Kind.PASSWORD):
        passwords.change(access_token, old, new)
    note(who, Action.PASSWORD_CHANGED, by="password")


def begin_totp(who: Principal, access_token: str, password: str = "") -> Secret:
    """Take a secret for the app; who has one already proves that it is they who ask."""
    owner = _owner(who, access_token)
    if owner.has_totp:
        _prove(who, owner, password)
    return identity.begin_totp(access_token, owner.email)


def verify_totp(who: Principal, access_token: str, code: str) -> None:
    """Show a code of the new app; if it takes the place of another, everybody is signed out."""
    replaces = _owner(who, access_token).has_totp
    with limited(f"{who.school}/{who.person}", Kind.TOTP):
        identity.verify_totp(access_token, code)
    note(who, Action.TOTP_ENABLED)
    if replaces:
        identity.sign_out_everywhere(access_token)


def give_up_totp(who: Principal, access_token: str, password: str = "") -> None:
    """Sign in without the app from now on; it ends what was signed in, this too."""
    owner = _owner(who, access_token)
    if demands_totp(who):
        raise Forbidden("The school asks its staff for an authenticator app.", code="totp_required")
    if not owner.has_totp:
        return
    _prove(who, owner, password)
    identity.give_up_totp(access_token)
    note(who, Action.TOTP_DISABLED)
    identity.sign_out_everywhere(access_token)


def _prove(who: Principal, owner: Owner, password: str) -> None:
    """An open browser, or a token that was taken, is not enough to put an app aside."""
    wrong = "The present password is wrong."
    fault = FieldError("password", wrong)
    with limited(f"{who.school}/{who.person}", Kind.PASSWORD):
        try:
            identity.sign_in(owner.email, password)  # which asks for a code and opens nothing
        except Unauthenticated:
            raise Invalid(wrong, code="wrong_password", errors=(fault,)) from None


def _owner(who: Principal, access_token: str) -> Owner:
    """The token's owner, who must be the caller: what follows is kept as the caller's act."""
    owner = identity.owner(access_token)
    if (owner.login.school, owner.login.person) != (who.school, who.person):
        raise Unauthenticated("The access token is not valid.", code="invalid_token")
    return owner
