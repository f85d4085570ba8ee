"""Cognito: what anybody may call, what nobody may, and what needs a role."""

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs

from luca.localaws.calls.parts import Check, NotUnderstood
from luca.localaws.cognito import SELF_SERVICE
from luca.localaws.deployment import ACCOUNT, REGION
from luca.localaws.sigv4 import Request

TARGET = "AWSCognitoIdentityProviderService"
# These carry their own proof (a password, a session, a code, a token) and travel unsigned.
OPEN = frozenset(SELF_SERVICE)
# deploy/identity.json closes self sign-up and keeps custom attributes from app clients; the
# emulator would let both happen.
CLOSED = frozenset({"SignUp", "ConfirmSignUp", "UpdateUserAttributes", "DeleteUserAttributes"})
CHANGEABLE = frozenset({"email", "email_verified", "name"})
_POOL = re.compile(r"[a-z]{2}-[a-z]+-\d_[A-Za-z0-9]+")
KEYS_PATH = re.compile(rf"/{_POOL.pattern}/\.well-known/jwks\.json")


PROGRAMS = frozenset({"CreateUserPoolClient", "DeleteUserPoolClient"})
TOKEN_PATH = "/oauth2/token"  # noqa: S105 -- an address
_FORM = "application/x-www-form-urlencoded"
_BASIC = re.compile(r"Basic [A-Za-z0-9+/]*={0,2}")


def asks_for_a_program(request: Request) -> bool:
    """Say whether a program asks for a token: it shows its secret, in the body or as Basic.

    Every other grant is a person's, and people sign in through the API. A header that
    names an operation, or a credential, might lead the emulator elsewhere.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if (request.method, request.path, kind) != ("POST", TOKEN_PATH, _FORM):
        return False
    if request.query or any(name.startswith("x-amz-") for name in request.headers):
        return False
    shown = request.headers.get("authorization", "Basic ")
    form = parse_qs(request.body.decode("latin-1"), keep_blank_values=True)
    return bool(_BASIC.fullmatch(shown)) and form.get("grant_type") == ["client_credentials"]


def checks(operation: str, body: dict[str, Any]) -> Iterator[Check]:
    if not (operation.startswith("Admin") and operation.isalpha()) and operation not in PROGRAMS:
        raise NotUnderstood(f"Cognito {operation}")
    _check_attributes(operation, body)
    pool = body["UserPoolId"]
    if not _POOL.fullmatch(pool):
        raise NotUnderstood("not a user pool's id")
    arn = f"arn:aws:cognito-idp:{REGION}:{ACCOUNT}:userpool/{pool}"
    yield Check(f"cognito-idp:{operation}", arn)


def _check_attributes(operation: str, body: dict[str, Any]) -> None:
    """The pool keeps the others for ever; the emulator would change them."""
    changed = body.get("UserAttributes", []) if operation == "AdminUpdateUserAttributes" else []
    if {one["Name"] for one in changed} - CHANGEABLE:
        raise NotUnderstood("an attribute that cannot be changed")
