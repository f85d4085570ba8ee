"""When the authority may be called: one call per interval, and a pause when it is down.

Turns and breaker are rows that all workers and all schools share, so the rate
holds for the deployment and not for a process. A turn that is some time away is reserved
and comes back with the machine's wait; nobody else can take it meanwhile.
"""

import math
import time
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings

from govsync.repository import authority
from govsync.rules.pacing import Call, Pace, Wait, take
from luca.aws import alerts
from luca.aws.store import Busy
from luca.kernel import clock, context
from luca.telemetry import log, metric

LEAD = timedelta(milliseconds=400)  # to read a batch and write down its call, before it leaves
PATIENCE = timedelta(seconds=1.5)  # SQS cannot wait for less than a second, so a worker does
EARLY = timedelta(milliseconds=500)  # a worker is back before its turn
LATE = timedelta(milliseconds=50)  # after its turn a call takes another
HORIZON = 60  # seconds; no turn is reserved further ahead
FAILURES = 5  # in a row open the breaker
PROBE = 300  # seconds until one call may try whether it is back
TRIES = 8
SUBJECTS = {
    "down": "Luca: the authority does not answer",
    "answers": "Luca: the authority answers again",
}
TO_DO = {
    "down": "Nothing, if it comes back by itself: no batch is lost, one call in five minutes asks."
    " After an hour ask the authority.",
    "answers": "Nothing: the runs go on by themselves.",
}
logger = log(__name__)


@dataclass(frozen=True, slots=True)
class Later:
    """It is not our turn: come back after these seconds (unscaled), with this turn."""

    seconds: int
    slot: str = ""


def interval() -> timedelta:
    return _scaled(settings.AUTHORITY_INTERVAL)


def rest() -> int:
    """Whole seconds, unscaled, that the machine waits after a call.

    A second less than the interval: so long it takes to ask for the next turn, which is
    waited for all the same.
    """
    return max(0, math.floor(settings.AUTHORITY_INTERVAL) - 1)


def turn(reserved: str = "") -> datetime | Later:
    """Return when to call, or when to come back; `reserved` is the turn that was kept for us."""
    seen = authority.breaker()
    until = _sane(seen[1])
    if until is not None and until > now():
        return Later(_unscaled(until - now()))
    found = _taken(reserved)
    if isinstance(found, Wait):
        return Later(_back_in(found), "" if found.slot is None else _spelled(found.slot))
    if seen[1] is not None and not authority.save_breaker(seen[0], _probe(), seen):
        return Later(PROBE)  # another caller probes; for us it stays open meanwhile
    return found.at


def await_turn(at: datetime) -> None:
    """Let the time until a call pass. A call that comes too late takes another turn."""
    for _ in range(TRIES):
        time.sleep(max(0.0, (at - now()).total_seconds()))
        if now() - at <= LATE or not interval():
            return
        at = _another(at)
    raise Busy


def _another(missed: datetime) -> datetime:
    """The turn after one that was missed: reserved at once, and taken a little before it comes."""
    turn = missed
    for _ in range(TRIES):
        found = _taken(_spelled(turn))
        if isinstance(found, Call):
            return found.at
        turn = found.slot or turn
        time.sleep(max(0.0, min((found.span - EARLY), interval()).total_seconds()))
    raise Busy


def note(*, failed: bool) -> int:
    """Count a failure or forget them; return for how long (unscaled) the breaker is open now."""
    seen = authority.breaker()
    failures, until = seen
    if not failed:
        if failures and authority.save_breaker(0, None, seen):
            metric("AuthorityAnswers")
            if until is not None:
                logger.warning("authority_breaker_closed", failures=failures)
                _tell("answers", failures)
        return 0
    if failures + 1 < FAILURES:
        authority.save_breaker(failures + 1, until, seen)
        return 0
    if authority.save_breaker(failures + 1, _probe(), seen) and failures + 1 == FAILURES:
        logger.warning("authority_breaker_open", failures=failures + 1)
        metric("AuthorityBreakerOpen")
        _tell("down", failures + 1, clock.stamp(_probe()))
    return PROBE


def _tell(state: str, failures: int, open_until: str = "") -> None:
    """Tell people once per opening and closing, whichever school's call it was that noticed."""
    with context.entered():  # it is everybody's authority: no school's people are told alone
        alerts.publish(
            "alerts",
            SUBJECTS[state],
            {
                "kind": "govsync.authority",
                "state": state,
                "failures": failures,
                "open_until": open_until,
                "what_to_do": TO_DO[state],
            },
        )


def failures() -> int:
    """How many calls have failed in a row, whoever made them."""
    return authority.breaker()[0]


def now() -> datetime:
    """Return the time by a clock that goes on evenly, whatever the machine's does."""
    began, then = _BEGAN
    return began + timedelta(seconds=time.monotonic() - then)


_BEGAN = (clock.now(), time.monotonic())


def _taken(reserved: str) -> Call | Wait:
    if not interval():
        return Call(now())
    pace = Pace(interval(), min(LEAD, interval() / 4), PATIENCE, _scaled(HORIZON))
    for _ in range(TRIES):
        seen = authority.rate()
        found, after = take(seen, _read(reserved), now(), pace)
        if after == seen or authority.save_rate(after, seen):
            return found
    return Wait(interval())


def _read(slot: str) -> datetime | None:
    try:
        return clock.parse(slot) if slot else None
    except ValueError:
        return None


def _spelled(at: datetime) -> str:
    return clock.stamp(at)


def _back_in(wait: Wait) -> int:
    """Seconds for the machine, unscaled: until a little before a turn of our own."""
    if wait.slot is None:
        return _unscaled(wait.span)
    return max(1, math.floor((wait.span - EARLY).total_seconds() / settings.GOVSYNC_TIME_SCALE))


def _sane(until: datetime | None) -> datetime | None:
    """An opening that reaches further than any can is of a clock that jumped, and is over."""
    return None if until is not None and until > _probe() + LATE else until


def _probe() -> datetime:
    return now() + _scaled(PROBE)


def _scaled(seconds: float) -> timedelta:
    return timedelta(seconds=seconds * settings.GOVSYNC_TIME_SCALE)


def _unscaled(span: timedelta) -> int:
    return max(1, math.ceil(span.total_seconds() / settings.GOVSYNC_TIME_SCALE))
