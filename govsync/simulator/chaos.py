"""How the simulated authority misbehaves, switched on and off while it runs.

Shares and windows are switches; what must happen to one call and not to
another is a script's (`script.py`). Both end in deeds: what is done to a call.
"""

import hashlib
import random
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from threading import Lock
from typing import Any

from govsync.simulator import script
from govsync.simulator.script import Deed, Refused, Script

MOST = 1_000_000_000  # of any switch


@dataclass(frozen=True, slots=True)
class Chaos:
    """All off by default. Shares are between 0 and 1, times in seconds."""

    error_share: float = 0  # of calls that are answered 503
    retry_after: float = 0  # told with a 503; 0: nothing is told
    hang_share: float = 0  # of calls that are neither looked at nor answered
    timeout_share: float = 0  # of calls whose grades are kept and that are then never answered
    slow_share: float = 0  # of calls that are answered late
    slow_seconds: float = 0
    outage_from: float = 0  # seconds from the moment this is set
    outage_for: float = 0  # every call is answered 503 for so long
    refused_from: float = 0  # seconds from the moment this is set
    refused_for: float = 0  # right credentials are refused for so long
    refused_status: float = 401  # or 403
    rate_interval: float = 0  # calls closer together than this are answered 429
    bad_share: float = 0  # of records that it refuses, always the same ones
    partial_share: float = 0  # of calls with bad records whose good ones are kept
    count_share: float = 0  # of calls with bad records that are told their number only
    vague_share: float = 0  # of calls with bad records that are told nothing but 400
    conflict_share: float = 0  # of new calls that are answered 409
    duplicate_share: float = 0  # of new calls that are kept and called duplicates
    lost_share: float = 0  # of records that are accepted and not kept
    changed_share: float = 0  # of records that are kept with another score
    hang_seconds: float = 300  # how long a call that is never answered is kept open


SHARES = {field.name for field in fields(Chaos) if field.name.endswith("_share")}
DEEDS = {  # of a whole call
    "error_share": "fail",
    "hang_share": "hang",
    "timeout_share": "unanswered",
    "slow_share": "slow",
    "partial_share": "partial",
    "count_share": "count",
    "vague_share": "vague",
    "conflict_share": "conflict",
    "duplicate_share": "duplicate",
}


def parsed(raw: Any, base: Chaos) -> Chaos:
    """Return `base` with the given switches changed."""
    if not isinstance(raw, Mapping):
        raise Refused("The switches must be a JSON object.")
    known = {field.name for field in fields(Chaos)}
    for name, value in raw.items():
        if name not in known:
            raise Refused(f"There is no switch {name!r}; there are {', '.join(sorted(known))}.")
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= MOST:
            raise Refused(f"{name} must be a number of at least 0.")
        if name in SHARES and value > 1:
            raise Refused(f"{name} must be between 0 and 1.")
    if raw.get("refused_status", 401) not in script.REFUSALS:
        raise Refused("refused_status must be 401 or 403.")
    return replace(base, **raw)


class Switches:
    """The present settings; the dice are seeded, so that a run can be repeated."""

    def __init__(self, settings: Chaos, seed: int, steps: Script | None = None) -> None:
        self._lock = Lock()
        self._dice = random.Random(seed)  # noqa: S311 -- it hides nothing
        self._settings = settings
        self._script = steps or Script([])
        self._since = time.monotonic()
        self._last_call = float("-inf")
        self.seed = seed

    @property
    def settings(self) -> Chaos:
        return self._settings

    def set(self, raw: Any) -> Chaos:
        """Set all switches and the script afresh: what is not given is off."""
        if not isinstance(raw, Mapping):
            raise Refused("The switches must be a JSON object.")
        given = dict(raw)
        steps = script.parsed(given.pop("script", []))
        settings = parsed(given, Chaos())
        with self._lock:
            self._settings, self._script = settings, steps
            self._last_call = float("-inf")
            self._since = time.monotonic()
        return settings

    def shown(self) -> dict[str, Any]:
        return {
            **asdict(self._settings),
            "in_outage": self._within("outage"),
            "seed": self.seed,
            "script": self._script.shown(),
        }

    def deeds(self, method: str, school: str) -> dict[str, Deed]:
        """What happens to a call that has just come: what the script says, then the dice."""
        with self._lock:
            found = self._script.deeds(method, school, self._passed(), self._dice)
            for switch, name in DEEDS.items():
                share = getattr(self._settings, switch)
                if share and self._dice.random() < share:
                    found.setdefault(name, self._deed(name))
        if self._within("outage"):
            found["outage"] = self._deed("fail")
        if self._within("refused"):
            found["refuse"] = Deed("refuse", status=int(self._settings.refused_status))
        return found

    def too_soon(self) -> float:
        """Note a call; return how many seconds too early it came."""
        with self._lock:
            now = time.monotonic()
            early = self._settings.rate_interval - (now - self._last_call)
            if early <= 0:
                self._last_call = now
            return max(0, early)

    def is_bad(self, record: str) -> bool:
        return self._struck(self._settings.bad_share, record)

    def is_lost(self, key: str, record: str) -> bool:
        """Under another key the same record may have better luck."""
        return self._struck(self._settings.lost_share, "lost", key, record)

    def is_changed(self, key: str, record: str) -> bool:
        return self._struck(self._settings.changed_share, "changed", key, record)

    def _deed(self, name: str) -> Deed:
        set_ = self._settings
        return Deed(name, retry_after=set_.retry_after, seconds=set_.slow_seconds)

    def _struck(self, share: float, *of: str) -> bool:
        digest = hashlib.sha256("/".join((str(self.seed), *of)).encode()).digest()
        return int.from_bytes(digest[:4]) < share * 2**32

    def _passed(self) -> float:
        return time.monotonic() - self._since

    def _within(self, window: str) -> bool:
        passed = self._passed() - float(getattr(self._settings, f"{window}_from"))
        return 0 <= passed < float(getattr(self._settings, f"{window}_for"))
