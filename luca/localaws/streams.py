"""The table's stream: kept for some minutes, and over a restart.

AWS keeps a stream's records for a day. The emulator keeps them in memory, where each costs as much
as its item, and forgets them when it stops: whoever reads the stream would miss what it had not
come to. Here the oldest go after `SECONDS`, or when there are more than `MOST`, and what is left
when the emulator stops is there again when it starts. The time in between makes no record older.

Stricter than the emulator: an iterator of before the start has expired, for its place may be
another one's now. Laxer than AWS: reading on after the very last record that has gone is no
failure, for nothing is missed; AWS refuses it, and a reader that was away for a day fills a gap
that may be none.
"""

from __future__ import annotations

import time
from importlib import import_module
from typing import TYPE_CHECKING, Any

import msgspec

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SECONDS = 600.0
MOST = 150_000
LATE = 0.1  # of either: many go at once, for taking one off a long list takes as long as taking all
AFTER = "AFTER_SEQUENCE_NUMBER"


class Streams:
    """What is kept of every table's stream."""

    def __init__(self, file: Path, *, seconds: float = SECONDS, most: int = MOST) -> None:
        self._file, self._seconds, self._most = file, seconds, most
        # Late, because the emulator reads its settings while it is imported.
        self._tables: Any = import_module("ministack.services.dynamodb")
        self._streams: Any = import_module("ministack.services.dynamodb_streams")
        self._born = time.time()
        self._slept = 0.0
        self._gone: dict[str, str] = {}  # by table: the number of the last record that has gone

    def install(self) -> None:
        """Take the emulator's place; a name it no longer has stops the start."""
        for module, name, ours in (
            (self._tables, "_trim_stream_records", self._trim),
            (self._streams, "_get_shard_iterator", self._begun),
            (self._streams, "_get_records", self._read),
        ):
            theirs = getattr(module, name)
            setattr(module, name, _bound(ours, theirs))
        self._load()

    def keep(self) -> None:
        """Write what is there; called when the emulator has stopped."""
        content = {
            "at": time.time(),
            "gone": self._gone,
            "records": [[*place, found] for place, found in self._records.items()],
            "trimmed": [[*place, count] for place, count in self._trimmed.items()],
        }
        fresh = self._file.with_suffix(".new")
        fresh.write_bytes(msgspec.json.encode(content))
        fresh.replace(self._file)

    @property
    def _records(self) -> dict[tuple[str, str, str], list[dict[str, Any]]]:
        found: dict[tuple[str, str, str], list[dict[str, Any]]] = self._tables._stream_records._data  # noqa: SLF001 -- the emulator has no other door
        return found

    @property
    def _trimmed(self) -> dict[tuple[str, str, str], int]:
        found: dict[tuple[str, str, str], int] = self._tables._stream_trimmed._data  # noqa: SLF001 -- as above
        return found

    def _load(self) -> None:
        if not self._file.exists():
            return
        content = msgspec.json.decode(self._file.read_bytes())
        self._slept = max(0.0, self._born - content["at"])
        self._gone.update(content["gone"])
        for *place, found in content["records"]:
            self._records[place[0], place[1], place[2]] = found
        for *place, count in content["trimmed"]:
            self._trimmed[place[0], place[1], place[2]] = count

    def _trim(self, _theirs: object, table: str, **_where: object) -> None:
        now = time.time()
        for place, records in self._records.items():
            if place[2] != table or not records:
                continue
            age = self._age(records[0], now)
            many = len(records) - self._most
            if age > self._seconds * (1 + LATE) or many > self._most * LATE:
                self._drop(place, records, max(many, self._old(records, now)))

    def _drop(self, place: tuple[str, str, str], records: list[dict[str, Any]], count: int) -> None:
        self._gone[place[2]] = records[count - 1]["dynamodb"]["SequenceNumber"]
        del records[:count]
        self._trimmed[place] = self._trimmed.get(place, 0) + count

    def _old(self, records: list[dict[str, Any]], now: float) -> int:
        found = (n for n, one in enumerate(records) if self._age(one, now) <= self._seconds)
        return next(found, len(records))

    def _age(self, record: dict[str, Any], now: float) -> float:
        made = float(record["dynamodb"]["ApproximateCreationDateTime"])
        return now - made - (self._slept if made < self._born else 0)

    def _begun(self, theirs: Callable[[dict[str, Any]], Any], data: dict[str, Any]) -> Any:
        """GetShardIterator."""
        table = self._streams._table_from_stream_arn(str(data.get("StreamArn"))) or ""  # noqa: SLF001 -- as above
        self._trim(None, table)
        number = data.get("SequenceNumber")
        if data.get("ShardIteratorType") == AFTER and number == self._gone.get(table, ""):
            return theirs({**data, "ShardIteratorType": "TRIM_HORIZON"})
        return theirs(data)

    def _read(self, theirs: Callable[[dict[str, Any]], Any], data: dict[str, Any]) -> Any:
        """GetRecords."""
        told = self._streams._decode_iterator(str(data.get("ShardIterator"))) or {}  # noqa: SLF001 -- as above
        if float(told.get("i", self._born)) < self._born:
            return self._streams.error_response_json(
                "ExpiredIteratorException", "The iterator was made before the last start.", 400
            )
        return theirs(data)


def _bound(ours: Callable[..., Any], theirs: Callable[..., Any]) -> Callable[..., Any]:
    def act(*call: Any, **more: Any) -> Any:
        return ours(theirs, *call, **more)

    return act
