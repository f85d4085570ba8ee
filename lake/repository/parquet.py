"""Rows to Parquet and back, by `deploy/lake.json`.

A file has the columns of the version that wrote it; who reads it by a later version finds what was
added since empty. Every page carries its checksum, so that a damaged file is known as one, and is
not read as other rows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from lake.domain import Type

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from lake.domain import Dataset, Value

NAMES = {Type.STRING: "string", Type.BIGINT: "int64"}
ARROW = {Type.STRING: pa.string(), Type.BIGINT: pa.int64()}
ROWS = 100_000  # of one row group
# Columns of which nearly every row has another value: a dictionary of them only costs time.
PLAIN = {"sk", "sequence", "image", "digest", "trace_hash"}
TOLERATED = {"large_string": "string", "int32": "int64"}  # what others write for the same


class Damaged(Exception):
    """A file that is not, or not wholly, Parquet; the text says why."""


class Different(Exception):
    """A whole file of other columns: a later program's, or nobody's; the text says which."""


def schema(dataset: Dataset) -> pa.Schema:
    """The data set's columns, as every file that is written now has them."""
    return pa.schema([(one.name, ARROW[one.type]) for one in dataset.columns])


def encode(dataset: Dataset, rows: Iterable[Mapping[str, Value]]) -> bytes:
    """One Parquet file of the rows, in the order of their keys: equal keys lie side by side."""
    ordered = sorted(rows, key=lambda one: (one["pk"], one["sk"], one["sequence"]))
    columns = [[one[name.name] for one in ordered] for name in dataset.columns]
    arrays = [
        pa.array(column, ARROW[one.type])
        for one, column in zip(dataset.columns, columns, strict=True)
    ]
    return encode_table(pa.Table.from_arrays(arrays, schema=schema(dataset)))


def encode_table(table: pa.Table) -> bytes:
    """One Parquet file of a table that `read` gave, or a part of one."""
    sink = pa.BufferOutputStream()
    pq.write_table(
        table,
        sink,
        row_group_size=ROWS,
        compression="zstd",
        use_dictionary=[name for name in table.column_names if name not in PLAIN],
        write_page_checksum=True,
    )
    return bytes(sink.getvalue())


def decode(dataset: Dataset, data: bytes) -> list[dict[str, Value]]:
    """The rows of a file, each with every column of the data set; or raise Damaged or Different."""
    rows: list[dict[str, Value]] = read(dataset, data).to_pylist()
    return rows


def read(dataset: Dataset, data: bytes) -> pa.Table:
    """The same as a table in memory, its columns in the order of the data set."""
    try:
        file = pq.ParquetFile(pa.BufferReader(data), page_checksum_verification=True)
        table = file.read()
    except (pa.ArrowException, OSError) as error:
        raise Damaged(reason(data, error)) from error
    return completed(dataset, table)


def read_of(dataset: Dataset, file: BinaryIO, pks: Iterable[str]) -> pa.Table:
    """The rows of some partition keys, of which a compacted file has few parts to be read."""
    try:
        table = pq.read_table(
            file,
            filters=[("pk", "in", set(pks))],
            partitioning=None,
            page_checksum_verification=True,
        )
    except FileNotFoundError:
        raise
    except (pa.ArrowException, OSError) as error:
        message = f"The file cannot be read ({type(error).__name__})."
        raise Damaged(message) from error
    return completed(dataset, table)


def columns_of(data: bytes) -> dict[str, str]:
    """Names and types of the columns that a file really has, or raise Damaged."""
    try:
        found = pq.read_schema(pa.BufferReader(data))
    except (pa.ArrowException, OSError) as error:
        raise Damaged(reason(data, error)) from error
    return {one.name: _type(one.type) for one in found}


def completed(dataset: Dataset, table: pa.Table) -> pa.Table:
    """The table with empty columns for what was added after it was written, or raise Different."""
    check(dataset, table.schema)
    wanted = schema(dataset)
    arrays = [
        table.column(one.name).cast(one.type)
        if one.name in table.column_names
        else pa.nulls(table.num_rows, one.type)
        for one in wanted
    ]
    return pa.Table.from_arrays(arrays, schema=wanted)


def check(dataset: Dataset, found: pa.Schema) -> None:
    """A file of another shape is not read as if it had ours: raise Different."""
    types = {one.name: NAMES[one.type] for one in dataset.columns}
    for field in found:
        if types.get(field.name) != _type(field.type):
            raise Different(f"The column {field.name} ({field.type}) is none of {dataset.name}.")
    absent = _missing(dataset, found.names)
    if absent:
        raise Different(f"The column {absent[0]} is missing.")


def _missing(dataset: Dataset, names: Sequence[str]) -> list[str]:
    """Columns of the first version are in every file."""
    return [one.name for one in dataset.columns if one.since == 1 and one.name not in names]


def _type(found: pa.DataType) -> str:
    return TOLERATED.get(str(found), str(found))


def reason(data: bytes, error: Exception) -> str:
    if not data:
        return "The file is empty."
    if data[:4] != b"PAR1":
        return "The file is no Parquet: it does not begin as one."
    if data[-4:] != b"PAR1":
        return "The file is cut off: it does not end as Parquet does."
    return f"The file cannot be read ({type(error).__name__})."
