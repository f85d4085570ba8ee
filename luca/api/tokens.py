"""Cognito's ID tokens: what a person presents, verified before anything else happens."""

from __future__ import annotations

import time
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django.conf import settings

from luca.api import verifying
from luca.api.keys import Keys
from luca.api.verifying import Principal, Refused
from luca.kernel.ids import PersonId, check_id, check_school

if TYPE_CHECKING:
    from collections.abc import Callable

INTEGRATOR = "integrator"  # the group of programs: scopes limit them, and nothing else


class Verifier(verifying.Verifier):
    """Takes ID tokens of one app client, and no others."""

    def __init__(
        self,
        *,
        issuer: str,
        audience: str,
        keys: Keys,
        ticks: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(issuer=issuer, audience=audience, keys=keys, read=person, ticks=ticks)


def person(claims: dict[str, Any]) -> Principal:
    """Read who a person is, of which school, in which groups."""
    if claims["token_use"] != "id":  # noqa: S105 -- the name of a claim
        raise Refused("not an ID token")
    school, identity = claims.get("custom:school_id"), claims.get("custom:person_id")
    groups = claims.get("cognito:groups", [])
    if not isinstance(school, str) or not isinstance(identity, str):
        raise Refused("no school or person")
    if not isinstance(groups, list) or not all(isinstance(one, str) for one in groups):
        raise Refused("groups")
    try:
        return Principal(
            PersonId(check_id(identity)), check_school(school), frozenset(groups) - {INTEGRATOR}
        )
    except ValueError:
        raise Refused("malformed school or person") from None


def verify(token: str) -> Principal:
    """Verify an ID token of the pool that the settings name."""
    return _verifier(
        settings.COGNITO_ISSUER, settings.COGNITO_CLIENT_ID, settings.COGNITO_JWKS_URL
    ).verify(token)


@lru_cache(maxsize=4)
def _verifier(issuer: str, audience: str, url: str) -> Verifier:
    return Verifier(issuer=issuer, audience=audience, keys=published(url))


@lru_cache(maxsize=4)
def published(url: str) -> Keys:
    """The pool's keys; both kinds of tokens are signed with the same."""
    return Keys(url)
