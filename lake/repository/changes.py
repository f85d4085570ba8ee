"""The rows of the lake that tell of a school's items, file by file."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

from lake.definition import datasets
from lake.repository import parquet, partitions
from luca.aws import lake
from luca.kernel.errors import Unavailable

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from lake.domain import Dataset, Value

LOOKS = 5  # each compaction that comes in between costs one
LARGE = 1 << 20  # bytes: below it is quicker to fetch all of a file than to look where rows lie
OF_GRADES = ("pk", "sk", "kind", "change", "written_at", "sequence", "item_version", "image")


@dataclass(slots=True)
class Read:
    """What was read for an answer."""

    files: int = 0
    bytes: int = 0
    rows: int = 0


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which rows: of some kinds, of some partition keys, up to a second; None and empty are any."""

    kinds: Collection[str] | None = None
    places: Collection[str] | None = None
    until: str = ""


@dataclass(slots=True)
class Folder:
    """One folder, read whole: if a file was replaced meanwhile it begins anew."""

    name: str
    dataset: Dataset
    wanted: Wanted
    columns: list[str]
    read: Read = field(default_factory=Read)

    def rows(self) -> list[dict[str, Value]]:
        for _ in range(LOOKS):
            tables = self._tables()
            if tables is not None:
                return [row for table in tables for row in table.to_pylist()]
        raise Unavailable("The lake is being compacted; try again in a minute.")

    def _tables(self) -> list[pa.Table] | None:
        fresh, found = Read(), []
        for name, size in partitions.live(self.name).items():
            table = self._table(name, size)
            if table is None:
                return None
            fresh = Read(fresh.files + 1, fresh.bytes + size, fresh.rows + table.num_rows)
            found.append(table)
        self.read = fresh
        return found

    def _table(self, name: str, size: int) -> pa.Table | None:
        """The rows that are wanted; None: the file is gone."""
        try:
            table = self._whole_or_parts(name, size)
        except FileNotFoundError:
            return None
        except parquet.Damaged as error:
            place = name.removeprefix(self.name)
            raise Unavailable(f"The file {place} of the lake is damaged. {error}") from error
        return _those(table, self.wanted).select(self.columns)

    def _whole_or_parts(self, name: str, size: int) -> pa.Table:
        """Of a month of a large school one student's rows are a thousandth."""
        if self.wanted.places is not None and size > LARGE:
            with lake.opened(name) as file:
                return parquet.read_of(self.dataset, file, self.wanted.places)
        data = lake.read(name)
        if data is None:
            raise FileNotFoundError(name)
        return parquet.read(self.dataset, data)


def of_grades(wanted: Wanted, read: Read) -> Iterator[Mapping[str, Value]]:
    """Every change of an item that a grade depends on, year by year."""
    for folder in lake.folders("grades"):
        yield from _folder(folder, "grades", wanted, list(OF_GRADES), read)


def of_events(folder: str, wanted: Wanted, read: Read) -> Iterator[Mapping[str, Value]]:
    """The events of a month, whole rows."""
    columns = [one.name for one in datasets()["events"].columns]
    yield from _folder(folder, "events", wanted, columns, read)


def months() -> list[str]:
    """The folders of events, in the order of time."""
    return lake.folders("events")


def _folder(
    name: str, dataset: str, wanted: Wanted, columns: list[str], read: Read
) -> Iterator[Mapping[str, Value]]:
    folder = Folder(name, datasets()[dataset], wanted, columns)
    yield from folder.rows()
    read.files += folder.read.files
    read.bytes += folder.read.bytes
    read.rows += folder.read.rows


def _those(table: pa.Table, wanted: Wanted) -> pa.Table:
    tests: list[Any] = []
    if wanted.kinds is not None:
        tests.append(pc.field("kind").isin(sorted(wanted.kinds)))
    if wanted.places is not None:
        tests.append(pc.field("pk").isin(sorted(wanted.places)))
    if wanted.until:
        tests.append(pc.field("written_at") <= wanted.until)
    for test in tests:
        table = table.filter(test)
    return table
