"""Which nights were begun: one item per school and date, in the platform's partition."""

from datetime import timedelta

from grades import keys
from grades.models import NightItem
from luca.aws import store
from luca.kernel import clock

CLAIMED, ENQUEUED = "claimed", "enqueued"
GIVEN_UP = timedelta(minutes=5)  # whoever claimed the night and did not enqueue it is dead
KEPT = timedelta(days=14)


def claim(school: str, date: str) -> bool:
    """Take a night, once: the first of any number of schedulers gets True."""
    now = clock.now()
    item = NightItem(
        keys.lock(school),
        keys.night(date),
        state=CLAIMED,
        claimed_at=now,
        ttl=int((now + KEPT).timestamp()),
    )
    abandoned = (NightItem.state == CLAIMED) & (NightItem.claimed_at < now - GIVEN_UP)
    try:
        store.put(item, NightItem.pk.does_not_exist() | abandoned)
    except store.ConditionFailed:
        return False
    return True


def enqueued(school: str, date: str) -> None:
    """Note that the night's work is on its way, so that nobody takes it again."""
    item = NightItem(keys.lock(school), keys.night(date))
    store.update(item, [NightItem.state.set(ENQUEUED)])
