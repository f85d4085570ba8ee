"""Passwords: what one must look like, a new one for a forgotten one, another in its place."""

from __future__ import annotations

import json
import string
from functools import cache
from typing import TYPE_CHECKING, Any

from django.conf import settings

from luca.aws import clients
from luca.aws.identity.calls import ATTEMPTS, secret_hash, translated
from luca.kernel.errors import FieldError, Invalid, TooMany, Unauthenticated
from luca.telemetry import hashed, log

if TYPE_CHECKING:
    from collections.abc import Iterator

LONGEST = 256  # characters; Cognito's own limit
SYMBOLS = set("^$*.[]{}()?-\"!@#%&/\\,><':;|_~`+= ")
logger = log(__name__)


def check(password: str, field: str = "password") -> None:
    """Invalid, naming each rule of the pool that a password breaks."""
    faults = tuple(FieldError(field, message) for message in _faults(password))
    if faults:
        raise Invalid("The password is too weak.", code="weak_password", errors=faults)


def _faults(password: str) -> Iterator[str]:
    rules = _rules()
    letters = set(password)
    if len(password) < rules["minimum_length"]:
        yield f"It needs at least {rules['minimum_length']} characters."
    if len(password) > LONGEST:
        yield f"It may have {LONGEST} characters at most."
    for name, alphabet, message in (
        ("require_lowercase", set(string.ascii_lowercase), "It needs a lower-case letter."),
        ("require_uppercase", set(string.ascii_uppercase), "It needs an upper-case letter."),
        ("require_numbers", set(string.digits), "It needs a digit."),
        ("require_symbols", SYMBOLS, "It needs a symbol."),
    ):
        if rules[name] and not letters & alphabet:
            yield message


@cache
def _rules() -> dict[str, Any]:
    file = settings.BASE_DIR / "deploy" / "identity.json"
    rules: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))["password"]
    return rules


def forgot(email: str) -> None:
    """Have a code mailed, if there is an account to mail it to: the caller never learns."""
    try:
        with translated("There is nobody to mail a code to."):
            clients.cognito_public().forgot_password(
                ClientId=settings.COGNITO_CLIENT_ID,
                Username=email,
                **secret_hash("SecretHash", email),
            )
    except Unauthenticated:
        logger.info("password_code_not_sent", account=hashed(email))
    except TooMany as error:
        if error.code != ATTEMPTS:
            raise  # the whole pool is busy, which says nothing about the address
        logger.info("password_code_not_sent", account=hashed(email))


def reset(email: str, code: str, password: str) -> None:
    """Set another password with the code from the mail; Invalid, the same for every reason."""
    wrong = "The code is wrong, was used, or is older than an hour."
    try:
        with translated(wrong):
            clients.cognito_public().confirm_forgot_password(
                ClientId=settings.COGNITO_CLIENT_ID,
                Username=email,
                ConfirmationCode=code,
                Password=password,
                **secret_hash("SecretHash", email),
            )
    except (Unauthenticated, TooMany) as error:
        if isinstance(error, TooMany) and error.code != ATTEMPTS:
            raise
        raise Invalid(wrong, code="wrong_code") from None


def change(access_token: str, old: str, new: str) -> None:
    """Set another password, knowing the present one."""
    wrong = "The present password is wrong."
    try:
        with translated(wrong):
            clients.cognito_public().change_password(
                AccessToken=access_token, PreviousPassword=old, ProposedPassword=new
            )
    except Unauthenticated:
        # Not 401: whoever asks is signed in, and a client would try to renew its token.
        fault = FieldError("old_password", wrong)
        raise Invalid(wrong, code="wrong_password", errors=(fault,)) from None
