"""The emulator's own Cognito: the one place that touches its private parts."""

from __future__ import annotations

import hmac
import json
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

User = dict[str, Any]
Pool = dict[str, Any]
Call = dict[str, Any]
Response = tuple[int, dict[str, str], bytes]
TOTP = "SOFTWARE_TOKEN_MFA"


class Refusal(Exception):
    """What Cognito answers in place of the emulator."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code, self.message = code, message

    @property
    def response(self) -> Response:
        return _own("error_response_json")(self.code, self.message, 400)  # type: ignore[no-any-return]


def _own(name: str) -> Any:
    # Late, because the emulator reads its settings while it is imported.
    return getattr(import_module("ministack.services.cognito"), name)


def replace(name: str, function: Callable[..., Any]) -> None:
    """Put a function in the place of the emulator's own; a name it has not stops the start."""
    _own(name)
    setattr(import_module("ministack.services.cognito"), name, function)


def prepare(action: str, call: Call) -> None:
    """What the emulator does before it looks anything up, and what it would do if its AUTH were on.

    Its AUTH cannot be: it is for all services at once, and would ask for keys that the guard has
    in its place.
    """
    _own("_pin_unsigned_idp_scope")(call)
    error = _own("_validate_client_secret_hash")(action, call)
    if error:
        said = json.loads(error[2])
        raise Refusal(said["__type"], said["message"])


def check_secret(client: dict[str, Any], shown: object) -> None:
    secret = client.get("ClientSecret", "")
    if not hmac.compare_digest(secret.encode(), str(shown or "").encode()):
        raise Refusal("NotAuthorizedException", "Unable to verify the client's secret")


def pool_of_client(client: object) -> tuple[Pool, dict[str, Any]]:
    """The pool of an application, and the application."""
    pool, _ = _own("_pool_for_client")(client)
    if pool is None:
        raise Refusal("ResourceNotFoundException", f"User pool client {client} does not exist.")
    return pool, pool["_clients"][client]


def pool_of(call: Call) -> Pool | None:
    found, _ = _own("_resolve_pool")(call.get("UserPoolId"))
    return found  # type: ignore[no-any-return]


def user_of(pool: Pool, name: object) -> User | None:
    user, _ = _own("_resolve_user")(pool, name)
    return user  # type: ignore[no-any-return]


def owner(access_token: object) -> User:
    """Whose access token it is, if it is one that Cognito takes at this moment."""
    error = _own("_access_token_error")({"AccessToken": access_token})
    user = None if error else _own("_user_for_access_token")(access_token)
    if not isinstance(access_token, str) or user is None:
        raise Refusal("NotAuthorizedException", "Invalid Access Token")
    return user  # type: ignore[no-any-return]


def claims_of(token: object) -> dict[str, Any]:
    """The claims of a token that this pool has signed; none of a forged one."""
    if not isinstance(token, str) or token.count(".") != 2 or not _own("_signature_valid")(token):  # noqa: PLR2004 -- header, claims, signature
        return {}
    return _own("_token_claims")(token)  # type: ignore[no-any-return]


def is_revoked(origin: object) -> bool:
    return origin in _own("_revoked_tokens")


def end_sessions(user: User) -> None:
    """Revoke all that was ever issued to a user."""
    _own("_revoked_tokens").update(user.pop("_origin_jtis", []))


def code_challenge(pool: Pool, user: User, name: str) -> dict[str, Any] | None:
    """The challenge for somebody with an authenticator app, None for everybody else."""
    return _own("_mfa_challenge_for_user")(pool, user, pool["Id"], name)  # type: ignore[no-any-return]


def step_of(user: User, code: object, now: float) -> int | None:
    """The half minute whose code this is: the present one or one beside it."""
    secret = user.get("_totp_secret")
    if not secret or not isinstance(code, str):
        return None
    for offset in (-1, 0, 1):
        if _own("_totp_code")(secret, offset) == code:
            return int(now // 30) + offset
    return None


def check_password(pool: Pool, password: object) -> None:
    if not isinstance(password, str):
        raise Refusal("InvalidParameterException", "A password is missing.")
    faults = _own("_password_policy_errors")(pool, password)
    if faults:
        message = "Password did not conform with policy: " + "; ".join(faults)
        raise Refusal("InvalidPasswordException", message)


def attribute(user: User, name: str) -> str:
    found = (one["Value"] for one in user.get("Attributes", []) if one["Name"] == name)
    return next(found, "")


def temporary_password() -> str:
    return _own("_generate_temp_password")()  # type: ignore[no-any-return]


def mail_code(pool: Pool, user: User, code: str) -> None:
    attributes = {one["Name"]: one["Value"] for one in user.get("Attributes", [])}
    _own("_send_verification_email")(pool, user["Username"], attributes, code, "password")


def sent_to(address: str) -> Response:
    return _own("_code_delivery_response")(_own("_masked_destination")(address))  # type: ignore[no-any-return]


def answer(content: dict[str, Any]) -> Response:
    return _own("json_response")(content)  # type: ignore[no-any-return]
