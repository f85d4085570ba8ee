"""What was refused for good, told to the school: kept as long as the queue keeps letters."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from itertools import islice
from typing import TYPE_CHECKING

from behavior import keys
from behavior.domain import RefusedEvent
from behavior.models import RefusedItem
from luca.aws import store
from luca.kernel import clock

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pynamodb.expressions.update import Action

REFUSED_KEPT = timedelta(days=14)
LOOKED_AT = 1000  # items that are read for a page of one reason


def keep_refused(refused: Iterable[RefusedEvent]) -> None:
    """Write what was refused; the same delivery again is the same item."""
    store.batch_put(map(_refused_item, refused))


def refused_page(
    limit: int, after: str | None, code: str = ""
) -> tuple[list[RefusedEvent], str | None]:
    """Return a page of what was refused, the newest first, and where the next one starts.

    One Query, which reads a megabyte at most: a page may be short although more follow. Of one
    reason a page looks at many, or most pages would be empty.
    """
    pk = keys.refused()
    page = store.query(
        RefusedItem,
        pk,
        newest_first=True,
        limit=LOOKED_AT if code else limit,
        start={"PK": {"S": pk}, "SK": {"S": after}} if after else None,
        where=RefusedItem.code == code if code else None,
    )
    found = [_refused_event(item) for item in page.items]
    if len(found) > limit:
        return found[:limit], found[limit - 1].place
    return found, page.next["SK"]["S"] if page.next else None


def refused_several(places: Iterable[str]) -> list[RefusedEvent]:
    pk = keys.refused()
    found = store.batch_get(RefusedItem, ((pk, keys.refusal(one)) for one in places))
    return sorted(map(_refused_event, found), key=lambda one: one.place)


def refused_again(one: RefusedEvent) -> None:
    """Note why it was refused this time, if it is still there."""
    item = RefusedItem(keys.refused(), keys.refusal(one.place))
    actions: list[Action] = [
        RefusedItem.code.set(one.code),
        RefusedItem.reason.set(one.reason),
        RefusedItem.tries.set(one.tries),
    ]
    with suppress(store.ConditionFailed):
        store.update(item, actions, RefusedItem.pk.exists())


def forget_refused(place: str) -> None:
    store.delete(RefusedItem(keys.refused(), keys.refusal(place)))


def refused_of(student: str) -> Iterator[tuple[str, str]]:
    """Where all that was refused of a student lies; for an erasure, which has the time."""
    raw = store.every_raw(
        RefusedItem, keys.refused(), RefusedItem.sk > keys.FIRST, ("PK", "SK", "student")
    )
    for one in raw:
        if one["student"]["S"] == student:
            yield one["PK"]["S"], one["SK"]["S"]


def refused_codes(most: int) -> Iterator[str]:
    """Why each was refused, of so many at most: whoever counts does not read on for ever."""
    raw = store.every_raw(RefusedItem, keys.refused(), RefusedItem.sk > keys.FIRST, ("code",))
    for one in islice(raw, most):
        yield one["code"]["S"]


def _refused_item(one: RefusedEvent) -> RefusedItem:
    until = clock.parse(one.refused_at) + REFUSED_KEPT
    return RefusedItem(
        keys.refused(),
        keys.refusal(one.place),
        code=one.code,
        reason=one.reason,
        refused_at=one.refused_at,
        type=one.type,
        student=one.student,
        body=one.body,
        tries=one.tries,
        ttl=int(until.timestamp()),
    )


def _refused_event(item: RefusedItem) -> RefusedEvent:
    received, _, identity = item.sk.partition("~")
    return RefusedEvent(
        id=identity,
        received=received,
        code=item.code,
        reason=item.reason,
        refused_at=item.refused_at,
        type=item.type,
        student=item.student,
        body=item.body,
        tries=item.tries or 0,
    )
