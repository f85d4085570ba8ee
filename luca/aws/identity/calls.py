"""What the calls to Cognito have in common: how its refusals read in our words."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from luca.kernel.errors import Forbidden, TooMany, Unauthenticated, Unavailable

if TYPE_CHECKING:
    from collections.abc import Iterator

# One answer for all of these: which of them it was tells a stranger who has an account.
REFUSED = {
    "NotAuthorizedException",
    "UserNotFoundException",
    "UserNotConfirmedException",
    "PasswordResetRequiredException",
    "InvalidParameterException",
}
DENIED = {"AccessDenied", "AccessDeniedException"}
BUSY = {"TooManyRequestsException", "LimitExceededException", "TooManyFailedAttemptsException"}


@contextmanager
def translated(refusal: str) -> Iterator[None]:
    try:
        yield
    except ClientError as error:
        code = error.response["Error"].get("Code", "")
        if code in REFUSED:
            raise Unauthenticated(refusal, code="sign_in") from None
        if code in BUSY:
            raise TooMany("Too many attempts; wait a moment.") from None
        raise Unavailable("Signing in does not work at the moment.") from error
    except BotoCoreError as error:
        raise Unavailable("Signing in does not work at the moment.") from error


@contextmanager
def administered() -> Iterator[None]:
    """What an administrator's calls can meet that is nobody's data's fault."""
    try:
        yield
    except ClientError as error:
        if error.response["Error"].get("Code") in DENIED:
            raise Forbidden("This process may not manage accounts.") from error
        raise
    except BotoCoreError as error:
        raise Unavailable("The user pool does not answer.") from error
