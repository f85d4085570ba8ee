"""A stream that tests play, and what they ask of a writer that reads it."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.conf import settings

from lake import keys
from lake.models import CheckpointItem, FilledItem, GapItem
from lake.services import writing
from lake.services.writing import Writer
from lake.tests.lagoon import rows_of
from luca.aws import store, stream
from luca.aws.stream import Batch, Expired, Shard, Stream, Trimmed
from tenants import services as tenants

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pytest

    from luca.aws.table import PlatformItem


@dataclass
class Played:
    """A stream of any number of shards; a place in one is its number and how many were read."""

    shards: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    parents: dict[str, str] = field(default_factory=dict)
    closed: set[str] = field(default_factory=set)
    trimmed: dict[str, int] = field(default_factory=dict)
    expired: int = 0  # how many iterators will turn out to be too old
    most: int = 3  # records of one call

    def described(self) -> Stream:
        made = (Shard(one, self.parents.get(one, "")) for one in self.shards)
        return Stream("arn:stream", tuple(made))

    def iterator(self, _arn: str, shard: str, after: str) -> str:
        if shard not in self.shards:
            raise Trimmed
        numbers = [one["dynamodb"]["SequenceNumber"] for one in self.shards[shard]]
        begin = self.trimmed.get(shard, 0)
        if not after:
            return f"{shard} {begin}"
        if after not in numbers[max(0, begin - 1) :]:
            raise Trimmed
        return f"{shard} {numbers.index(after) + 1}"

    def read(self, place: str) -> Batch:
        shard, _, number = place.partition(" ")
        if self.expired:
            self.expired -= 1
            raise Expired
        begin = int(number)
        if begin < self.trimmed.get(shard, 0):
            raise Trimmed
        found = self.shards[shard][begin : begin + self.most]
        end = begin + len(found)
        ended = shard in self.closed and end == len(self.shards[shard])
        return Batch(found, None if ended else f"{shard} {end}")

    def put(self, shard: str, item: dict[str, Any], name: str = "INSERT") -> None:
        records = self.shards.setdefault(shard, [])
        told = {
            "Keys": {one: item[one] for one in ("PK", "SK")},
            "NewImage": item,
            "SequenceNumber": f"{len(self.shards) * 1000 + len(records) + 1}",
            "ApproximateCreationDateTime": time.time(),
        }
        records.append({"eventName": name, "dynamodb": told})


@dataclass(frozen=True)
class Listed:
    """A school as the directory lists it."""

    id: str


def playing(school: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Played]:
    """A stream of the test's own, of which nothing is read yet."""
    made = Played()
    for name in ("described", "iterator", "read"):
        monkeypatch.setattr(stream, name, getattr(made, name))
    monkeypatch.setattr(settings, "LAKE_FLUSH_SECONDS", 0.05)
    monkeypatch.setattr(writing, "POLL", 0.02)
    monkeypatch.setattr(writing, "LOOK", 0.05)
    monkeypatch.setattr(tenants, "schools", lambda: [Listed(school)])
    forget()
    yield made
    forget()


def forget() -> None:
    for model, beginning in (
        (CheckpointItem, keys.SHARDS),
        (GapItem, keys.GAPS),
        (FilledItem, keys.FILLED),
    ):
        kind: type[PlatformItem] = model
        for one in list(store.every(kind, keys.lake(), kind.sk.startswith(beginning))):
            store.delete(one)


def event(school: str, number: int, **changes: Any) -> dict[str, Any]:
    return {
        "PK": {"S": f"TENANT#{school}#STUDENT#s1"},
        "SK": {"S": f"EVENT#2026-11-01T10:00:00.{number:03}Z#e{number}"},
        "kind": {"S": "event"},
        "type": {"S": "login"},
        "quantity": {"N": "1"},
        "digest": {"S": f"d{number}"},
        **changes,
    }


def written(school: str) -> list[str]:
    """The events that are in files, as often as they are."""
    return sorted(str(row["digest"]) for row in rows_of(school) if row["kind"] == "event")


def read_all(writer: Writer | None = None) -> Writer:
    """Let a writer read to the end and stop."""
    made = writer or Writer()
    made.stop()
    made.run()
    return made


def names(count: int) -> list[str]:
    return sorted(f"d{number}" for number in range(count))
