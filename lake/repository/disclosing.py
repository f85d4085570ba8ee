"""What the lake of the context's school holds of one person."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow.compute as pc

from lake import keys
from lake.definition import datasets
from lake.repository import parquet, partitions
from luca.aws import lake
from luca.kernel.errors import Conflict, Unavailable

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pyarrow as pa

    from lake.domain import Dataset, Value

LOOKS = 5  # at a folder whose files are replaced while they are read
IDENTITY = ("pk", "sk", "sequence", "written_at", "item_version")

Rows = list[dict[str, "Value"]]


def rows_of(person: str) -> Iterator[tuple[str, Rows]]:
    """Every folder of the school with its rows of the person, each change once, by time."""
    for dataset in datasets().values():
        for folder in lake.folders(dataset.name):
            yield folder, _of_folder(dataset, folder, person)


def _of_folder(dataset: Dataset, folder: str, person: str) -> Rows:
    for _ in range(LOOKS):
        try:
            found = [row for name in partitions.live(folder) for row in _of(dataset, name, person)]
        except FileNotFoundError:
            continue  # compacted meanwhile
        once = {tuple(str(row[name]) for name in IDENTITY): row for row in found}
        return sorted(once.values(), key=lambda row: (str(row["written_at"]), str(row["sequence"])))
    raise Unavailable("The lake's files are being replaced just now; try again in a moment.")


def _of(dataset: Dataset, name: str, person: str) -> Rows:
    data = lake.read(name)
    if data is None:
        raise FileNotFoundError(name)
    try:
        table = parquet.read(dataset, data)
    except (parquet.Damaged, parquet.Different) as error:
        # An answer without it would say that nothing else is held.
        message = f"A file of the lake cannot be read ({error}); `manage.py lake compact` first."
        raise Conflict(message, code="lake_file_damaged") from error
    rows: Rows = table.filter(of_person(table, person)).to_pylist()
    return rows


def of_person(table: pa.Table, person: str) -> pa.ChunkedArray:
    """Which rows are about a student: those of their own items, and where a course lists them."""
    own = pc.equal(table["pk"], keys.student(person))
    return pc.or_(own, pc.equal(table["sk"], keys.enrolled(person)))
