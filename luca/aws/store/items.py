"""Reading and writing items, and what can go wrong, in few words.

Repositories build on these functions, so that expired items, foreign index rows
and storage errors are handled in one place.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast

from luca.aws.store.errors import ATTEMPTS, Busy, pause, translated
from luca.aws.table import Row, TenantItem, prefix
from luca.kernel import clock, context
from luca.kernel.iterate import chunks
from luca.telemetry import log

if TYPE_CHECKING:
    from pynamodb.expressions.condition import Condition
    from pynamodb.expressions.update import Action

    from luca.aws.table import ScopedConnection

M = TypeVar("M", bound=Row)
Key = Mapping[str, Any]  # where a query goes on: an ExclusiveStartKey

BATCH_WRITE, BATCH_GET = 25, 100  # DynamoDB's limits per call
logger = log(__name__)


@dataclass(frozen=True, slots=True)
class Page(Generic[M]):
    """Some items, and the key after which the next page starts (None: the end)."""

    items: list[M]
    next: Key | None = None


def get(model: type[M], pk: str, sk: str, *, consistent: bool = False) -> M | None:
    """Return one item, or None when it does not exist or has expired."""
    with translated():
        try:
            found = model.get(pk, sk, consistent_read=consistent)
        except model.DoesNotExist:
            return None
    return found if _alive(found) else None


def query(  # noqa: PLR0913 -- these are Query's own parameters
    model: type[M],
    pk: str,
    sk: Condition | None = None,
    *,
    index: str | None = None,
    consistent: bool = False,
    newest_first: bool = False,
    limit: int | None = None,
    start: Key | None = None,
    where: Condition | None = None,
) -> Page[M]:
    """Return one page of a partition, of the table or of an index.

    Items come back as the class their `kind` names. A page may be shorter than
    `limit` although more follows: `next` alone says whether it was the last.
    """
    connection = model._get_connection()  # noqa: SLF001 -- Model.query adds a filter on `kind`, which the keys make needless
    with translated():
        answer = connection.query(
            pk,
            range_key_condition=sk,
            filter_condition=where,
            index_name=index,
            consistent_read=consistent,
            scan_index_forward=not newest_first,
            limit=limit,
            exclusive_start_key=None if start is None else dict(start),
        )
    items = [model.from_raw_data(raw) for raw in answer["Items"]]
    if index is not None:
        items = [item for item in items if _own(item, index)]
    return Page([item for item in items if _alive(item)], answer.get("LastEvaluatedKey"))


def every(model: type[M], pk: str, sk: Condition | None = None, **options: Any) -> Iterator[M]:
    """Yield all items of a partition, page after page."""
    start: Key | None = None
    while True:
        page = query(model, pk, sk, start=start, **options)
        yield from page.items
        if page.next is None:
            return
        start = page.next


def count(model: type[Row], pk: str, *, index: str, where: Condition | None = None) -> int:
    """How many rows of an index's partition are ours: DynamoDB counts, and sends none of them."""
    connection = model._get_connection()  # noqa: SLF001 -- as in query
    ours = model.pk.startswith(prefix("TENANT", context.school()))
    found, start = 0, None
    while True:
        with translated():
            answer = connection.query(
                pk,
                filter_condition=ours if where is None else ours & where,
                index_name=index,
                select="COUNT",
                exclusive_start_key=start,
            )
        found += int(answer["Count"])
        start = answer.get("LastEvaluatedKey")
        if not start:
            return found


def every_raw(
    model: type[Row], pk: str, sk: Condition, attributes: Iterable[str]
) -> Iterator[Mapping[str, Any]]:
    """Yield some attributes of a partition's items as DynamoDB spells them, read consistently.

    For whoever reads many items to keep little of each: making objects of them would cost
    ten times as much as the rest.
    """
    connection = model._get_connection()  # noqa: SLF001 -- as in query
    now = clock.now().timestamp()
    start: Mapping[str, Any] | None = None
    while True:
        with translated():
            answer = connection.query(
                pk,
                range_key_condition=sk,
                attributes_to_get=[*attributes, "ttl"],
                consistent_read=True,
                exclusive_start_key=start and dict(start),
            )
        for raw in answer["Items"]:
            if "ttl" not in raw or int(raw["ttl"]["N"]) > now:
                yield raw
        start = answer.get("LastEvaluatedKey")
        if not start:
            return


def put(item: Row, condition: Condition | None = None) -> None:
    """Write one item; a version attribute adds its own condition."""
    with translated():
        item.save(condition)


def update(item: Row, actions: list[Action], condition: Condition | None = None) -> None:
    """Change attributes of one item and read the result back into it."""
    with translated():
        item.update(actions, condition)


def delete(item: Row, condition: Condition | None = None) -> None:
    with translated():
        item.delete(condition)


def batch_get(
    model: type[M], keys: Iterable[tuple[str, str]], *, consistent: bool = False
) -> list[M]:
    """Return those of the items that exist, in no order; any number of keys."""
    found: list[M] = []
    for some in chunks(dict.fromkeys(keys), BATCH_GET):
        found += _read_all(model, [{"PK": pk, "SK": sk} for pk, sk in some], consistent)
    return [item for item in found if _alive(item)]


def _read_all(model: type[M], keys: list[Any], consistent: bool) -> list[M]:  # noqa: FBT001 -- passed on
    found: list[M] = []
    for attempt in range(ATTEMPTS):
        with translated():
            page, left = model._batch_get_page(keys, consistent, None)  # type: ignore[no-untyped-call]  # noqa: SLF001 -- batch_get repeats at once and for ever
        found += [model.from_raw_data(raw) for raw in page]
        if not left:
            return found
        keys = left
        pause(attempt)
    raise Busy


def batch_put(items: Iterable[Row]) -> None:
    """Write items in calls of 25, unconditionally: for writes that are safe to repeat.

    The last of several items with one key wins, as it would one by one. What
    DynamoDB leaves unprocessed is sent again after a random, growing wait.
    """
    unique = {(item.pk, item.sk): item for item in items}
    for some in chunks(unique.values(), BATCH_WRITE):
        _write_all(type(some[0]), [item.serialize() for item in some])


def batch_put_raw(model: type[TenantItem], items: Iterable[Mapping[str, Any]]) -> None:
    """Write items that are DynamoDB JSON already; keys must be distinct."""
    for some in chunks(items, BATCH_WRITE):
        _write_all(model, some)


def _write_all(model: type[Row], raw: list[Any]) -> None:
    table = model._get_connection()  # noqa: SLF001 -- BatchWrite gives up after fixed retries without waiting
    connection = cast("ScopedConnection", table.connection)
    for attempt in range(ATTEMPTS):
        with translated():
            answer = connection.put_all(table.table_name, raw)
        left = answer.get("UnprocessedItems", {}).get(table.table_name, [])
        raw = [entry["PutRequest"]["Item"] for entry in left]
        if not raw:
            return
        pause(attempt)
    raise Busy


def _alive(item: Row) -> bool:
    """DynamoDB removes expired items when it finds the time; to us they are gone at once."""
    return item.ttl is None or item.ttl > clock.now().timestamp()


def _own(item: Row, index: str) -> bool:
    """An index row whose base key is another school's was planted: drop and report it."""
    if item.pk.startswith(prefix("TENANT", context.school())):
        return True
    logger.error("foreign_row_in_index", index=index)
    return False
