"""How fast one caller, one school and one address may ask; the second line behind API Gateway's.

Each process counts for itself: a service of n processes lets through up to n times as
much. That is enough to keep one program's loop from being everybody's outage, and it costs
no look-up. Guessing passwords is limited elsewhere, for an account over all processes.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from dataclasses import dataclass
from functools import cache
from ipaddress import IPv4Address, IPv6Network, ip_address
from threading import Lock
from typing import TYPE_CHECKING

from django.conf import settings

from luca.api.tokens import INTEGRATOR
from luca.kernel.errors import TooMany
from luca.telemetry import metric

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest

    from luca.api.verifying import Principal

SECONDS = 5.0  # what a caller saved up by being quiet, at most, in seconds of its rate
LARGEST = 50_000  # callers remembered, some 10 MB


@dataclass(frozen=True, slots=True)
class Limit:
    whose: str  # person, program, school or address
    rate: float  # requests per second


class Pace:
    """One limit for many callers: a virtual clock for each, running ahead as it asks.

    The generic cell rate algorithm (ITU-T I.371): equal to a token bucket, with one number
    for each caller.
    """

    def __init__(
        self,
        limit: Limit,
        *,
        ticks: Callable[[], float] = time.monotonic,
        largest: int = LARGEST,
    ) -> None:
        self.limit = limit
        self._ticks = ticks
        self._largest = largest
        self._ahead: OrderedDict[str, float] = OrderedDict()
        self._lock = Lock()

    def wait(self, caller: str) -> float:
        """Count a request; return 0, or for how many seconds it comes too early (uncounted)."""
        step = 1 / self.limit.rate
        with self._lock:
            now = self._ticks()
            due = max(self._ahead.pop(caller, now), now)
            early = due + step - now - SECONDS
            self._ahead[caller] = due if early > 0 else due + step
            while len(self._ahead) > self._largest:
                self._ahead.popitem(last=False)
        return max(early, 0.0)

    def check(self, caller: str) -> None:
        wait = self.wait(caller)
        if wait:
            metric("Throttled", whose=self.limit.whose)
            raise TooMany(
                f"Too many requests of one {self.limit.whose}: "
                f"{self.limit.rate:g} a second are possible.",
                wait=wait,
            )


def check_caller(who: Principal) -> None:
    """Let a caller through, or raise TooMany; a program's limit is wider than a person's."""
    kind = "program" if INTEGRATOR in who.groups else "person"
    pace(kind, getattr(settings, f"{kind.upper()}_RATE")).check(f"{who.school}/{who.person}")
    pace("school", settings.SCHOOL_RATE).check(who.school)


def check_address(request: HttpRequest) -> None:
    """For callers that nobody knows yet. A whole school may sit behind one address."""
    pace("address", settings.ADDRESS_RATE).check(address(request))


def address(request: HttpRequest) -> str:
    """The caller's address, as the last proxy that is ours saw it: earlier ones can be invented."""
    hops = [hop.strip() for hop in request.headers.get("X-Forwarded-For", "").split(",")]
    trusted = settings.PROXIES
    if trusted and len(hops) >= trusted and hops[-trusted]:
        return _household(hops[-trusted][:64])
    return _household(str(request.META.get("REMOTE_ADDR", "")))


def _household(stated: str) -> str:
    """Whoever has one IPv6 address has the 2**64 of its network."""
    try:
        found = ip_address(stated)
    except ValueError:
        return stated
    if isinstance(found, IPv4Address):
        return stated
    if found.ipv4_mapped:
        return str(found.ipv4_mapped)
    return str(IPv6Network((int(found) >> 64 << 64, 64)))


@cache
def pace(whose: str, rate: float) -> Pace:
    return Pace(Limit(whose, rate))
