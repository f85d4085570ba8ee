"""Asking the API over HTTP with tokens, for the tests of every app.

The fixture `ask` of the root conftest makes the API believe our own key; a test then asks
as `"teresa/teacher"` of a school. A program is `Caller("lms", school, ("integrator",), scopes)`.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import jwt
from django.test import Client

from luca.api import machines, tokens
from luca.api.tests.conftest import AUDIENCE, ISSUER, KID, PRIVATE, keys, signed
from luca.api.tokens import INTEGRATOR
from luca.aws.identity.programs import SERVER
from luca.aws.integrators import SCOPES, Integrator
from luca.kernel import clock
from luca.kernel.ids import SchoolId

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pytest


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks, as a token says it."""

    person: str
    school: str
    groups: tuple[str, ...] = ()
    scopes: tuple[str, ...] = ()

    def token(self) -> str:
        if INTEGRATOR in self.groups:
            return self._program()
        return signed(
            **{
                "custom:school_id": self.school,
                "custom:person_id": self.person,
                "cognito:groups": list(self.groups),
            }
        )

    def _program(self) -> str:
        """Be in the directory with these scopes, and ask for all there are."""
        told = repr((self.person, self.school, self.scopes)).encode()
        client = self.person + hashlib.sha256(told).hexdigest()[:16]
        _clients[client] = Integrator(
            client, SchoolId(self.school), self.person, frozenset(self.scopes), enabled=True
        )
        return access_token(client, " ".join(f"{SERVER}/{one}" for one in SCOPES))


SMALL = 1 << 20  # bytes of a file that is read at once
_clients: dict[str, Integrator] = {}


def access_token(client: str, scope: str, **more: Any) -> str:
    """A client-credentials token that our key has signed."""
    claims = signed_claims(client, scope) | more
    return jwt.encode(claims, PRIVATE, algorithm="RS256", headers={"kid": KID})


def signed_claims(client: str, scope: str) -> dict[str, Any]:
    now = clock.now()
    return {
        "iss": ISSUER,
        "sub": client,
        "client_id": client,
        "token_use": "access",
        "scope": scope,
        "exp": int((now + timedelta(hours=1)).timestamp()),
        "iat": int(now.timestamp()),
    }


def trust_our_key(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the API take `Caller.token()`, until the patch is undone."""
    people = tokens.Verifier(issuer=ISSUER, audience=AUDIENCE, keys=keys())
    directory = machines.Directory(read=_clients.get)
    programs = machines.Verifier(issuer=ISSUER, keys=keys(), directory=directory)
    monkeypatch.setattr(tokens, "_verifier", lambda *_: people)
    monkeypatch.setattr(machines, "_verifier", lambda *_: programs)


@dataclass
class Ask:
    """A client without cookies: `ask("GET", "/me", who="ada/student", school=north)`."""

    school: str = ""  # unless a call says another
    who: str = ""
    client: Client = field(
        default_factory=lambda: Client(raise_request_exception=False, SERVER_NAME="127.0.0.1")
    )

    def __call__(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        who: str | Caller | None = "",
        school: str = "",
        headers: Mapping[str, str] | None = None,
    ) -> Any:
        """Send a request; a body that is no text is sent as JSON. `who=None` shows no token."""
        caller = self._caller(who, school) if isinstance(who, str) else who
        shown = {"Authorization": f"Bearer {caller.token()}"} if caller else {}
        return self.send(method, path, body, {**shown, **(headers or {})})

    def send(self, method: str, path: str, body: Any, headers: Mapping[str, str]) -> Any:
        """Send a request with just these headers."""
        kind = "application/json"
        rest = {name: value for name, value in headers.items() if name != "Content-Type"}
        if body is None:
            text: Any = ""
        else:
            text = body if isinstance(body, str | bytes) else json.dumps(body)
        answer: Any = self.client.generic(
            method, path, text, content_type=headers.get("Content-Type", kind), headers=rest
        )
        if answer.streaming and int(answer.get("Content-Length", 0)) <= SMALL:
            # One that nobody reads would leave a connection open.
            answer.streaming_content = [answer.getvalue()]
        return answer

    def _caller(self, who: str, school: str) -> Caller:
        person, _, groups = (who or self.who).partition("/")
        return Caller(person, school or self.school, tuple(filter(None, groups.split(","))))
