"""Reading the audit log, day by day, the newest first."""

from datetime import date, datetime
from functools import reduce
from operator import and_
from typing import TYPE_CHECKING

from luca.aws import store
from luca.aws.audit import AuditItem, day, history, month, place
from luca.kernel import clock
from tenants.domain import AuditEntry, AuditSearch

if TYPE_CHECKING:
    from pynamodb.expressions.condition import Condition


def of_day(
    on: date, search: AuditSearch, *, limit: int, below: str = ""
) -> tuple[list[AuditEntry], str]:
    """A page of a UTC day, and below which key it goes on.

    A page may be short, even empty, although more follows.
    """
    pk = day(on)
    page = store.query(
        AuditItem,
        pk,
        # The key of an entry begins with its time and is longer: `until` itself is not found.
        AuditItem.sk.between(clock.stamp(search.since), clock.stamp(search.until)),
        newest_first=True,
        limit=limit,
        start={"PK": {"S": pk}, "SK": {"S": below}} if below else None,
        where=_where(search),
        consistent=True,
    )
    following = page.next["SK"]["S"] if page.next else ""
    return [_entry(item) for item in page.items], following


def about(record: str, limit: int) -> list[AuditEntry]:
    """What was done about one record, the newest first; the index is some milliseconds behind."""
    page = store.query(AuditItem, history(record), index="GSI1", newest_first=True, limit=limit)
    return [_entry(item) for item in page.items]


def of_month(
    on: date, search: AuditSearch, *, limit: int, below: str = ""
) -> tuple[list[AuditEntry], str]:
    """The same of a UTC month, as an index knows it: what was done a moment ago may be missing."""
    pk = month(on)
    page = store.query(
        AuditItem,
        pk,
        AuditItem.gsi2sk.between(clock.stamp(search.since), clock.stamp(search.until)),
        index="GSI2",
        newest_first=True,
        limit=limit,
        start=_from(pk, below) if below else None,
        where=_where(search),
    )
    following = page.next["GSI2SK"]["S"] if page.next else ""
    return [_entry(item) for item in page.items], following


def _from(index_pk: str, below: str) -> store.Key:
    on = date.fromisoformat(below[:10])
    here = {"PK": {"S": day(on)}, "SK": {"S": below}}
    return {**here, "GSI2PK": {"S": index_pk}, "GSI2SK": {"S": below}}


def one(at: datetime, identity: str) -> AuditEntry | None:
    found = store.get(AuditItem, day(at.date()), place(at, identity), consistent=True)
    return None if found is None else _entry(found)


def key_of(entry: AuditEntry) -> str:
    """From where a page may go on."""
    return place(entry.at, entry.id)


def _where(search: AuditSearch) -> "Condition | None":
    found: list[Condition] = []
    if search.action:
        found.append(AuditItem.action == search.action)
    if search.actor:
        found.append(AuditItem.actor == search.actor)
    if search.about:
        parts = AuditItem.about.startswith(f"{search.about}/")  # of a course, not only itself
        found.append((AuditItem.about == search.about) | parts)
    return reduce(and_, found) if found else None


def _entry(item: AuditItem) -> AuditEntry:
    return AuditEntry(
        id=item.sk.rpartition("#")[2],
        at=item.at,
        action=item.action,
        about=item.about,
        actor=item.actor,
        groups=tuple(item.groups.split(",")) if item.groups else (),
        reason=item.reason or "",
        details=dict(item.details or {}),
        correlation_id=item.correlation_id or "",
        source=item.source,
    )
