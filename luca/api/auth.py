"""Who is asking, and for which school."""

from typing import Any

import jwt
from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request

from luca.api import machines, tokens
from luca.api.verifying import LONGEST, Principal

__all__ = ["CognitoAuthentication", "Principal", "caller"]
SCHEME = "bearer"


class CognitoAuthentication(BaseAuthentication):
    """Reads the identity that Cognito has signed: a person's, or a program's."""

    def authenticate(self, request: Request) -> tuple[Any, None] | None:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != SCHEME:
            return None
        principal = _verified(token.strip())
        request._request.principal = principal  # type: ignore[attr-defined]  # noqa: SLF001 -- for the request's log line
        return principal, None

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"  # without it DRF answers 403 where 401 is meant


def caller(request: Request) -> Principal:
    """Return the verified caller of a view that lets only those in."""
    found: Any = request.user
    if not isinstance(found, Principal):
        raise TypeError("This view lets in callers that nobody has verified.")
    return found


def _verified(token: str) -> Principal:
    """Ask the verifier for this kind of token. A token that lies about its kind fails there."""
    if _kind(token) == "access":
        return machines.verify(token)
    return tokens.verify(token)


def _kind(token: str) -> Any:
    if len(token) > LONGEST:
        return None
    try:
        return jwt.decode(token, options={"verify_signature": False}).get("token_use")
    except (jwt.PyJWTError, ValueError, RecursionError):
        return None
