"""The words of questions: what can be asked of the lake, and what an answer is."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from lake.domain import Partition


class Words(NamedTuple):
    """What people read, in both languages of the house."""

    en: str
    es: str


class Typed(StrEnum):
    """What a parameter may be, and what a column of an answer holds."""

    DATE = "date"
    INTEGER = "integer"
    NUMBER = "number"
    SLUG = "slug"  # as types of events are spelled
    ID = "id"
    TEXT = "text"  # of columns only: no parameter is free text


class Reach(StrEnum):
    """Which folders of a data set a view reads."""

    DURING = "during"  # of the months of the range, by the time of what happened
    SINCE = "since"  # of the years from the range's first day on, by when it was written
    ALWAYS = "always"  # all years: the present state of what may have been written long ago


@dataclass(frozen=True, slots=True)
class Parameter:
    """What a question wants to be told; one that is left out counts as its default."""

    name: str
    kind: Typed
    about: Words
    default: str = ""  # empty: none, and the question is not narrowed by it
    least: int | None = None
    most: int | None = None


@dataclass(frozen=True, slots=True)
class Heading:
    """A column of an answer."""

    name: str
    kind: Typed
    words: Words


@dataclass(frozen=True, slots=True)
class Question:
    """One file of `lake/queries`."""

    name: str
    title: Words
    about: Words
    parameters: tuple[Parameter, ...]  # besides since and until, which every question has
    headings: tuple[Heading, ...]
    chart: tuple[str, ...]  # kind, x, y, and by what it is told apart, if by anything
    sql: str


@dataclass(frozen=True, slots=True)
class View:
    """One file of `lake/queries/views`: rows of the lake as the table would show them."""

    name: str
    dataset: str  # empty: it is made of other views only
    reach: Reach
    sql: str


@dataclass(frozen=True, slots=True)
class Window:
    """A range of days of a school, the last one included, and the instants it spans."""

    since: date
    until: date
    start: datetime  # UTC
    end: datetime  # not included any more
    zone: str
    now: datetime


@dataclass(frozen=True, slots=True)
class Draft:
    """A question as it will be asked: its statement, and in which folders its answer lies."""

    question: Question
    values: Mapping[str, str]  # every parameter as it counts, the defaults too
    window: Window
    school: str
    sql: str  # for Athena and DuckDB alike
    folders: tuple[Partition, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """A draft, and the files that are read for it."""

    draft: Draft
    files: Mapping[str, int]  # name in the lake → bytes
    at: datetime  # when they were listed

    @property
    def bytes(self) -> int:
        return sum(self.files.values())


@dataclass(frozen=True, slots=True)
class Table:
    """What an engine answers."""

    columns: tuple[str, ...]
    rows: list[tuple[Any, ...]]  # of int, float, str and None
    damaged: tuple[str, ...] = ()  # files that are not whole, and do not count
    scanned_bytes: int | None = None  # where the engine itself says it


@dataclass(frozen=True, slots=True)
class Answer:
    """What the lake says to a question."""

    question: Question
    columns: tuple[str, ...]
    rows: list[tuple[Any, ...]]  # of int, float, str and None
    scanned_bytes: int
    scanned_files: int
    as_of: datetime  # what lay in the lake at this instant was counted
    seconds: float
    values: Mapping[str, str]
    damaged: tuple[str, ...]  # files that are not whole, and do not count
