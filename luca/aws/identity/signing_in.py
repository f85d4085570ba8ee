"""Signing in, step after step; not signed, it carries its own proof."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.conf import settings

from luca.aws import clients
from luca.aws.identity.calls import client_secret, secret_hash, translated
from luca.kernel.errors import Forbidden, Unauthenticated

WRONG = "The e-mail or password is wrong."
OVER = "This sign-in has taken too long or is finished: begin again."


class Step(StrEnum):
    """What a password alone does not open; the values are Cognito's."""

    NEW_PASSWORD = "NEW_PASSWORD_REQUIRED"  # noqa: S105 -- the name of a challenge
    TOTP = "SOFTWARE_TOKEN_MFA"


ANSWERS = {Step.NEW_PASSWORD: "NEW_PASSWORD", Step.TOTP: "SOFTWARE_TOKEN_MFA_CODE"}


@dataclass(frozen=True, slots=True)
class Tokens:
    """What Cognito gives to somebody who signed in."""

    id_token: str
    access_token: str  # for what people do with their own account
    expires_in: int  # seconds
    refresh_token: str = ""  # empty after a refresh: the old one stays good


@dataclass(frozen=True, slots=True)
class Challenge:
    """A step that must be answered before there are tokens; it waits three minutes."""

    step: Step
    session: str
    user: str


def sign_in(email: str, password: str) -> Tokens | Challenge:
    """Show a password; Unauthenticated, the same for every reason."""
    with translated(WRONG):
        answer = clients.cognito_public().initiate_auth(
            ClientId=settings.COGNITO_CLIENT_ID,
            AuthFlow="USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": email, "PASSWORD": password}
            | secret_hash("SECRET_HASH", email),
        )
    return _outcome(dict(answer), email)


def respond(challenge: Challenge, answer: str) -> Tokens | Challenge:
    """Answer a step: with the password of one's own, or the code of the app."""
    given = {"USERNAME": challenge.user, ANSWERS[challenge.step]: answer}
    with translated(OVER, code="challenge_over"):
        found = clients.cognito_public().respond_to_auth_challenge(
            ClientId=settings.COGNITO_CLIENT_ID,
            ChallengeName=challenge.step.value,
            Session=challenge.session,
            ChallengeResponses=given | secret_hash("SECRET_HASH", challenge.user),
        )
    return _outcome(dict(found), challenge.user)


def refresh(refresh_token: str) -> Tokens:
    over = "The refresh token is not valid, or no longer: sign in again."
    with translated(over):
        answer = clients.cognito_public().get_tokens_from_refresh_token(
            ClientId=settings.COGNITO_CLIENT_ID, RefreshToken=refresh_token, **client_secret()
        )
    return _tokens(dict(answer["AuthenticationResult"]))


def sign_out(refresh_token: str) -> None:
    """End one session; a token that is none has nothing to end."""
    with translated("There is no such session."):
        clients.cognito_public().revoke_token(
            ClientId=settings.COGNITO_CLIENT_ID, Token=refresh_token, **client_secret()
        )


def sign_out_everywhere(access_token: str) -> None:
    """End all sessions of the token's owner."""
    with translated("The access token is not valid.", code="invalid_token"):
        clients.cognito_public().global_sign_out(AccessToken=access_token)


def _outcome(answer: dict[str, Any], name: str) -> Tokens | Challenge:
    if not answer.get("ChallengeName"):
        return _tokens(answer["AuthenticationResult"])
    try:
        step = Step(answer["ChallengeName"])
    except ValueError:
        raise Forbidden("The account asks for a step that Luca does not know.") from None
    known_as = answer.get("ChallengeParameters", {}).get("USER_ID_FOR_SRP", name)
    if not answer.get("Session"):
        raise Unauthenticated(WRONG, code="sign_in")
    return Challenge(step, answer["Session"], known_as)


def _tokens(found: dict[str, Any]) -> Tokens:
    return Tokens(
        found["IdToken"], found["AccessToken"], found["ExpiresIn"], found.get("RefreshToken", "")
    )
