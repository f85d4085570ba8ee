"""When the authority may be called: one call per interval, and a pause when it is down.

Slot and breaker are rows that all workers and all schools share, so the rate
holds for the deployment and not for a process.
"""

import math
import time
from datetime import datetime, timedelta

from django.conf import settings

from govsync.repository import authority
from luca.kernel import clock
from luca.telemetry import log, metric

LEAD = timedelta(milliseconds=40)  # to write down that a call is made, before it is made
PATIENCE = timedelta(seconds=1)  # SQS cannot wait for less, so a worker does
FAILURES = 5  # in a row open the breaker
PROBE = 300  # seconds until one call may try whether it is back
logger = log(__name__)


def interval() -> timedelta:
    return timedelta(seconds=settings.AUTHORITY_INTERVAL * settings.GOVSYNC_TIME_SCALE)


def rest() -> int:
    """Whole seconds, unscaled, that the machine waits after a call."""
    return math.floor(settings.AUTHORITY_INTERVAL)


def turn() -> datetime | int:
    """Take the next turn to call, or return the seconds (unscaled) until asking makes sense."""
    seen = authority.breaker()
    until = seen[1]
    if until is not None and until > clock.now():
        return _unscaled(until - clock.now())
    lead = min(LEAD, interval() / 4)
    slot = authority.reserve(interval(), lead, PATIENCE)
    if isinstance(slot, timedelta):
        return _unscaled(slot)
    if until is not None and not authority.save_breaker(seen[0], _probe(), seen):
        return PROBE  # another caller probes; for us it stays open meanwhile
    return slot


def await_turn(slot: datetime) -> None:
    """Let the rest of a slot's lead pass; a second at most."""
    time.sleep(max(0.0, (slot - clock.now()).total_seconds()))


def note(*, failed: bool) -> int:
    """Count a failure or forget them; return for how long (unscaled) the breaker is open now."""
    seen = authority.breaker()
    failures, until = seen
    if not failed:
        if failures:
            authority.save_breaker(0, None, seen)
            metric("AuthorityAnswers")
        return 0
    if failures + 1 < FAILURES:
        authority.save_breaker(failures + 1, until, seen)
        return 0
    if authority.save_breaker(failures + 1, _probe(), seen):
        logger.warning("authority_breaker_open", failures=failures + 1)
        metric("AuthorityBreakerOpen")
    return PROBE


def _probe() -> datetime:
    return clock.now() + timedelta(seconds=PROBE * settings.GOVSYNC_TIME_SCALE)


def _unscaled(span: timedelta) -> int:
    return max(1, math.ceil(span.total_seconds() / settings.GOVSYNC_TIME_SCALE))
