"""The door to Cognito: people who can sign in, and signing them in.

What a person does for themselves is not signed; what an administrator does is
signed with the process's own role.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError
from django.conf import settings

from luca.aws import clients
from luca.kernel.errors import Conflict, Forbidden, Invalid, TooMany, Unauthenticated, Unavailable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from collections.abc import Set as AbstractSet

SCHOOL, PERSON = "custom:school_id", "custom:person_id"
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


@dataclass(frozen=True, slots=True)
class Tokens:
    """What Cognito gives to somebody who signed in."""

    id_token: str
    expires_in: int  # seconds
    refresh_token: str = ""  # empty after a refresh: the old one stays good


@dataclass(frozen=True, slots=True)
class Login:
    """An account: the e-mail address signs in as a person of a school."""

    school: str
    person: str


def sign_in(email: str, password: str) -> Tokens:
    """Exchange a password for tokens; Unauthenticated, the same for every reason."""
    wrong = "The e-mail or password is wrong."
    return _initiate("USER_PASSWORD_AUTH", wrong, USERNAME=email, PASSWORD=password)


def refresh(refresh_token: str) -> Tokens:
    over = "The refresh token is not valid, or no longer: sign in again."
    return _initiate("REFRESH_TOKEN_AUTH", over, REFRESH_TOKEN=refresh_token)


def _initiate(flow: Any, refusal: str, **parameters: str) -> Tokens:
    with _translated(refusal):
        answer = clients.cognito_public().initiate_auth(
            ClientId=settings.COGNITO_CLIENT_ID, AuthFlow=flow, AuthParameters=parameters
        )
    challenge: str | None = dict(answer).get("ChallengeName")  # type: ignore[assignment]  # the stubs think it is always there
    if challenge:
        raise Forbidden(
            "The account must complete a step before it can sign in: "
            f"{challenge.lower().replace('_', ' ')}.",
            code=f"challenge_{challenge.lower()}",
        )
    found = answer["AuthenticationResult"]
    return Tokens(found["IdToken"], found["ExpiresIn"], found.get("RefreshToken", ""))


@contextmanager
def _translated(refusal: str) -> Iterator[None]:
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
def _administered() -> Iterator[None]:
    """What an administrator's calls can meet that is nobody's data's fault."""
    try:
        yield
    except ClientError as error:
        if error.response["Error"].get("Code") in DENIED:
            raise Forbidden("This process may not manage accounts.") from error
        raise
    except BotoCoreError as error:
        raise Unavailable("The user pool does not answer.") from error


@_administered()
def find(email: str) -> Login | None:
    """Return the account with this address, of whatever school."""
    client = clients.cognito()
    try:
        found = client.admin_get_user(UserPoolId=settings.COGNITO_POOL_ID, Username=email)
    except client.exceptions.UserNotFoundException:
        return None
    known = {one["Name"]: one.get("Value", "") for one in found["UserAttributes"]}
    return Login(known.get(SCHOOL, ""), known.get(PERSON, ""))


@_administered()
def create(email: str, login: Login) -> None:
    """Add an account that cannot sign in yet; Conflict when the address has one."""
    client = clients.cognito()
    try:
        client.admin_create_user(
            UserPoolId=settings.COGNITO_POOL_ID,
            Username=email,
            UserAttributes=[
                {"Name": "email", "Value": email},
                {"Name": "email_verified", "Value": "true"},
                {"Name": SCHOOL, "Value": login.school},
                {"Name": PERSON, "Value": login.person},
            ],
            MessageAction="SUPPRESS",
        )
    except client.exceptions.UsernameExistsException:
        raise Conflict("This e-mail address has a login already.", code="email_taken") from None


@_administered()
def set_password(email: str, password: str) -> None:
    client = clients.cognito()
    try:
        client.admin_set_user_password(
            UserPoolId=settings.COGNITO_POOL_ID, Username=email, Password=password, Permanent=True
        )
    except (
        client.exceptions.InvalidPasswordException,
        client.exceptions.InvalidParameterException,
    ):
        raise Invalid(
            "The password is too weak: 10 characters, with lower case, upper case and digits.",
            code="weak_password",
        ) from None


@_administered()
def set_groups(email: str, groups: AbstractSet[str]) -> None:
    """Put the account into exactly these groups."""
    client = clients.cognito()
    account: Any = {"UserPoolId": settings.COGNITO_POOL_ID, "Username": email}
    answer = client.admin_list_groups_for_user(**account)
    present = {one["GroupName"] for one in answer["Groups"]}
    for name in sorted(groups - present):
        client.admin_add_user_to_group(**account, GroupName=name)
    for name in sorted(present - groups):
        client.admin_remove_user_from_group(**account, GroupName=name)
