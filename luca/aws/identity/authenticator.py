"""Codes of an authenticator app (TOTP): set up, proven, asked for, given up."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote, urlencode

from luca.aws import clients
from luca.aws.identity.accounts import PERSON, SCHOOL, Login
from luca.aws.identity.calls import translated
from luca.kernel.errors import FieldError, Invalid, Unauthenticated

ISSUER = "Luca"
NAME = "SOFTWARE_TOKEN_MFA"
INVALID = "The access token is not valid."


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose access token it is."""

    login: Login
    email: str
    has_totp: bool


@dataclass(frozen=True, slots=True)
class Secret:
    """What an authenticator app is told, by hand or as a picture of the address."""

    secret: str
    uri: str


def owner(access_token: str) -> Owner:
    """Ask the pool; Unauthenticated when it does not take the token, or no longer."""
    with translated(INVALID, code="invalid_token"):
        found = clients.cognito_public().get_user(AccessToken=access_token)
    known = {one["Name"]: one.get("Value", "") for one in found["UserAttributes"]}
    login = Login(known.get(SCHOOL, ""), known.get(PERSON, ""))
    return Owner(login, known.get("email", ""), NAME in found.get("UserMFASettingList", []))


def begin_totp(access_token: str, email: str) -> Secret:
    """Take a secret for the app. Nothing asks for its codes before one is shown."""
    with translated(INVALID, code="invalid_token"):
        found = clients.cognito_public().associate_software_token(AccessToken=access_token)
    secret = found["SecretCode"]
    asked = urlencode({"secret": secret, "issuer": ISSUER})
    return Secret(secret, f"otpauth://totp/{ISSUER}:{quote(email)}?{asked}")


def verify_totp(access_token: str, code: str) -> None:
    """Show a code of the new secret; from now on signing in asks for one."""
    wrong = "The code is not that of the app. Is the clock of the phone right?"
    try:
        with translated(wrong, code="wrong_code"):
            clients.cognito_public().verify_software_token(AccessToken=access_token, UserCode=code)
    except Unauthenticated:
        fault = FieldError("code", wrong)
        raise Invalid(wrong, code="wrong_code", errors=(fault,)) from None
    _prefer(access_token, enabled=True)


def give_up_totp(access_token: str) -> None:
    _prefer(access_token, enabled=False)


def _prefer(access_token: str, *, enabled: bool) -> None:
    with translated(INVALID, code="invalid_token"):
        clients.cognito_public().set_user_mfa_preference(
            AccessToken=access_token,
            SoftwareTokenMfaSettings={"Enabled": enabled, "PreferredMfa": enabled},
        )
