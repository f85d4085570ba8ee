"""Rows into files of the lake: what the writer and the filling of gaps have in common."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from lake.definition import datasets
from lake.repository import parquet
from luca.aws import lake
from luca.kernel import context
from luca.telemetry import log

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from lake.domain import Partition, Row, Value

Values = list["Mapping[str, Value]"]
logger = log(__name__)


@dataclass(frozen=True, slots=True)
class Letter:
    """What no row could be made of, or no file."""

    school: str  # empty: it names none
    reason: str
    content: Any


@dataclass(slots=True)
class Buffer:
    """Rows that are not in a file yet, by where they belong, and what no row could be made of."""

    rows: dict[Partition, Values] = field(default_factory=lambda: defaultdict(list))
    letters: list[Letter] = field(default_factory=list)
    count: int = 0

    def add(self, row: Row) -> None:
        self.rows[row.partition].append(row.values)
        self.count += 1


@dataclass(frozen=True, slots=True)
class File:
    """A file that is to be written, in the school's own session."""

    school: str
    name: str  # of the same rows always the same: written once more it replaces itself
    data: bytes

    def write(self) -> None:
        if not self.school:
            lake.set_aside(self.name, self.data)
            return
        with context.entered(school=self.school):
            lake.write(self.name, self.data)


def files(buffer: Buffer, origin: str) -> Iterator[File]:
    """What a buffer becomes: a file for each partition, and one for each letter."""
    for partition, rows in buffer.rows.items():
        data = _encoded(partition, rows, buffer.letters)
        if data:
            name = f"{partition.folder}{origin}-{_digest(data)}.parquet"
            yield File(partition.school, name, data)
    for letter in buffer.letters:
        yield _dead(letter)


def _encoded(partition: Partition, rows: Values, letters: list[Letter]) -> bytes:
    """One file; a row that Parquet refuses becomes a letter and holds no other one up."""
    try:
        return parquet.encode(datasets()[partition.dataset], rows)
    except (ValueError, TypeError, OverflowError):
        sound = [one for one in rows if _is_sound(partition, one, letters)]
    return parquet.encode(datasets()[partition.dataset], sound) if sound else b""


def _is_sound(partition: Partition, row: Mapping[str, Value], letters: list[Letter]) -> bool:
    try:
        parquet.encode(datasets()[partition.dataset], [row])
    except (ValueError, TypeError, OverflowError) as error:
        reason = f"Parquet does not take it ({type(error).__name__})."
        letters.append(Letter(partition.school, reason, dict(row)))
        return False
    return True


def _dead(letter: Letter) -> File:
    told = {"reason": letter.reason, "record": letter.content}
    data = (json.dumps(told, sort_keys=True) + "\n").encode()
    logger.error("lake_record_refused", reason=letter.reason, tenant_id=letter.school or None)
    name = f"{_digest(data)}.json"
    if not letter.school:
        return File("", name, data)
    return File(letter.school, f"dlq/school_id={letter.school}/{name}", data)


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:32]
