"""The words of the lake: data sets, their columns, and the rows of their files.

A row tells of one change of one item of the table. What a question reads is made of rows by the
views in `lake/queries`; no file is ever changed in place.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from lake.domain.questions import Answer as Answer
from lake.domain.questions import Draft as Draft
from lake.domain.questions import Heading as Heading
from lake.domain.questions import Parameter as Parameter
from lake.domain.questions import Plan as Plan
from lake.domain.questions import Question as Question
from lake.domain.questions import Reach as Reach
from lake.domain.questions import Table as Table
from lake.domain.questions import Typed as Typed
from lake.domain.questions import View as View
from lake.domain.questions import Window as Window
from lake.domain.questions import Words as Words

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

Value = str | int | None


class Type(StrEnum):
    """What a column holds; numbers of the table are text, so that none is rounded."""

    STRING = "string"
    BIGINT = "bigint"


class Change(StrEnum):
    PUT = "put"
    DELETE = "delete"


@dataclass(frozen=True, slots=True)
class Column:
    """A column, its path into a record of the stream, and since which version it is there."""

    name: str
    type: Type
    since: int
    path: tuple[str, ...]  # ("Image", "score", "N"): of the new image, of a deletion the old
    about: str


@dataclass(frozen=True, slots=True)
class Dataset:
    """One table of the lake, as `deploy/lake.json` defines it."""

    name: str
    kinds: frozenset[str]  # of items of the table
    columns: tuple[Column, ...]
    partitions: tuple[str, ...]  # in the order of the folders
    time: str  # whose time names the folder: the one in the sort key, or written_at


@dataclass(frozen=True, slots=True)
class Partition:
    """A folder of files: a data set, a time, and a school."""

    dataset: str
    year: str
    month: str  # empty where a data set is kept by year
    school: str

    @property
    def folder(self) -> str:
        month = f"month={self.month}/" if self.month else ""
        return f"{self.dataset}/year={self.year}/{month}school_id={self.school}/"


@dataclass(frozen=True, slots=True)
class Row:
    """One change of one item, and where it belongs."""

    partition: Partition
    values: Mapping[str, Value]  # by the names of the data set's columns


@dataclass(frozen=True, slots=True)
class Hold:
    """A legal hold on what a school has in the lake."""

    since: datetime
    case: str  # the number that ordered it goes by
    by: str  # empty: an operator


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """How far a shard of the table's stream has been read into files."""

    shard: str
    sequence: str  # of the last record whose row is in a file; empty: none yet
    at: datetime  # when it was written
    covered: datetime  # what the table took before this is in files
    finished: bool = False
    rows: int = 0
    files: int = 0
    poison: int = 0


@dataclass(frozen=True, slots=True)
class Gap:
    """Changes that left the stream before they were read; the table still knows what they made."""

    shard: str
    after: str  # the number before it; empty: the lake has nothing from before
    since: datetime  # what the table took before this is in files
    found: datetime
    filled: datetime | None = None


@dataclass(frozen=True, slots=True)
class Filled:
    """The last time that all of a school was written into files out of the table."""

    begun: datetime
    rows: int
