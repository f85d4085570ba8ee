"""Everything that can happen to files, one thing after the other: then each change is there once.

The table, the writer, the filling, the compaction and the files are real; the stream is played.
"""

from __future__ import annotations

from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from lake import services
from lake.repository import checkpoints, partitions
from lake.tests.lagoon import Row, Town
from lake.tests.making import counted
from lake.tests.playing import Played, playing, read_all
from luca.aws import lake, queue, store
from luca.aws.table import TenantItem
from luca.kernel import context
from tenants import services as tenants

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True)
class FakeSchool:
    id: str


class Place:
    """A school whose every event the stream tells as well."""

    def __init__(self, played: Played) -> None:
        self.town, self.played = Town(schools=1), played
        self.school = self.town.schools[0]

    def tell(self, events: int) -> None:
        items = [self.town._event() for _ in range(events)]
        store.batch_put_raw(TenantItem, items)
        for one in items:
            self.town.put[self.school, one["SK"]["S"], one["digest"]["S"]] += 1
            self.played.put("a", one)

    def rows(self) -> list[Row]:
        return [row for folder in lake.folders("events") for row in counted(folder)]

    def is_whole(self) -> bool:
        found = Counter((self.school, row["sk"], row["item_version"]) for row in self.rows())
        return found == self.town.put

    def file(self) -> str:
        """One that the writer has left and nobody has merged yet."""
        names = (name for one in lake.folders("events") for name in partitions.live(one))
        return next(name for name in names if "/compact-" not in name)


@pytest.fixture
def place(school: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    with contextmanager(playing)(school, monkeypatch) as played:
        made = Place(played)
        monkeypatch.setattr(tenants, "schools", lambda: [FakeSchool(made.school)])
        monkeypatch.setattr(tenants, "student_ids", lambda: [f"s{n}" for n in range(7)])
        with context.entered(school=made.school):
            yield made


def killed(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """The writer dies before it could remember its files, which are merged, and come again."""
    place.tell(20)
    with monkeypatch.context() as dying:
        dying.setattr(checkpoints, "advance", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            read_all()
    services.compact()
    read_all()


def forgotten(place: Place) -> None:
    """Seven changes leave the stream before anybody reads them."""
    place.tell(10)
    place.played.trimmed["a"] = 27
    read_all()
    assert not place.is_whole()
    services.look_for_gaps()
    services.fill()
    services.compact()


def cut_off(place: Place) -> None:
    """A file is cut off, and no other one holds its rows."""
    place.tell(5)
    read_all()
    name = place.file()
    whole = lake.read(name) or b""
    lake.write(name, whole[: len(whole) // 2])
    assert services.compact().damaged == 1
    assert not place.is_whole()
    services.fill()
    services.compact()


def test_after_kills_gaps_and_damage_the_compacted_lake_is_everything_once(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    monkeypatch.setattr(queue, "enqueue", lambda task, **_: asked.append(task))

    killed(place, monkeypatch)
    assert place.is_whole()
    forgotten(place)
    assert place.is_whole()
    asked.clear()
    cut_off(place)
    assert place.is_whole()

    assert asked == ["lake.fill"]
    assert len(place.rows()) == 35
    assert all(one.is_nothing for one in services.compact().done)
