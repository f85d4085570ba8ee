"""The authority's rate and breaker: two rows that all workers and schools share."""

from datetime import datetime, timedelta

from govsync import keys
from govsync.models import BreakerItem, LoadItem, RateItem
from govsync.rules.pacing import Rate
from luca.aws import store
from luca.kernel import clock


def rate() -> Rate:
    """The first turn that nobody has reserved, and when the last call left."""
    known = store.get(RateItem, keys.rate(), keys.SINGLE, consistent=True)
    return Rate() if known is None else Rate(known.next_free, known.last)


def save_rate(rate: Rate, seen: Rate) -> bool:
    """Store both times if they are still as they were seen; False when somebody was faster."""
    item = RateItem(
        keys.rate(),
        keys.SINGLE,
        next_free=_up(rate.next_free),
        last=None if rate.last is None else _up(rate.last),
    )
    fresh = RateItem.pk.does_not_exist()
    none_yet = RateItem.last.does_not_exist()
    last = none_yet if seen.last is None else RateItem.last == seen.last
    same = fresh if seen.next_free is None else (RateItem.next_free == seen.next_free) & last
    try:
        store.put(item, same)
    except store.ConditionFailed:
        return False
    return True


def _up(at: datetime | None) -> datetime:
    """The next whole millisecond, which is what the table keeps."""
    assert at is not None  # noqa: S101 -- whoever writes knows it
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
