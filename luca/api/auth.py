"""Who is asking, and for which school."""

from typing import Any

from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request

from luca.api import tokens
from luca.api.tokens import Principal

__all__ = ["CognitoAuthentication", "Principal", "caller"]
SCHEME = "bearer"


class CognitoAuthentication(BaseAuthentication):
    """Reads the identity that Cognito has signed."""

    def authenticate(self, request: Request) -> tuple[Any, None] | None:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != SCHEME:
            return None
        principal = tokens.verify(token.strip())
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
