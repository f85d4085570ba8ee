"""What the user pool holds about one account: for `luca.privacy`."""

from __future__ import annotations

from typing import Any

from django.conf import settings

from luca.aws import clients
from luca.aws.identity.accounts import PERSON, SCHOOL, groups_of
from luca.aws.identity.calls import administered
from luca.kernel import clock


@administered()
def held(email: str, school: str, person: str) -> dict[str, Any] | None:
    """Return everything of the account, if it is this person's of this school."""
    client = clients.cognito()
    try:
        found = client.admin_get_user(UserPoolId=settings.COGNITO_POOL_ID, Username=email)
    except client.exceptions.UserNotFoundException:
        return None
    known = {one["Name"]: one.get("Value", "") for one in found["UserAttributes"]}
    if (known.get(SCHOOL), known.get(PERSON)) != (school, person):
        return None
    return {
        "username": found["Username"],
        "attributes": known,
        "groups": sorted(groups_of(found["Username"])),
        "enabled": found.get("Enabled"),
        "status": found.get("UserStatus"),
        "created": clock.stamp(found["UserCreateDate"]) if "UserCreateDate" in found else None,
        "mfa": found.get("UserMFASettingList", []),
    }
