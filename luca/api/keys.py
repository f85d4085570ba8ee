"""The public keys that the pool signs tokens with."""

from __future__ import annotations

import json
import time
from threading import Lock
from typing import TYPE_CHECKING, Any

import jwt
import urllib3
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from luca.kernel.errors import Unavailable
from luca.telemetry import log

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

OLD = 3600.0  # seconds after which known keys are fetched anew
FLOOR = 10.0  # seconds between two fetches, however many unknown keys are named meanwhile
RETRY = 1.0  # seconds after a fetch that failed
SMALLEST = 2048  # bits
_TIMEOUT = urllib3.Timeout(connect=2, read=2)
_LARGEST = 65_536  # bytes of a key set
logger = log(__name__)


def fetch(url: str) -> bytes:
    """Return the key set as it is published."""
    answer = _pool.request("GET", url, timeout=_TIMEOUT, retries=False, redirect=False)
    if answer.status != 200 or len(answer.data) > _LARGEST:  # noqa: PLR2004 -- HTTP's OK
        raise ValueError(f"The key set answered {answer.status}.")
    return answer.data


_pool = urllib3.PoolManager(maxsize=2)


class Keys:
    """Keys by their id. An unknown id fetches the set anew, so a rotation needs no restart."""

    def __init__(
        self,
        url: str,
        *,
        fetch: Callable[[str], bytes] = fetch,
        ticks: Callable[[], float] = time.monotonic,
    ) -> None:
        self._url = url
        self._fetch = fetch
        self._ticks = ticks
        self._known: Mapping[str, RSAPublicKey] = {}
        self._fetched = float("-inf")
        self._tried = float("-inf")
        self._failed = False
        self._lock = Lock()

    def get(self, kid: str) -> RSAPublicKey | None:
        """Return a key, or None if the pool has none of this id.

        Unavailable when that cannot be known. Keys that are known stay good while
        the pool does not answer.
        """
        found = self._known.get(kid)
        if found is not None and self._ticks() - self._fetched < OLD:
            return found
        # Nobody waits for the pool while a known key will do: one request renews, the rest go on.
        if self._lock.acquire(blocking=found is None):
            try:
                if self._ticks() - self._tried >= (RETRY if self._failed else FLOOR):
                    self._refresh()
            finally:
                self._lock.release()
        found = self._known.get(kid)
        if found is None and self._failed:
            raise Unavailable("Who is asking cannot be checked at the moment.")
        return found

    def _refresh(self) -> None:
        try:
            known = _readable(json.loads(self._fetch(self._url)))
        except (
            urllib3.exceptions.HTTPError,
            ValueError,
            TypeError,
            KeyError,
            AttributeError,
        ) as error:
            self._tried, self._failed = self._ticks(), True
            logger.warning("token_keys_unreachable", error=type(error).__name__)
            return
        self._tried = self._fetched = self._ticks()
        self._known, self._failed = known, False


def _readable(published: Any) -> dict[str, RSAPublicKey]:
    """Keep what can sign RS256 safely; a pool may publish keys for other uses."""
    found = {}
    for one in published["keys"]:
        if one.get("use", "sig") != "sig" or one.get("alg", "RS256") != "RS256":
            continue
        try:
            key = jwt.PyJWK.from_dict({**one, "alg": "RS256"}).key
        except jwt.PyJWTError:
            continue
        if isinstance(key, RSAPublicKey) and key.key_size >= SMALLEST:
            found[str(one["kid"])] = key
    return found
