"""What AWS's pipe makes of records of the stream: rows as Firehose takes them.

It is `row_of` again, so that the lake of AWS and the one of `manage.py lake run` cannot drift
apart. A row carries beside its columns the folders that it belongs to; Firehose's query reads
those, and its conversion to Parquet leaves out what the table in Glue does not have.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lake.rules.rows import Poison, row_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from lake.domain import Dataset, Partition, Row
    from lake.rules.rows import Record

Flat = dict[str, Any]


def piped(records: Iterable[Record], dataset_of: Callable[[str], Dataset | None]) -> list[Flat]:
    """A row for every record that the lake keeps one of, in their order.

    What no row can be made of goes on with its reason and without folders: Firehose finds none,
    puts it under its error prefix, and what comes behind it is not held up.
    """
    made = (_piped(one, dataset_of) for one in records)
    return [one for one in made if one is not None]


def folders(partition: Partition) -> dict[str, str]:
    """The partition's folders by their names; `month` only where there is one."""
    month = {"month": partition.month} if partition.month else {}
    return {"year": partition.year, **month, "school_id": partition.school}


def _piped(record: Record, dataset_of: Callable[[str], Dataset | None]) -> Flat | None:
    try:
        row = row_of(_as_the_sdk_tells(record), dataset_of)
    except Poison as why:
        return {"reason": str(why), "record": record}
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        return {"reason": f"The record is misshapen ({type(error).__name__}).", "record": record}
    return None if row is None else _flat(row)


def _flat(row: Row) -> Flat:
    """Columns without a value are left out: they are empty in the file as well."""
    kept = {name: value for name, value in row.values.items() if value is not None}
    return kept | folders(row.partition)


def _as_the_sdk_tells(record: Record) -> Record:
    """Pipes spells one thing otherwise than GetRecords does: who removed an item."""
    who = record.get("userIdentity") or {}
    if "principalId" not in who:
        return record
    return {**record, "userIdentity": {"PrincipalId": who["principalId"]}}
