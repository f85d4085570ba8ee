"""Whose turn it is to call the authority, and when a call may leave: pure arithmetic.

Two times are shared by all workers and schools. `next_free` is the first turn that nobody
has reserved: it makes the order fair. `last` is the moment of the last call: no call leaves
within an interval of it, whatever became of the turns, so a turn that is used twice, used
late or lost with its worker cannot bring two calls too close.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Pace:
    """How calls are spaced."""

    interval: timedelta  # between two calls
    lead: timedelta  # to write down that a call is made, before it is made
    patience: timedelta  # a worker waits for so long by itself; longer waits are the machine's
    horizon: timedelta  # no turn is reserved further ahead


@dataclass(frozen=True, slots=True)
class Rate:
    """What all callers share; None before the first call."""

    next_free: datetime | None = None
    last: datetime | None = None


@dataclass(frozen=True, slots=True)
class Call:
    """A call may leave at this moment, and at no other."""

    at: datetime


@dataclass(frozen=True, slots=True)
class Wait:
    """Come back after a while, with the turn that is reserved, if there is one."""

    span: timedelta
    slot: datetime | None = None


def take(seen: Rate, asked: datetime | None, now: datetime, pace: Pace) -> tuple[Call | Wait, Rate]:
    """Use the turn that was reserved, or take the next one; and what all share from then on."""
    rate = _sane(seen, now, pace)
    if asked is not None and now - pace.interval <= asked <= now + pace.horizon:
        slot = max(asked, now + pace.lead)
    else:
        slot = max(now + pace.lead, rate.next_free or now)
        if slot > now + pace.horizon:
            return Wait(slot - pace.horizon - now), rate
        rate = Rate(slot + pace.interval, rate.last)
    at = max(slot, now) if rate.last is None else max(slot, now, rate.last + pace.interval)
    if at > now + pace.horizon:
        return Wait(at - pace.horizon - now), rate
    after = Rate(max(rate.next_free or at, at + pace.interval), rate.last)
    if at > now + pace.patience:
        return Wait(at - now, at), rate if at == slot else after
    return Call(at), Rate(after.next_free, at)


def _sane(seen: Rate, now: datetime, pace: Pace) -> Rate:
    """What no clock that runs as ours could have written is read as a call made just now."""
    farthest = now + pace.horizon + pace.interval
    if all(one is None or one <= farthest for one in (seen.next_free, seen.last)):
        return seen
    return Rate(now + pace.interval, now)
