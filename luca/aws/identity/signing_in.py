"""What people do for themselves; not signed, it carries its own proof."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings

from luca.aws import clients
from luca.aws.identity.calls import translated
from luca.kernel.errors import Forbidden


@dataclass(frozen=True, slots=True)
class Tokens:
    """What Cognito gives to somebody who signed in."""

    id_token: str
    expires_in: int  # seconds
    refresh_token: str = ""  # empty after a refresh: the old one stays good


def sign_in(email: str, password: str) -> Tokens:
    """Exchange a password for tokens; Unauthenticated, the same for every reason."""
    wrong = "The e-mail or password is wrong."
    return _initiate("USER_PASSWORD_AUTH", wrong, USERNAME=email, PASSWORD=password)


def refresh(refresh_token: str) -> Tokens:
    over = "The refresh token is not valid, or no longer: sign in again."
    return _initiate("REFRESH_TOKEN_AUTH", over, REFRESH_TOKEN=refresh_token)


def _initiate(flow: Any, refusal: str, **parameters: str) -> Tokens:
    with translated(refusal):
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
