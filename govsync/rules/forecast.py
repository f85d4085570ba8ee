"""When a run will end, and whether that is in time.

The law's 48 hours begin with the first execution of a run. Whoever pauses, redrives
or resumes it gets no new ones, so neither does the forecast: its deadline stays.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import fmean, median, quantiles

PAGE = 1000  # records that one call reads back
ENOUGH = 5  # batches whose pace says more than arithmetic does
SLACK = 1.25  # what the latest end allows beyond what was seen
QUICKEST = 0.1  # seconds; also with the rate limit off a batch takes a moment
UNSEEN = 3.0  # and beyond the pure rate, while nothing was seen: a batch may need repeating
SAFE = 0.9  # of the time that is left: a warning is taken back only when there is room again


@dataclass(frozen=True, slots=True)
class Known:
    """All that a forecast is made of. Spans are real seconds, on a clock that may be scaled."""

    now: datetime
    started: datetime  # the first execution
    budget: float
    batches: int | None  # left to send; None: nobody knows before the snapshot is complete
    records: int  # to read back at the end
    interval: float  # between two calls to the authority, of all schools together
    schools: int  # that share them now
    finished: Sequence[datetime] = ()  # when the last batches were done, the oldest first
    waits_until: datetime | None = None  # nothing is sent before: the breaker, Retry-After


@dataclass(frozen=True, slots=True)
class Forecast:
    """When a run ends. The three moments are None while nobody can say, and when it has ended."""

    deadline: datetime
    earliest: datetime | None = None
    likely: datetime | None = None
    latest: datetime | None = None
    seconds_per_batch: float | None = None
    schools: int = 1
    at_risk: bool = False  # it will probably not be in time
    overdue: bool = False  # the deadline has passed, and not everything is sent
    safe: bool = True  # it probably will, with time to spare


def forecast(known: Known) -> Forecast:
    deadline = known.started + timedelta(seconds=known.budget)
    overdue = known.now > deadline and known.batches != 0
    if known.batches is None:
        return Forecast(
            deadline, schools=known.schools, at_risk=overdue, overdue=overdue, safe=not overdue
        )
    fast, usual, slow = _paces(known)
    begin = max(known.now, known.waits_until or known.now)
    calls = known.batches + math.ceil(known.records / PAGE)
    earliest, likely, latest = (
        begin + timedelta(seconds=calls * pace) for pace in (fast, usual, slow)
    )
    room = (deadline - known.now) * SAFE
    # Who reads back once more, days later, sends nothing: that is not late.
    settled = known.batches == 0 and known.now > deadline
    return Forecast(
        deadline=deadline,
        earliest=earliest,
        likely=likely,
        latest=latest,
        seconds_per_batch=usual,
        schools=known.schools,
        at_risk=likely > deadline and not settled,
        overdue=overdue,
        safe=settled or likely - known.now <= room,
    )


def ended(known: Known) -> Forecast:
    """Nothing is left to foresee; the deadline stays what it was."""
    deadline = known.started + timedelta(seconds=known.budget)
    return Forecast(deadline, schools=known.schools)


def _paces(known: Known) -> tuple[float, float, float]:
    """Seconds for one batch: at best, usually, at worst.

    What was seen decides as soon as there is enough of it; until then the share of
    the rate does. The usual pace is the median, so that an outage that is over does
    not count for what is to come; the worst is the mean, in which it does.
    """
    alone = max(QUICKEST, known.interval)
    share = alone * max(1, known.schools)
    gaps = [
        (after - before).total_seconds()
        for before, after in zip(known.finished, known.finished[1:], strict=False)
    ]
    if len(gaps) < ENOUGH:
        return alone, share, share * UNSEEN
    usual = median(gaps)
    fast = min(quantiles(gaps, n=4)[0], usual)
    return fast, usual, max(fmean(gaps), usual, share) * SLACK
