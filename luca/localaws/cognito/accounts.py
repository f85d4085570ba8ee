"""What happens to an account: by itself with a code or a token, or by an administrator."""

from __future__ import annotations

import hmac
import secrets
import time
from typing import TYPE_CHECKING, Any

from luca.localaws.cognito import emulator
from luca.localaws.cognito.challenges import LAST_STEP, TEMPORARY_SINCE
from luca.localaws.cognito.emulator import TOTP, Refusal

if TYPE_CHECKING:
    from luca.localaws.cognito.emulator import Call, Pool, Response, User

CODE = "_luca_reset_code"
CODE_SECONDS = 3600
CODE_ATTEMPTS = 5
CANNOT_BE_RESET = Refusal(
    "NotAuthorizedException", "User password cannot be reset in the current state."
)
TIRED = Refusal("LimitExceededException", "Attempt limit exceeded, please try after some time.")


def forgot(_handler: Any, call: Call) -> Response:
    """ForgotPassword: a code nobody can guess; an address nobody has is answered alike."""
    pool, _ = emulator.pool_of_client(call.get("ClientId"))
    name = str(call.get("Username", ""))
    user = emulator.user_of(pool, name)
    if user is None:
        return emulator.sent_to(name)
    if not user["Enabled"]:
        raise Refusal("NotAuthorizedException", "User is disabled.")
    if user["UserStatus"] == "FORCE_CHANGE_PASSWORD":
        raise CANNOT_BE_RESET
    if emulator.attribute(user, "email_verified") != "true":
        raise Refusal(
            "InvalidParameterException",
            "Cannot reset password for the user as there is no registered/verified email",
        )
    _mail_code(pool, user)
    return emulator.sent_to(emulator.attribute(user, "email"))


def _mail_code(pool: Pool, user: User) -> None:
    code = f"{secrets.randbelow(10**6):06d}"
    user[CODE] = {"code": code, "until": time.time() + CODE_SECONDS, "failed": 0}
    emulator.mail_code(pool, user, code)


def require_reset(_handler: Any, call: Call) -> Response:
    """AdminResetUserPassword: the password is over, and a code that nobody can guess is mailed."""
    pool, user = emulator.pool_of(call), _named(call)
    if pool is None or user is None:
        raise Refusal("UserNotFoundException", "User does not exist.")
    if user["UserStatus"] == "FORCE_CHANGE_PASSWORD":
        raise CANNOT_BE_RESET
    user["UserStatus"] = "RESET_REQUIRED"
    _mail_code(pool, user)
    return emulator.answer({})


def update(handler: Any, call: Call) -> Response:
    """AdminUpdateUserAttributes: an address signs one user in, and no second."""
    pool, user = emulator.pool_of(call), _named(call)
    wanted = {one["Name"]: one.get("Value", "") for one in call.get("UserAttributes", [])}
    other = emulator.user_of(pool, wanted["email"]) if pool and "email" in wanted else None
    if other is not None and other is not user:
        raise Refusal("AliasExistsException", "An account with the email already exists.")
    return handler(call)  # type: ignore[no-any-return]


def confirm(handler: Any, call: Call) -> Response:
    """ConfirmForgotPassword: the code that was mailed, within the hour, once, not guessed."""
    pool, _ = emulator.pool_of_client(call.get("ClientId"))
    user = emulator.user_of(pool, call.get("Username"))
    if user is None:
        return handler(call)  # type: ignore[no-any-return]  # answers as to a wrong code
    _check_code(user, call.get("ConfirmationCode"))
    emulator.check_password(pool, call.get("Password"))
    response: Response = handler(call)
    user.pop(CODE, None)
    return response


def _check_code(user: User, code: object) -> None:
    issued = user.get(CODE)
    if issued is None or issued["until"] <= time.time() or not user["Enabled"]:
        raise Refusal("ExpiredCodeException", "Invalid code provided, please request a code again.")
    if issued["failed"] >= CODE_ATTEMPTS:
        raise TIRED
    if not hmac.compare_digest(issued["code"].encode(), str(code).encode()):
        issued["failed"] += 1
        raise Refusal(
            "CodeMismatchException", "Invalid verification code provided, please try again."
        )


def own(handler: Any, call: Call) -> Response:
    """Whatever a person does with an access token."""
    emulator.owner(call.get("AccessToken"))
    return handler({**call, "Session": None})  # type: ignore[no-any-return]  # no sign-in asks for a set-up


def revoke(handler: Any, call: Call) -> Response:
    """RevokeToken: a refresh token of this application, and no other kind."""
    _, client = emulator.pool_of_client(call.get("ClientId"))
    emulator.check_secret(client, call.get("ClientSecret"))
    claims = emulator.claims_of(call.get("Token"))
    if claims.get("token_use") != "refresh":
        raise Refusal("UnsupportedTokenTypeException", "Only refresh tokens can be revoked.")
    if claims.get("client_id") != call["ClientId"]:
        raise Refusal("UnauthorizedException", "The token is of another client.")
    return handler(call)  # type: ignore[no-any-return]


def verify_totp(handler: Any, call: Call) -> Response:
    """VerifySoftwareToken proves the app; only the preference makes a sign-in ask for it."""
    user = emulator.owner(call.get("AccessToken"))
    before = list(user.get("_mfa_enabled", ())), user.get("_preferred_mfa", "")
    if "_totp_pending_secret" not in user:
        raise Refusal("EnableSoftwareTokenMFAException", "No software token has been associated.")
    response: Response = handler({**call, "Session": None})
    user["_mfa_enabled"], user["_preferred_mfa"] = before
    user.pop(LAST_STEP, None)  # codes of the former secret
    return response


def prefer(handler: Any, call: Call) -> Response:
    """SetUserMFAPreference: nobody prefers an app that was never verified."""
    user = emulator.owner(call.get("AccessToken"))
    wanted = call.get("SoftwareTokenMfaSettings") or {}
    if set(call) - {"AccessToken", "SoftwareTokenMfaSettings"}:
        raise Refusal("InvalidParameterException", "The pool knows software tokens only.")
    if wanted.get("Enabled") and not user.get("_totp_secret"):
        raise Refusal("InvalidParameterException", f"User has not verified {TOTP}")
    return handler(call)  # type: ignore[no-any-return]


def disable(handler: Any, call: Call) -> Response:
    """AdminDisableUser ends every session, and enabling the user later brings none back."""
    response: Response = handler(call)
    user = _named(call)
    if user is not None:
        emulator.end_sessions(user)
    return response


def set_password(handler: Any, call: Call) -> Response:
    response: Response = handler(call)
    return _stamped(call, response)


def create(handler: Any, call: Call) -> Response:
    """AdminCreateUser; sent again, it carries a new temporary password, as Cognito's does."""
    user = _named(call)
    if str(call.get("MessageAction", "")).upper() == "RESEND" and user is not None:
        if user["UserStatus"] != "FORCE_CHANGE_PASSWORD":
            raise Refusal(
                "UnsupportedUserStateException", "The user has a password of their own already."
            )
        user["_password"] = call.get("TemporaryPassword") or emulator.temporary_password()
    return _stamped(call, handler(call))


def _stamped(call: Call, response: Response) -> Response:
    """Note when a temporary password was given: it lapses."""
    user = _named(call)
    if response[0] == 200 and user is not None:  # noqa: PLR2004 -- HTTP's OK
        user[TEMPORARY_SINCE] = time.time()
    return response


def _named(call: Call) -> User | None:
    pool = emulator.pool_of(call)
    return None if pool is None else emulator.user_of(pool, call.get("Username"))
