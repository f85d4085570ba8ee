"""What an administrator does with accounts; signed with the process's own role.

An act takes what `find` found, and not an address: what was checked is what is changed,
even if the address passed to somebody else in between.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.conf import settings

from luca.aws import clients
from luca.aws.identity.calls import administered
from luca.kernel.errors import Conflict, Invalid

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

    from mypy_boto3_cognito_idp.type_defs import AttributeTypeTypeDef

SCHOOL, PERSON = "custom:school_id", "custom:person_id"
UNCONFIRMED = "FORCE_CHANGE_PASSWORD"  # has a temporary password only


@dataclass(frozen=True, slots=True)
class Login:
    """An account: the e-mail address signs in as a person of a school."""

    school: str
    person: str


@dataclass(frozen=True, slots=True)
class Found:
    """An account as the user pool has it."""

    username: str  # the pool's own name for it, which never changes
    login: Login
    enabled: bool
    confirmed: bool  # its person has chosen a password


@administered()
def find(email: str) -> Found | None:
    """Return the account with this address, of whatever school."""
    client = clients.cognito()
    try:
        found = client.admin_get_user(UserPoolId=settings.COGNITO_POOL_ID, Username=email)
    except client.exceptions.UserNotFoundException:
        return None
    known = {one["Name"]: one.get("Value", "") for one in found["UserAttributes"]}
    if known.get("email", "").lower() != email.lower():
        return None  # an id of the pool is no address
    login = Login(known.get(SCHOOL, ""), known.get(PERSON, ""))
    confirmed = found.get("UserStatus") != UNCONFIRMED
    return Found(found["Username"], login, found.get("Enabled", True), confirmed)


@administered()
def create(email: str, login: Login, password: str = "") -> None:
    """Add an account without telling anybody; Conflict when the address has one.

    The password is only the temporary one: the pool judges it here, before there is
    an account, and `set_password` makes it the person's.
    """
    more = {"TemporaryPassword": password} if password else {}
    _create(email, login, MessageAction="SUPPRESS", **more)


@administered()
def invite(email: str, login: Login) -> str:
    """Add an account and return its username; the pool mails a temporary password.

    Conflict when the address has an account.
    """
    return _create(email, login, DesiredDeliveryMediums=["EMAIL"])


@administered()
def invite_again(email: str) -> None:
    """Let the pool mail a new temporary password, good for as many days as the first."""
    client = clients.cognito()
    try:
        client.admin_create_user(
            UserPoolId=settings.COGNITO_POOL_ID,
            Username=email,
            MessageAction="RESEND",
            DesiredDeliveryMediums=["EMAIL"],
        )
    except client.exceptions.UnsupportedUserStateException:
        raise Conflict("The account is confirmed already.", code="wrong_state") from None


def _create(email: str, login: Login, **more: Any) -> str:
    client = clients.cognito()
    attributes: list[AttributeTypeTypeDef] = [
        {"Name": "email", "Value": email},
        {"Name": "email_verified", "Value": "true"},
        {"Name": SCHOOL, "Value": login.school},
        {"Name": PERSON, "Value": login.person},
    ]
    try:
        answer = client.admin_create_user(
            UserPoolId=settings.COGNITO_POOL_ID, Username=email, UserAttributes=attributes, **more
        )
    except client.exceptions.UsernameExistsException:
        raise Conflict("This e-mail address has a login already.", code="email_taken") from None
    except client.exceptions.InvalidPasswordException:
        raise _weak() from None
    return answer["User"]["Username"]


@administered()
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
        raise _weak() from None


def _weak() -> Invalid:
    return Invalid(
        "The password is too weak: 10 characters, with lower case, upper case and digits.",
        code="weak_password",
    )


@administered()
def groups_of(username: str) -> frozenset[str]:
    answer = clients.cognito().admin_list_groups_for_user(**_account(username))
    return frozenset(one["GroupName"] for one in answer["Groups"])


@administered()
def set_groups(username: str, groups: AbstractSet[str]) -> None:
    """Put the account into exactly these groups."""
    client, account = clients.cognito(), _account(username)
    present = groups_of(username)
    for name in sorted(groups - present):
        client.admin_add_user_to_group(**account, GroupName=name)
    for name in sorted(present - groups):
        client.admin_remove_user_from_group(**account, GroupName=name)


@administered()
def disable(username: str) -> None:
    """Let it sign in no more, nor renew what it has."""
    client, account = clients.cognito(), _account(username)
    client.admin_disable_user(**account)
    client.admin_user_global_sign_out(**account)


@administered()
def enable(username: str) -> None:
    clients.cognito().admin_enable_user(**_account(username))


@administered()
def reset_password(username: str) -> None:
    """Make the password useless; the pool mails a code for a new one."""
    client, account = clients.cognito(), _account(username)
    client.admin_user_global_sign_out(**account)
    client.admin_reset_user_password(**account)


@administered()
def forget_totp(username: str) -> None:
    """Let somebody who lost their authenticator app sign in without it, and end what it opened."""
    client, account = clients.cognito(), _account(username)
    client.admin_user_global_sign_out(**account)
    client.admin_set_user_mfa_preference(
        **account, SoftwareTokenMfaSettings={"Enabled": False, "PreferredMfa": False}
    )


@administered()
def change_email(username: str, email: str) -> None:
    """Let the account sign in with another address and its old password."""
    client = clients.cognito()
    try:
        client.admin_update_user_attributes(
            **_account(username),
            UserAttributes=[
                {"Name": "email", "Value": email},
                {"Name": "email_verified", "Value": "true"},
            ],
        )
    except client.exceptions.AliasExistsException:
        raise Conflict("This e-mail address has a login already.", code="email_taken") from None


@administered()
def delete(username: str) -> None:
    """Remove an account; one that is gone already is no fault."""
    client = clients.cognito()
    try:
        client.admin_delete_user(**_account(username))
    except client.exceptions.UserNotFoundException:
        return


def _account(username: str) -> Any:
    return {"UserPoolId": settings.COGNITO_POOL_ID, "Username": username}
