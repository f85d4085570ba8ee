"""Loading and saving events of the context's school."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pynamodb.exceptions import PynamoDBException

from behavior import keys
from behavior.domain import Event, EventId, EventType, Happening, Wanted
from behavior.models import EventItem, EventTypeItem
from behavior.rules import BUILT_IN, SKEW
from luca.aws import audit, store
from luca.aws.audit import Action
from luca.kernel import clock
from luca.kernel.errors import Invalid, PreconditionFailed, Unavailable
from luca.kernel.ids import StudentId

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from pynamodb.expressions.condition import Condition


NOT_VALID = "ValidationException"
LOOKED_AT = 1000  # events that are read for one page at most, some 320 KB
EVERYTHING = Wanted()


def save(events: Iterable[Event]) -> None:
    """Write events, each at its key; writing one again changes nothing.

    The keys must be distinct: DynamoDB refuses a batch that names one twice.
    """
    try:
        store.batch_put_raw(EventItem, map(_raw, events))
    except PynamoDBException as error:
        if error.cause_response_code is None:
            raise Unavailable("The table does not answer.") from error
        if error.cause_response_code == NOT_VALID:
            raise Invalid("DynamoDB does not take one of the events.") from error
        raise


def digests(events: Iterable[Event]) -> dict[tuple[str, str], str]:
    """Return the digests of those of the events that are stored already."""
    places = [(keys.student(event.student), keys.event(event.at, event.id)) for event in events]
    found = store.batch_get(EventItem, places, consistent=True)
    return {_event(item).key: item.digest for item in found}


def newest(
    student: StudentId, limit: int, after: str | None, wanted: Wanted = EVERYTHING
) -> tuple[list[Event], str | None]:
    """Return a page of a student's events, newest first, and the place where the next one starts.

    A place is a sort key. The times choose the keys that are read; the type does not stand in
    them, so others are read and left out. At most `LOOKED_AT` are read for one page: it may be
    short, even empty, although more follow.
    """
    pk = keys.student(student)
    place = after
    found: list[Event] = []
    left = LOOKED_AT
    while left > 0:
        reads = min(left, limit + 1 if wanted.type is None else LOOKED_AT)
        left -= reads
        page = store.query(
            EventItem,
            pk,
            _window(wanted),
            newest_first=True,
            limit=reads,
            start={"PK": {"S": pk}, "SK": {"S": place}} if place else None,
            where=None if wanted.type is None else EventItem.type == wanted.type,
        )
        found += [one for one in map(_event, page.items) if _is_within(wanted, one.time)]
        if len(found) > limit:
            last = found[limit - 1]
            return found[:limit], keys.event(last.at, last.id)
        if page.next is None:
            return found, None
        place = page.next["SK"]["S"]
    return found, place


def happened(student: StudentId, since: datetime, until: datetime) -> Iterator[Happening]:
    """Yield what counting needs of the events from `since` up to and without `until`."""
    wanted = Wanted(None, clock.stamp(since), clock.stamp(until))
    pk = keys.student(student)
    for raw in store.every_raw(EventItem, pk, _window(wanted), ("type", "time", "quantity")):
        time = raw["time"]["S"]
        if _is_within(wanted, time):
            yield Happening(raw["type"]["S"], time, int(raw["quantity"]["N"]))


def _window(wanted: Wanted) -> Condition:
    """The keys among which all wanted events are.

    A key holds the time of the event's id, which may be some minutes from that of the event.
    """
    if wanted.since is None and wanted.until is None:
        return EventItem.sk.startswith(keys.EVENTS)
    first = clock.stamp(clock.parse(wanted.since) - SKEW) if wanted.since else None
    last = clock.stamp(clock.parse(wanted.until) + SKEW) if wanted.until else None
    return EventItem.sk.between(
        keys.moment(first) if first else keys.EVENTS,
        keys.moment(last) if last else keys.last_moment(),
    )


def _is_within(wanted: Wanted, time: str) -> bool:
    return (wanted.since or "") <= time and (wanted.until is None or time < wanted.until)


def is_place(text: str) -> bool:
    """Tell whether a text is where a page of events may start."""
    try:
        at, event_id = keys.parts_of(text)
        return keys.event(clock.stamp(clock.parse(at)), event_id) == text
    except ValueError:
        return False


def own_types() -> list[EventType]:
    """The types that the school has said something about."""
    sk = EventTypeItem.sk.startswith(keys.TYPES)
    return [_type(item) for item in store.every(EventTypeItem, keys.config(), sk, consistent=True)]


def own_type(name: str) -> EventType | None:
    found = store.get(EventTypeItem, keys.config(), keys.event_type(name), consistent=True)
    return None if found is None else _type(found)


def save_type(fresh: EventType, *, seen: int) -> None:
    """Write a type over the version that was seen; 0: the school has said nothing of it yet."""
    work = store.Transaction()
    item = EventTypeItem(
        keys.config(),
        keys.event_type(fresh.name),
        name=fresh.name,
        label_es=fresh.es,
        label_en=fresh.en,
        schema=fresh.schema,
        active=fresh.active,
        version=fresh.version,
    )
    work.put(item, _unchanged(seen))
    about, active = f"event_type:{fresh.name}", "yes" if fresh.active else "no"
    version = str(fresh.version)
    audit.join(work, Action.TYPE_CHANGED, about, version=version, active=active)
    _commit(work)


def remove_type(found: EventType) -> None:
    work = store.Transaction()
    place = EventTypeItem(keys.config(), keys.event_type(found.name))
    work.delete(place, _unchanged(found.version))
    audit.join(work, Action.TYPE_REMOVED, f"event_type:{found.name}")
    _commit(work)


def _unchanged(seen: int) -> Condition:
    return EventTypeItem.version == seen if seen else EventTypeItem.pk.does_not_exist()


def _commit(work: store.Transaction) -> None:
    try:
        store.patiently(work)
    except store.ConditionFailed as error:
        raise PreconditionFailed(
            "Somebody changed this type meanwhile: read it again and decide anew."
        ) from error


def _type(item: EventTypeItem) -> EventType:
    return EventType(
        name=item.name,
        es=item.label_es,
        en=item.label_en,
        schema=item.schema,
        active=item.active,
        built_in=item.name in BUILT_IN,
        version=item.version,
    )


def _raw(event: Event) -> dict[str, Any]:
    """Spell an item as DynamoDB does.

    PynamoDB takes 60 µs for this and so would limit what a consumer can store;
    a test holds this function to what PynamoDB would write.
    """
    return {
        "PK": {"S": keys.student(event.student)},
        "SK": {"S": keys.event(event.at, event.id)},
        "kind": {"S": "event"},
        "ttl": {"N": str(event.ttl)},
        "type": {"S": event.type},
        "time": {"S": event.time},
        "quantity": {"N": str(event.quantity)},
        "source": {"S": event.source},
        "metadata": {"S": event.metadata},
        "received": {"S": event.received},
        "digest": {"S": event.digest},
    }


def _event(item: EventItem) -> Event:
    at, event_id = keys.parts_of(item.sk)
    return Event(
        id=EventId(event_id),
        student=StudentId(keys.student_of(item.pk)),
        type=item.type,
        at=at,
        time=item.time,
        quantity=item.quantity,
        source=item.source,
        metadata=item.metadata,
        received=item.received,
        ttl=item.ttl or 0,
        digest=item.digest,
    )
