"""What the calls to Cognito have in common: how its refusals read in our words."""

from __future__ import annotations

import base64
import hmac
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError, ParamValidationError
from django.conf import settings

from luca.kernel.errors import (
    Forbidden,
    Invalid,
    LucaError,
    TooMany,
    Unauthenticated,
    Unavailable,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

# One answer for all of these: which of them it was tells a stranger who has an account.
REFUSED = {
    "NotAuthorizedException",
    "UserNotFoundException",
    "UserNotConfirmedException",
    "PasswordResetRequiredException",
    "InvalidParameterException",
    "CodeDeliveryFailureException",
    "UnauthorizedException",
    "UnsupportedTokenTypeException",
}
WRONG_CODE = {"CodeMismatchException", "ExpiredCodeException", "EnableSoftwareTokenMFAException"}
ATTEMPTS = "too_many_attempts"  # a limit of one account, unlike that of the whole pool
DENIED = {"AccessDenied", "AccessDeniedException"}
REFUSED_TO_ADMIN = REFUSED | {"UserLambdaValidationException"}
BROKEN = {"InternalErrorException", "ServiceUnavailable", "InternalFailure"}
LIMITED = {"LimitExceededException", "TooManyFailedAttemptsException"}
AWAY = "Signing in does not work at the moment."
SLOW = "Too many attempts; wait a moment."


def client_secret() -> dict[str, Any]:
    """How the application proves itself where a call takes its secret as it is."""
    secret = settings.COGNITO_CLIENT_SECRET
    return {"ClientSecret": secret} if secret else {}


def secret_hash(name: str, user: str) -> dict[str, Any]:
    """How it does so everywhere else: bound to the name that the call is about."""
    if not settings.COGNITO_CLIENT_SECRET:
        return {}
    message = (user + settings.COGNITO_CLIENT_ID).encode()
    digest = hmac.digest(settings.COGNITO_CLIENT_SECRET.encode(), message, "sha256")
    return {name: base64.b64encode(digest).decode()}


@contextmanager
def translated(refusal: str, *, code: str = "sign_in") -> Iterator[None]:
    try:
        yield
    except ClientError as error:
        raise _ours(error.response["Error"].get("Code", ""), refusal, code) from error
    except ParamValidationError as error:  # too short or too long to be what it should be
        raise Unauthenticated(refusal, code=code) from error
    except BotoCoreError as error:
        raise Unavailable(AWAY) from error


def _ours(reason: str, refusal: str, code: str) -> LucaError:
    if reason in REFUSED:
        return Unauthenticated(refusal, code=code)
    if reason in WRONG_CODE:
        return Unauthenticated("The code is wrong, or was used already.", code="wrong_code")
    if reason == "InvalidPasswordException":
        return Invalid("The password is too weak.", code="weak_password")
    if reason in LIMITED:
        return TooMany(SLOW, code=ATTEMPTS)
    return TooMany(SLOW) if reason == "TooManyRequestsException" else Unavailable(AWAY)


@contextmanager
def administered() -> Iterator[None]:
    """What an administrator's calls can meet that is nobody's data's fault."""
    try:
        yield
    except ClientError as error:
        meant = _to_admin(error.response["Error"].get("Code", ""))
        if meant is None:
            raise
        raise meant from error
    except ParamValidationError as error:
        raise Invalid("The user pool refuses it.", code="refused_by_pool") from error
    except BotoCoreError as error:
        raise Unavailable("The user pool does not answer.") from error


def _to_admin(reason: str) -> LucaError | None:
    if reason in DENIED:
        return Forbidden("This process may not manage accounts.")
    if reason in LIMITED | {"TooManyRequestsException"}:
        return TooMany("The user pool asks us to slow down.")
    if reason in REFUSED_TO_ADMIN:
        return Invalid("The user pool refuses it.", code="refused_by_pool")
    return Unavailable("The user pool does not answer.") if reason in BROKEN else None
