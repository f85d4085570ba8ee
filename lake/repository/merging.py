"""Many files of a partition into few: each row once, in the order of keys, nobody erased.

Files lie on the disk meanwhile and are read by ranges of partition keys, so that a month of a large
school needs no more memory than a small one.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from lake import keys
from lake.repository import parquet
from lake.rules import erasing, history

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from lake.domain import Dataset
    from lake.rules.erasing import Order

AT_ONCE = 250_000  # rows in memory, and in one compacted file
IDENTITY = ("pk", "sk", "sequence")


@dataclass(frozen=True, slots=True)
class Merge:
    """What is to be made of the files of one partition."""

    dataset: Dataset
    orders: tuple[Order, ...]
    # What other partitions hold of partition keys, which matters where a gap was filled.
    elsewhere: Callable[[list[str]], list[pa.Table]] = lambda _: []


@dataclass(frozen=True, slots=True)
class Part:
    """One range of the partition's keys: its rows, and what was left out of them."""

    table: pa.Table
    read: int
    erased: int


class DamagedFile(Exception):
    """A file that cannot be read, by its path, and why."""

    def __init__(self, path: Path, data: bytes, reason: str) -> None:
        super().__init__(reason)
        self.path, self.data, self.reason = path, data, reason


def merged(work: Merge, paths: Sequence[Path], at_once: int = AT_ONCE) -> Iterator[Part]:
    """The rows of the files, range by range; raise DamagedFile or Different."""
    for low, high in _ranges(work.dataset, paths, at_once):
        yield merge(work, [_read(work.dataset, path, low, high) for path in paths])


def merge(work: Merge, tables: Sequence[pa.Table]) -> Part:
    """Tables into one that holds each row once."""
    together = pa.concat_tables([parquet.schema(work.dataset).empty_table(), *tables])
    kept = _without_erased(work, together)
    return Part(_once(work, kept), together.num_rows, together.num_rows - kept.num_rows)


def _once(work: Merge, table: pa.Table) -> pa.Table:
    """Each row of the stream once; filled ones only where the stream has not told the same."""
    ordered = table.sort_by([(name, "ascending") for name in (*IDENTITY, "written_at")])
    is_filled = pc.equal(ordered["sequence"], "")
    told = ordered.filter(pc.invert(is_filled))
    told = told.filter(_first_of_each(told))
    filled = ordered.filter(is_filled)
    if filled.num_rows:
        told = pa.concat_tables([told, filled.take(_counted(work, told, filled))])
        told = told.sort_by([(name, "ascending") for name in IDENTITY])
    return told.combine_chunks()


def _first_of_each(ordered: pa.Table) -> pa.Array:
    """Of rows in order, those whose identity is not that of the row before."""
    if ordered.num_rows == 0:
        return pa.array([], pa.bool_())
    changes = pa.array([False] * (ordered.num_rows - 1), pa.bool_())
    for name in IDENTITY:
        column = ordered[name].combine_chunks()
        changes = pc.or_(changes, pc.not_equal(column[1:], column[:-1]))
    return pa.concat_arrays([pa.array([True]), changes])


def _counted(work: Merge, told: pa.Table, filled: pa.Table) -> pa.Array:
    """Which filled rows count beside what else is known of their items."""
    pks = pc.unique(filled["pk"])
    beside = told.filter(pc.is_in(told["pk"], value_set=pks))
    tables = [beside, *work.elsewhere(pks.to_pylist())]
    of: dict[Any, list[dict[str, Any]]] = defaultdict(list)
    for row in (row for one in tables for row in one.select(_said(work)).to_pylist()):
        of[row["pk"], row["sk"]].append(row)
    for number, row in enumerate(filled.select(_said(work)).to_pylist()):
        row["number"] = number
        of[row["pk"], row["sk"]].append(row)
    kept = (row for rows in of.values() for row in history.counted(rows))
    return pa.array(sorted(int(row["number"] or 0) for row in kept if "number" in row), pa.int64())


def _said(work: Merge) -> list[str]:
    """What decides whether a filled row counts."""
    names = ["pk", "sk", "change", "written_at", "sequence", "item_version"]
    return [*names, *(one.name for one in work.dataset.columns if one.name == "image")]


def _without_erased(work: Merge, table: pa.Table) -> pa.Table:
    gone: set[int] = set()
    for order in work.orders:
        own = pc.equal(table["pk"], keys.student(order.person))
        listed = pc.equal(table["sk"], keys.enrolled(order.person))
        theirs = pc.indices_nonzero(pc.or_(own, listed))
        rows = table.take(theirs).to_pylist()
        numbers = zip(theirs.to_pylist(), rows, strict=True)
        gone.update(number for number, row in numbers if erasing.is_erased(row, order))
    if not gone:
        return table
    left = [number for number in range(table.num_rows) if number not in gone]
    return table.take(pa.array(left, pa.int64()))


def _ranges(
    dataset: Dataset, paths: Sequence[Path], at_once: int
) -> Iterator[tuple[str | None, str | None]]:
    """Ranges of partition keys, each from one up to before another, of about so many rows."""
    low, rows = None, 0
    for pk, count in sorted(_counts(dataset, paths).items()):
        if rows and rows + count > at_once:
            yield low, pk
            low, rows = pk, 0
        rows += count
    yield low, None


def _counts(dataset: Dataset, paths: Sequence[Path]) -> dict[str, int]:
    """How many rows each partition key has in all files."""
    counts: dict[str, int] = {}
    for path in paths:
        parquet.check(dataset, _guarded(path, lambda path=path: pq.read_schema(path)))
        found = _guarded(
            path, lambda path=path: pq.read_table(path, columns=["pk"], partitioning=None)
        )
        for one in pc.value_counts(found["pk"]).to_pylist():
            counts[one["values"]] = counts.get(one["values"], 0) + one["counts"]
    return counts


def _read(dataset: Dataset, path: Path, low: str | None, high: str | None) -> pa.Table:
    """A file's rows of a range of partition keys."""
    wanted = [("pk", ">=", low)] if low is not None else []
    wanted += [("pk", "<", high)] if high is not None else []
    return parquet.completed(dataset, _filtered(path, wanted))


def about(dataset: Dataset, path: Path, pks: list[str]) -> pa.Table:
    """A file's rows of some partition keys."""
    return parquet.completed(dataset, _filtered(path, [("pk", "in", set(pks))]))


def is_filled(path: Path) -> bool:
    """Whether a file holds rows that a gap was filled with."""
    found = _guarded(path, lambda: pq.read_table(path, columns=["sequence"], partitioning=None))
    return bool(pc.any(pc.equal(found["sequence"], "")).as_py())


def _filtered(path: Path, wanted: list[tuple[str, str, Any]]) -> pa.Table:
    return _guarded(
        path,
        lambda: pq.read_table(
            path, filters=wanted or None, partitioning=None, page_checksum_verification=True
        ),
    )


def _guarded(path: Path, read: Any) -> pa.Table:
    try:
        return read()
    except (pa.ArrowException, OSError) as error:
        data = path.read_bytes()
        raise DamagedFile(path, data, parquet.reason(data, error)) from error
