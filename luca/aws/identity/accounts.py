"""What an administrator does with accounts; signed with the process's own role."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.conf import settings

from luca.aws import clients
from luca.aws.identity.calls import administered
from luca.kernel.errors import Conflict, Invalid

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

SCHOOL, PERSON = "custom:school_id", "custom:person_id"


@dataclass(frozen=True, slots=True)
class Login:
    """An account: the e-mail address signs in as a person of a school."""

    school: str
    person: str


@administered()
def find(email: str) -> Login | None:
    """Return the account with this address, of whatever school."""
    client = clients.cognito()
    try:
        found = client.admin_get_user(UserPoolId=settings.COGNITO_POOL_ID, Username=email)
    except client.exceptions.UserNotFoundException:
        return None
    known = {one["Name"]: one.get("Value", "") for one in found["UserAttributes"]}
    return Login(known.get(SCHOOL, ""), known.get(PERSON, ""))


@administered()
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
        raise Invalid(
            "The password is too weak: 10 characters, with lower case, upper case and digits.",
            code="weak_password",
        ) from None


@administered()
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
