"""The authority's rate and breaker: two rows that all workers and schools share."""

from datetime import datetime, timedelta

from govsync import keys
from govsync.models import BreakerItem, LoadItem, RateItem
from luca.aws import store
from luca.kernel import clock

TRIES = 6


def reserve(interval: timedelta, lead: timedelta, patience: timedelta) -> datetime | timedelta:
    """Take the next slot for a call, or say how long until it is worth asking again.

    A slot is at least `lead` away, so that there is time to write down that the
    call is made, and at most `patience`: nobody holds slots that others could use.
    """
    for _ in range(TRIES):
        now = clock.now()
        known = store.get(RateItem, keys.rate(), keys.SINGLE, consistent=True)
        slot = now + lead if known is None else max(now + lead, known.next_free)
        if slot - now > patience:
            return slot - now
        if _took(slot + interval, known):
            return slot
    return interval


def _took(next_free: datetime, known: RateItem | None) -> bool:
    unchanged = (
        RateItem.pk.does_not_exist() if known is None else RateItem.next_free == known.next_free
    )
    try:
        store.put(RateItem(keys.rate(), keys.SINGLE, next_free=_up(next_free)), unchanged)
    except store.ConditionFailed:
        return False
    return True


def _up(at: datetime) -> datetime:
    """The next whole millisecond, which is what the table keeps."""
    rest = at.microsecond % 1000
    return at + timedelta(microseconds=(1000 - rest) % 1000)


def breaker() -> tuple[int, datetime | None]:
    """Failures in a row, and until when nobody calls (None: the breaker is closed)."""
    known = store.get(BreakerItem, keys.breaker(), keys.SINGLE, consistent=True)
    return (0, None) if known is None else (int(known.failures), known.open_until)


def save_breaker(
    failures: int, open_until: datetime | None, seen: tuple[int, datetime | None]
) -> bool:
    """Store the breaker if it is still as it was seen; False when another worker was faster."""
    item = BreakerItem(keys.breaker(), keys.SINGLE, failures=failures, open_until=open_until)
    before, until = seen
    fresh = BreakerItem.pk.does_not_exist()
    closed = BreakerItem.open_until.does_not_exist()
    same = closed if until is None else BreakerItem.open_until == until
    try:
        store.put(item, fresh | ((BreakerItem.failures == before) & same))
    except store.ConditionFailed:
        return False
    return True


def schools_at_work() -> int:
    """How many schools had a run under way when somebody last looked."""
    known = store.get(LoadItem, keys.load(), keys.SINGLE)
    return 0 if known is None else int(known.schools)


def save_schools_at_work(schools: int) -> None:
    store.put(LoadItem(keys.load(), keys.SINGLE, schools=schools, at=clock.now()))
