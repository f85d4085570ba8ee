"""Reading and writing items, and what can go wrong, in few words.

Repositories build on these functions, so that expired items, foreign index rows
and storage errors are handled in one place.
"""

from __future__ import annotations

import random
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from pynamodb.exceptions import PynamoDBException, TransactWriteError
from pynamodb.transactions import TransactWrite

from luca.aws.table import Row, TenantItem, prefix
from luca.kernel import clock, context
from luca.kernel.errors import Conflict, Unavailable
from luca.kernel.iterate import chunks
from luca.telemetry import log

if TYPE_CHECKING:
    from pynamodb.expressions.condition import Condition
    from pynamodb.expressions.update import Action

M = TypeVar("M", bound=Row)
Key = Mapping[str, Any]  # where a query goes on: an ExclusiveStartKey

BATCH_WRITE, BATCH_GET, TRANSACTION = 25, 100, 100  # DynamoDB's limits per call
CONDITION_FAILED = "ConditionalCheckFailed"
BUSY = {
    "ProvisionedThroughputExceeded",
    "ThrottlingError",
    "Throttling",
    "ThrottlingException",
    "RequestLimitExceeded",
    "TransactionConflict",
    "TransactionInProgress",
    "InternalServerError",
}
ATTEMPTS, FIRST_WAIT, LONGEST_WAIT = 8, 0.05, 2.0
logger = log(__name__)


class ConditionFailed(Conflict):
    """What was read is no longer so; `failed` names the parts of a transaction."""

    code = "changed_meanwhile"

    def __init__(self, failed: frozenset[str] = frozenset()) -> None:
        super().__init__("It was changed meanwhile: read it again and retry.")
        self.failed = failed


class Busy(Unavailable):
    """DynamoDB asks us to slow down, or two transactions met on one item."""

    code = "busy"

    def __init__(self) -> None:
        super().__init__("The store is busy; try again in a moment.")


@dataclass(frozen=True, slots=True)
class Page(Generic[M]):
    """Some items, and the key after which the next page starts (None: the end)."""

    items: list[M]
    next: Key | None = None


def get(model: type[M], pk: str, sk: str, *, consistent: bool = False) -> M | None:
    """Return one item, or None when it does not exist or has expired."""
    with _translated():
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
    with _translated():
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


def put(item: Row, condition: Condition | None = None) -> None:
    """Write one item; a version attribute adds its own condition."""
    with _translated():
        item.save(condition)


def update(item: Row, actions: list[Action], condition: Condition | None = None) -> None:
    """Change attributes of one item and read the result back into it."""
    with _translated():
        item.update(actions, condition)


def delete(item: Row, condition: Condition | None = None) -> None:
    with _translated():
        item.delete(condition)


def batch_get(
    model: type[M], keys: Iterable[tuple[str, str]], *, consistent: bool = False
) -> list[M]:
    """Return those of the items that exist, in no order; any number of keys."""
    found: list[M] = []
    for some in chunks(dict.fromkeys(keys), BATCH_GET):
        with _translated():
            found += list(model.batch_get(some, consistent_read=consistent))
    return [item for item in found if _alive(item)]


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
    connection = model._get_connection()  # noqa: SLF001 -- BatchWrite gives up after fixed retries without waiting
    for attempt in range(ATTEMPTS):
        with _translated():
            answer = connection.batch_write_item(put_items=raw)
        left = (answer or {}).get("UnprocessedItems", {}).get(connection.table_name, [])
        raw = [entry["PutRequest"]["Item"] for entry in left]
        if not raw:
            return
        pause(attempt)
    raise Busy


@dataclass(slots=True)
class Transaction:
    """Up to 100 writes that happen together or not at all.

    Each part may be named; `ConditionFailed.failed` then tells which refused.
    """

    model: type[Row] = TenantItem
    token: str | None = None
    _checks: list[tuple[str, Any]] = field(default_factory=list)
    _deletes: list[tuple[str, Any]] = field(default_factory=list)
    _puts: list[tuple[str, Any]] = field(default_factory=list)
    _updates: list[tuple[str, Any]] = field(default_factory=list)

    def check(
        self, model: type[M], pk: str, sk: str, condition: Condition, *, name: str = ""
    ) -> None:
        self._checks.append((name, ((model, pk, sk), condition)))

    def delete(self, item: M, condition: Condition | None = None, *, name: str = "") -> None:
        self._deletes.append((name, (item, condition)))

    def put(self, item: M, condition: Condition | None = None, *, name: str = "") -> None:
        self._puts.append((name, (item, condition)))

    def update(
        self,
        item: M,
        actions: list[Action],
        condition: Condition | None = None,
        *,
        name: str = "",
    ) -> None:
        self._updates.append((name, (item, actions, condition)))

    def __len__(self) -> int:
        return len(self._checks) + len(self._deletes) + len(self._puts) + len(self._updates)

    def commit(self) -> None:
        """Write it all, or raise ConditionFailed or Busy and leave all as it was."""
        connection = self.model._get_connection().connection  # noqa: SLF001 -- TransactWrite wants the bare connection
        write = TransactWrite(connection=connection, client_request_token=self.token)
        for _, (place, condition) in self._checks:
            write.condition_check(place[0], place[1], place[2], condition)
        for _, (item, condition) in self._deletes:
            write.delete(item, condition)
        for _, (item, condition) in self._puts:
            write.save(item, condition)
        for _, (item, actions, condition) in self._updates:
            write.update(item, actions, condition)
        try:
            with write:
                pass
        except TransactWriteError as error:
            raise self._meaning(error) from error

    def _meaning(self, error: TransactWriteError) -> Exception:
        # DynamoDB answers one reason per part, in the order that TransactWrite sends them.
        parts = [*self._checks, *self._deletes, *self._puts, *self._updates]
        reasons = error.cancellation_reasons
        codes = {reason.code for reason in reasons if reason}
        if CONDITION_FAILED in codes:
            named = zip(parts, reasons, strict=False)
            return ConditionFailed(
                frozenset(name for (name, _), why in named if why and why.code == CONDITION_FAILED)
            )
        if codes & BUSY or _code(error) in BUSY:
            return Busy()
        return error


class _translated:  # noqa: N801 -- reads as a verb in a `with`
    """Turn PynamoDB's errors into ours; whatever is neither passes as it is."""

    def __enter__(self) -> None: ...

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if not isinstance(error, PynamoDBException):
            return
        code = _code(error)
        if code == CONDITION_FAILED:
            raise ConditionFailed from error
        if code in BUSY:
            raise Busy from error


def _code(error: PynamoDBException) -> str:
    return (error.cause_response_code or "").removesuffix("Exception")


def _alive(item: Row) -> bool:
    """DynamoDB removes expired items when it finds the time; to us they are gone at once."""
    return item.ttl is None or item.ttl > clock.now().timestamp()


def _own(item: Row, index: str) -> bool:
    """An index row whose base key is another school's was planted: drop and report it."""
    if item.pk.startswith(prefix("TENANT", context.school())):
        return True
    logger.error("foreign_row_in_index", index=index)
    return False


def pause(attempt: int) -> None:
    """Wait before another attempt: full jitter under a doubling bound."""
    bound = min(LONGEST_WAIT, FIRST_WAIT * 2**attempt)
    time.sleep(random.uniform(0, bound))  # noqa: S311 -- spreads load, hides nothing


def patiently(work: Transaction, attempts: int = ATTEMPTS) -> None:
    """Commit, and again after a pause while the store is busy."""
    for attempt in range(attempts):
        try:
            return work.commit()
        except Busy:
            if attempt + 1 == attempts:
                raise
            pause(attempt)
    return None
