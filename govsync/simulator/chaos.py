"""How the simulated authority misbehaves, switched on and off while it runs."""

import hashlib
import random
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from threading import Lock
from typing import Any

SHARES = {"error_share", "timeout_share", "slow_share", "bad_share"}


@dataclass(frozen=True, slots=True)
class Chaos:
    """All off by default. Shares are between 0 and 1, times in seconds."""

    error_share: float = 0  # of calls that are answered 503
    retry_after: float = 0  # told with a 503; 0: nothing is told
    timeout_share: float = 0  # of calls whose grades are kept and that are then never answered
    slow_share: float = 0  # of calls that are answered late
    slow_seconds: float = 0
    outage_from: float = 0  # seconds from the moment this is set
    outage_for: float = 0  # every call is answered 503 for so long
    rate_interval: float = 0  # calls closer together than this are answered 429
    bad_share: float = 0  # of records that it refuses, always the same ones
    hang_seconds: float = 300  # how long a call that is never answered is kept open


class Refused(ValueError):
    """Settings that make no sense."""


def parsed(raw: Any, base: Chaos) -> Chaos:
    """Return `base` with the given switches changed."""
    if not isinstance(raw, Mapping):
        raise Refused("The switches must be a JSON object.")
    known = {field.name for field in fields(Chaos)}
    for name, value in raw.items():
        if name not in known:
            raise Refused(f"There is no switch {name!r}; there are {', '.join(sorted(known))}.")
        if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
            raise Refused(f"{name} must be a number of at least 0.")
        if name in SHARES and value > 1:
            raise Refused(f"{name} must be between 0 and 1.")
    return replace(base, **raw)


class Switches:
    """The present settings; the dice are seeded, so that a run can be repeated."""

    def __init__(self, settings: Chaos, seed: int) -> None:
        self._lock = Lock()
        self._dice = random.Random(seed)  # noqa: S311 -- it hides nothing
        self._settings = settings
        self._since = time.monotonic()
        self._last_call = float("-inf")
        self.seed = seed

    @property
    def settings(self) -> Chaos:
        return self._settings

    def set(self, raw: Any, *, afresh: bool = False) -> Chaos:
        with self._lock:
            self._settings = parsed(raw, Chaos() if afresh else self._settings)
            self._last_call = float("-inf")
            if afresh or {"outage_from", "outage_for"} & set(raw):
                self._since = time.monotonic()
            return self._settings

    def shown(self) -> dict[str, Any]:
        return {**asdict(self._settings), "in_outage": self.outage_left() > 0, "seed": self.seed}

    def outage_left(self) -> float:
        """Seconds until the present outage ends; 0 when there is none."""
        passed = time.monotonic() - self._since - self._settings.outage_from
        return self._settings.outage_for - passed if passed >= 0 else 0

    def too_soon(self) -> float:
        """Note a call; return how many seconds too early it came."""
        with self._lock:
            now = time.monotonic()
            early = self._settings.rate_interval - (now - self._last_call)
            if early <= 0:
                self._last_call = now
            return max(0, early)

    def chance(self, share: float) -> bool:
        with self._lock:
            return self._dice.random() < share

    def is_bad(self, record: str) -> bool:
        digest = hashlib.sha256(f"{self.seed}/{record}".encode()).digest()
        return int.from_bytes(digest[:4]) < self._settings.bad_share * 2**32
