"""Client-credentials tokens: what a program presents. A token of a person is none, nor the reverse.

The pool says which client it is and what it asked for; the platform's directory says
for which school it works, what it may, and whether it still may.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from functools import lru_cache
from threading import Lock
from typing import TYPE_CHECKING, Any

from django.conf import settings

from luca.api import verifying
from luca.api.tokens import INTEGRATOR, published
from luca.api.verifying import Principal, Refused
from luca.aws import integrators
from luca.aws.identity.programs import SERVER
from luca.kernel.ids import ID, PersonId

if TYPE_CHECKING:
    from collections.abc import Callable

    from luca.api.keys import Keys
    from luca.aws.integrators import Integrator


KNOWN = 60.0  # seconds for which a client of the directory is remembered; disabling takes as long
LARGEST = 1_000  # clients remembered


class Directory:
    """Clients by id, each read at most once a minute; unknown ones too."""

    def __init__(
        self,
        read: Callable[[str], Integrator | None] = integrators.get,
        ticks: Callable[[], float] = time.monotonic,
    ) -> None:
        self._read = read
        self._ticks = ticks
        self._known: OrderedDict[str, tuple[float, Integrator | None]] = OrderedDict()
        self._lock = Lock()

    def get(self, client: str) -> Integrator | None:
        with self._lock:
            known = self._known.get(client)
        if known is not None and known[0] > self._ticks():
            return known[1]
        until = self._ticks() + KNOWN
        found = self._read(client)
        with self._lock:
            self._known.pop(client, None)
            self._known[client] = (until, found)
            while len(self._known) > LARGEST:
                self._known.popitem(last=False)
        return found


class Verifier(verifying.Verifier):
    """Takes access tokens of clients that the directory knows, and no others."""

    def __init__(
        self,
        *,
        issuer: str,
        keys: Keys,
        directory: Directory,
        ticks: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(issuer=issuer, audience=None, keys=keys, read=self._program, ticks=ticks)
        self._directory = directory

    def _program(self, claims: dict[str, Any]) -> Principal:
        if claims["token_use"] != "access":  # noqa: S105 -- the name of a claim
            raise Refused("not an access token")
        if "username" in claims or "cognito:groups" in claims:
            raise Refused("a person's access token")
        client, asked = claims.get("client_id"), claims.get("scope")
        if not isinstance(client, str) or not ID.fullmatch(client):
            raise Refused("no client")
        if claims.get("sub") != client or not isinstance(asked, str):
            raise Refused("not a program's token")
        known = self._directory.get(client)
        if known is None or not known.enabled:
            raise Refused("unknown or disabled client")
        scopes = known.scopes & {one.removeprefix(f"{SERVER}/") for one in asked.split()}
        return Principal(PersonId(client), known.school, frozenset({INTEGRATOR}), scopes)


def verify(token: str) -> Principal:
    """Verify a program's token of the pool that the settings name."""
    return _verifier(settings.COGNITO_ISSUER, settings.COGNITO_JWKS_URL).verify(token)


@lru_cache(maxsize=4)
def _verifier(issuer: str, url: str) -> Verifier:
    return Verifier(issuer=issuer, keys=published(url), directory=Directory())
