"""Cognito: what anybody may call, what nobody may, and what needs a role."""

import re
from collections.abc import Iterator
from typing import Any

from luca.localaws.calls.parts import Check, NotUnderstood
from luca.localaws.cognito import SELF_SERVICE
from luca.localaws.deployment import ACCOUNT, REGION

TARGET = "AWSCognitoIdentityProviderService"
# These carry their own proof (a password, a session, a code, a token) and travel unsigned.
OPEN = frozenset(SELF_SERVICE)
# deploy/identity.json closes self sign-up and keeps custom attributes from app clients; the
# emulator would let both happen.
CLOSED = frozenset({"SignUp", "ConfirmSignUp", "UpdateUserAttributes", "DeleteUserAttributes"})
_POOL = re.compile(r"[a-z]{2}-[a-z]+-\d_[A-Za-z0-9]+")
KEYS_PATH = re.compile(rf"/{_POOL.pattern}/\.well-known/jwks\.json")


def checks(operation: str, body: dict[str, Any]) -> Iterator[Check]:
    if not operation.startswith("Admin") or not operation.isalpha():
        raise NotUnderstood(f"Cognito {operation}")
    pool = body["UserPoolId"]
    if not _POOL.fullmatch(pool):
        raise NotUnderstood("not a user pool's id")
    arn = f"arn:aws:cognito-idp:{REGION}:{ACCOUNT}:userpool/{pool}"
    yield Check(f"cognito-idp:{operation}", arn)
