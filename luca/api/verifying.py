"""What every token must stand, whoever presents it: a signature of our pool, in time, in form."""

from __future__ import annotations

import hashlib
import time
from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING, Any

import jwt

from luca.kernel import clock
from luca.kernel.errors import Unauthenticated
from luca.telemetry import log

if TYPE_CHECKING:
    from collections.abc import Callable

    from luca.api.keys import Keys
    from luca.kernel.ids import PersonId, SchoolId

LONGEST = 8192  # characters
REMEMBERED = 5.0  # seconds for which a verified token is not verified again
LARGEST = 10_000  # tokens remembered
SKEW = 60.0  # seconds by which the pool's clock may be ahead of ours
_FOREVER = 1e12  # seconds since 1970: no token names such an instant
_REQUIRED = ["exp", "iss", "token_use"]
logger = log(__name__)


@dataclass(frozen=True, slots=True)
class Principal:
    """The verified caller. The school never comes from the request."""

    person: PersonId
    school: SchoolId
    groups: frozenset[str]
    scopes: frozenset[str] = frozenset()  # of a program; people have none
    is_authenticated: bool = True  # DRF asks


class Refused(Exception):
    """Why a token is refused: for the log only, the caller learns nothing."""


class Verifier:
    """Turns a token into a principal, or raises Unauthenticated.

    `audience` None: tokens of this kind have none. `read` makes a principal of claims
    whose signature, issuer and expiry are good, or raises Refused.
    """

    def __init__(
        self,
        *,
        issuer: str,
        audience: str | None,
        keys: Keys,
        read: Callable[[dict[str, Any]], Principal],
        ticks: Callable[[], float] = time.monotonic,
    ) -> None:
        self._issuer = issuer
        self._audience = audience
        self._keys = keys
        self._read = read
        self._ticks = ticks
        self._verified: OrderedDict[bytes, tuple[float, float, Principal]] = OrderedDict()
        self._lock = Lock()

    def verify(self, token: str) -> Principal:
        """Return who the token speaks for.

        Unauthenticated for every fault alike; Unavailable if the pool's keys
        cannot be had.
        """
        digest = hashlib.sha256(token.encode(errors="replace")).digest()
        known = self._remembered(digest)
        if known is not None:
            return known
        try:
            claims = self._claims(token)
            expires = _expiry(claims)
            principal = self._read(claims)
        except Refused as error:
            logger.info("token_refused", reason=str(error))
            raise Unauthenticated("The token is not valid.", code="invalid_token") from None
        self._remember(digest, expires, principal)
        return principal

    def _claims(self, token: str) -> dict[str, Any]:
        if len(token) > LONGEST:
            raise Refused("too long")
        try:
            header = jwt.get_unverified_header(token)
        except (jwt.PyJWTError, ValueError, RecursionError):
            raise Refused("unreadable") from None
        kid = header.get("kid")
        if header.get("alg") != "RS256" or not isinstance(kid, str):
            raise Refused("algorithm or key id")
        key = self._keys.get(kid)
        if key is None:
            raise Refused("unknown key")
        return self._signed(token, key)

    def _signed(self, token: str, key: Any) -> dict[str, Any]:
        try:
            claims: dict[str, Any] = jwt.decode(
                token,
                key,
                algorithms=["RS256"],
                audience=self._audience,
                issuer=self._issuer,
                options={
                    "require": _REQUIRED if self._audience is None else [*_REQUIRED, "aud"],
                    "verify_aud": self._audience is not None,
                    "strict_aud": self._audience is not None,
                    "verify_exp": False,  # our own clock judges it, see _expiry
                    "verify_iat": False,
                    "verify_nbf": False,
                },
            )
        except (jwt.PyJWTError, ValueError, TypeError, RecursionError) as error:
            raise Refused(type(error).__name__) from None
        return claims

    def _remembered(self, digest: bytes) -> Principal | None:
        with self._lock:
            found = self._verified.get(digest)
        if found is None or found[0] <= self._ticks() or found[1] <= clock.now().timestamp():
            return None
        return found[2]

    def _remember(self, digest: bytes, expires: float, principal: Principal) -> None:
        until = self._ticks() + REMEMBERED
        with self._lock:
            self._verified.pop(digest, None)
            self._verified[digest] = (until, expires, principal)
            while len(self._verified) > LARGEST:
                self._verified.popitem(last=False)


def _expiry(claims: dict[str, Any]) -> float:
    now, expires = clock.now().timestamp(), _instant(claims["exp"])
    if expires <= now:
        raise Refused("expired")
    if "nbf" in claims and _instant(claims["nbf"]) > now + SKEW:
        raise Refused("not good yet")
    return expires


def _instant(stated: Any) -> float:
    number = isinstance(stated, int | float) and not isinstance(stated, bool)
    if not number or not abs(stated) < _FOREVER:  # written so that NaN is refused too
        raise Refused("an instant is no number")
    return float(stated)
