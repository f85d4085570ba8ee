"""Items as they lie in the table, whatever their kind: for what must cover all of them alike.

Only `luca.privacy`, the doors that serve it, the evidence of a sync and the lake have a use for it.
Requests are signed for the context's school like all others.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from boto3.dynamodb.types import TypeDeserializer
from pynamodb.expressions.operand import Path

from luca.aws.store.errors import translated
from luca.aws.table import TenantItem
from luca.kernel.iterate import chunks

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

Place = tuple[str, str]  # PK and SK
Raw = dict[str, Any]  # attributes by name; numbers are ints or exact texts, sets are lists
_AT_ONCE = 100  # DynamoDB's limit of BatchGetItem
_plain = TypeDeserializer()


def partition(pk: str) -> Iterator[Raw]:
    """Yield everything that lies under a partition key, expired items included."""
    start: Mapping[str, Any] | None = None
    while True:
        with translated():
            answer = _connection().query(
                pk, consistent_read=True, exclusive_start_key=start and dict(start)
            )
        yield from map(_read, answer["Items"])
        start = answer.get("LastEvaluatedKey")
        if not start:
            return


def images(pk: str, *, before: str = "", behind: str = "") -> Iterator[dict[str, Any]]:
    """Yield what lies under a partition key as DynamoDB spells it, read consistently.

    With `before` and `behind` only the sort keys up to the one, or from the other on.
    """
    sk = TenantItem.sk < before if before else None
    sk = TenantItem.sk > behind if behind else sk
    start: Mapping[str, Any] | None = None
    while True:
        with translated():
            answer = _connection().query(
                pk,
                range_key_condition=sk,
                consistent_read=True,
                exclusive_start_key=start and dict(start),
            )
        yield from answer["Items"]
        start = answer.get("LastEvaluatedKey")
        if not start:
            return


def several(places: Iterable[Place]) -> Iterator[Raw]:
    """Yield those of the items that exist, in no order."""
    yield from map(_read, several_images(places))


def several_images(places: Iterable[Place]) -> Iterator[dict[str, Any]]:
    """The same as DynamoDB spells them."""
    for some in chunks(dict.fromkeys(places), _AT_ONCE):
        left: list[Any] = [{"PK": pk, "SK": sk} for pk, sk in some]
        while left:
            with translated():
                answer = _connection().batch_get_item(left, consistent_read=True)
            yield from answer["Responses"].get(_connection().table_name, [])
            unread = answer.get("UnprocessedKeys", {}).get(_connection().table_name, {})
            left = [
                {name: value["S"] for name, value in one.items()} for one in unread.get("Keys", [])
            ]


def remove(place: Place) -> None:
    """Delete an item; one that is not there is deleted already."""
    with translated():
        _connection().delete_item(*place)


def strip(place: Place, names: Iterable[str]) -> None:
    """Take attributes off an item that exists."""
    with translated():
        _connection().update_item(
            *place,
            actions=[Path([name]).remove() for name in names],
            condition=TenantItem.pk.exists(),
        )


def discard(place: Place, name: str, member: str) -> None:
    """Take one text out of a set of texts, if the item has it."""
    with translated():
        _connection().update_item(
            *place,
            actions=[Path([name]).delete({"SS": [member]})],
            condition=TenantItem.pk.exists(),
        )


def _connection() -> Any:
    return TenantItem._get_connection()  # noqa: SLF001 -- the one door to raw calls that signs for the school


def _read(raw: Mapping[str, Any]) -> Raw:
    return {name: _simple(_plain.deserialize(value)) for name, value in raw.items()}


def _simple(value: Any) -> Any:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else str(value)
    if isinstance(value, set | frozenset):
        return sorted(_simple(one) for one in value)
    if isinstance(value, list):
        return [_simple(one) for one in value]
    if isinstance(value, dict):
        return {name: _simple(one) for name, one in value.items()}
    return value
