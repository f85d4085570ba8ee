"""From a record of the table's stream to a row of the lake.

The same record becomes the same row on AWS, where `deploy/lake.json`'s paths are spelled out for
Pipes and Firehose. A row's identity is its key and its sequence: a record that is read twice gives
one row twice, and two changes of one item give two.
"""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from lake.domain import Change, Dataset, Partition, Row, Type, Value

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

Record = dict[str, Any]  # of GetRecords, as the SDK gives it: images are DynamoDB JSON

SEQUENCE_DIGITS = 40  # AWS: "length constraints: 21 to 40"
LARGEST = 1 << 63  # of a bigint
INDEXED = {"GSI1PK", "GSI1SK", "GSI2PK", "GSI2SK"}
TENANT = re.compile(r"TENANT#([a-z0-9][a-z0-9_-]{0,62})#.+")
MONTH = re.compile(r"EVENT#(\d{4})-(0[1-9]|1[0-2])-")


class Poison(Exception):
    """A record of a kind that the lake keeps, which no row can be made of; the text says why."""


def row_of(record: Record, dataset_of: Callable[[str], Dataset | None]) -> Row | None:
    """The row of a change, None if the lake keeps nothing of it, or raise Poison.

    None are changes of other kinds of items and what DynamoDB itself removed by its TTL.
    """
    told = record["dynamodb"]
    image = told.get("NewImage") or told.get("OldImage")
    if image is None:
        raise Poison("The record has no image; the stream must be NEW_AND_OLD_IMAGES.")
    dataset = dataset_of(image.get("kind", {}).get("S", ""))
    if dataset is None or (_is_deletion(record) and _expired(record)):
        return None
    view = {
        **told,
        "Image": image,
        "change": Change.DELETE if _is_deletion(record) else Change.PUT,
        "written_at": _moment(told["ApproximateCreationDateTime"]),
        "SequenceNumber": _number(told["SequenceNumber"]),
        "item_version": version_of(image),
    }
    values = {one.name: _value(view, one.path, one.type) for one in dataset.columns}
    return Row(_partition(dataset, values), values)


def row_of_item(
    image: Mapping[str, Any], at: datetime, dataset_of: Callable[[str], Dataset | None]
) -> Row | None:
    """The row of an item as the table holds it, where the stream no longer tells how it came."""
    told = {
        "Keys": {name: image[name] for name in ("PK", "SK")},
        "NewImage": image,
        "SequenceNumber": "",
        "ApproximateCreationDateTime": at,
    }
    return row_of({"eventName": "INSERT", "dynamodb": told}, dataset_of)


def school_of(record: Record) -> str:
    """The school that a record's key names, whatever else it says; empty: none."""
    try:
        named = TENANT.fullmatch(str(record["dynamodb"]["Keys"]["PK"]["S"]))
    except (KeyError, TypeError):
        return ""
    return named[1] if named else ""


def version_of(image: Mapping[str, Any]) -> str:
    """What tells two states of an item apart: its version, or what an event says."""
    given = image.get("version", image.get("digest", {}))
    return str(next(iter(given.values()), ""))


def _is_deletion(record: Record) -> bool:
    return bool(record["eventName"] == "REMOVE")


def _expired(record: Record) -> bool:
    """DynamoDB names itself as who removed an item whose `ttl` had passed."""
    return bool(record.get("userIdentity", {}).get("PrincipalId") == "dynamodb.amazonaws.com")


def _number(given: str) -> str:
    return given and given.zfill(SEQUENCE_DIGITS)


@lru_cache(1024)  # a second has many changes
def _moment(at: datetime | float) -> str:
    given = at if isinstance(at, datetime) else datetime.fromtimestamp(at, UTC)
    return given.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _value(view: Mapping[str, Any], path: tuple[str, ...], kind: Type) -> Value:
    found: Any = view
    try:
        for step in path:
            found = found[step]
    except (KeyError, TypeError):  # it is not there, or what should hold it is no map
        return None
    if found is view["Image"]:
        return _image(found)
    if found is None:
        return None
    return _whole(found, path) if kind is Type.BIGINT else str(found)


def _whole(found: Any, path: tuple[str, ...]) -> int:
    """A number that a file can hold: one row that cannot be written would hold up all others."""
    try:
        number = int(found)
    except ValueError:
        raise Poison(f"{'.'.join(path)} is no whole number.") from None
    if not -LARGEST <= number < LARGEST:
        raise Poison(f"{'.'.join(path)} is too large a number.")
    return number


def _image(image: Mapping[str, Any]) -> str:
    """An item on one line, spelled in one way, without what is only there for indexes."""
    kept = {name: value for name, value in image.items() if name not in INDEXED}
    return json.dumps(kept, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def _partition(dataset: Dataset, values: Mapping[str, Value]) -> Partition:
    tenant = TENANT.fullmatch(str(values["pk"]))
    if tenant is None:
        raise Poison("The partition key names no school.")
    if dataset.time != "sk":
        return Partition(dataset.name, str(values["written_at"])[:4], "", tenant[1])
    at = MONTH.match(str(values["sk"]))
    if at is None:
        raise Poison("The sort key holds no time.")
    return Partition(dataset.name, at[1], at[2], tenant[1])
