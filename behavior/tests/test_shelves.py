"""Messages are gathered for each school, and none waits longer than it has to."""

from __future__ import annotations

import time
from threading import Thread
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from behavior import rules
from behavior.consumer import shelves as module
from behavior.consumer.shelves import BATCH, FULL, Shelves
from behavior.tests.deliveries import message, sent
from luca.aws.queue import Received

if TYPE_CHECKING:
    from collections.abc import Iterator

HOURS = 10_000.0


def named(*names: str) -> list[Received]:
    """Messages that hold nothing but their school's name and their place."""
    return [Received(f"{one}/{n}", f"{one}/{n}", "", 1, 0) for n, one in enumerate(names)]


def school_of(body: str) -> str:
    return body.partition("/")[0]


@pytest.fixture
def shelves() -> Shelves:
    return Shelves(school_of)


@pytest.fixture
def _patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits long enough for a shelf that is not full."""
    monkeypatch.setattr(module, "GATHERING", HOURS)
    monkeypatch.setattr(module, "IDLE", HOURS)


@pytest.mark.usefixtures("_patient")
def test_a_full_shelf_is_taken_and_the_others_stay(shelves: Shelves) -> None:
    shelves.put(named("north", *["south"] * BATCH, "north"), more=True)

    assert {school_of(one.body) for one in shelves.take()} == {"south"}
    shelves.close()
    assert [one.body for one in shelves.take()] == ["north/0", f"north/{BATCH + 1}"]
    assert shelves.take() == []


@pytest.mark.usefixtures("_patient")
def test_a_few_heavy_messages_fill_a_shelf(shelves: Shelves) -> None:
    arrays = [Received(f"north/{n}" + "x" * 20_000, str(n), "", 1, 0) for n in range(20)]
    shelves.put(arrays, more=True)

    assert len(shelves.take()) == 14  # 256 KB


@pytest.mark.parametrize("more", [True, False], ids=["under load", "of a quiet queue"])
def test_what_never_fills_a_shelf_is_taken_nevertheless(shelves: Shelves, *, more: bool) -> None:
    shelves.put(named("north", "south"), more=more)

    assert len(shelves.take()) == 2


def test_under_load_a_shelf_waits_for_more(
    shelves: Shelves, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "GATHERING", HOURS)
    shelves.put(named("north"), more=True)
    monkeypatch.setattr(shelves, "_loaded", time.monotonic() + HOURS)  # full receives all the time
    taken: list[list[Received]] = []
    writer = Thread(target=lambda: taken.append(shelves.take()), daemon=True)
    writer.start()
    writer.join(4 * module.IDLE)
    assert taken == []

    shelves.put(named(*["north"] * (BATCH - 1)), more=True)
    writer.join(60)
    assert [len(one) for one in taken] == [BATCH]


@pytest.mark.usefixtures("_patient")
def test_without_room_the_fullest_shelf_is_taken(
    shelves: Shelves, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "ROOM", 6)
    shelves.put(named("north", "south", "south", "east", "south", "north"), more=True)

    assert {school_of(one.body) for one in shelves.take()} == {"south"}


@pytest.mark.usefixtures("_patient")
def test_a_poller_waits_while_full_shelves_do(shelves: Shelves) -> None:
    shelves.put(named(*["north"] * BATCH * FULL), more=True)
    poller = Thread(target=lambda: shelves.put(named("south"), more=True), daemon=True)
    poller.start()
    poller.join(0.2)
    assert poller.is_alive()

    assert len(shelves.take()) == BATCH
    poller.join(60)
    assert not poller.is_alive()


@pytest.mark.usefixtures("_patient")
def test_closing_lets_go_of_everybody(shelves: Shelves) -> None:
    shelves.put(named(*["north"] * BATCH * FULL), more=True)
    poller = Thread(target=lambda: shelves.put(named("south"), more=True), daemon=True)
    poller.start()
    shelves.close()
    poller.join(60)

    assert sum(len(one) for one in drained(shelves)) == BATCH * FULL + 1


@given(st.lists(st.lists(st.sampled_from(["north", "south", "east", ""]), max_size=40)))
def test_whatever_comes_is_taken_once(receives: list[list[str]]) -> None:
    shelves = Shelves(school_of)
    put: list[str] = []
    taken: list[str] = []
    for names in receives:
        found = named(*names)
        put += [one.body for one in found]
        shelves.put(found, more=False)
        while shelves._full:
            taken += [one.body for one in shelves.take()]
    shelves.close()
    taken += [one.body for batch in drained(shelves) for one in batch]

    assert sorted(taken) == sorted(put)
    assert (shelves._count, shelves._size) == (0, 0)


def drained(shelves: Shelves) -> Iterator[list[Received]]:
    while batch := shelves.take():
        yield batch


def test_a_message_is_sorted_by_the_school_it_names_and_one_that_names_none_by_nothing() -> None:
    assert rules.school_of(message(sent(), school="liceo").body) == "liceo"
    for body in ("not JSON", "bm90IEpTT04=", '{"headers": 5}', '{"body": "", "headers": {}}'):
        assert rules.school_of(body) == ""


def test_what_one_writer_leaves_is_watched_by_another(shelves: Shelves) -> None:
    """One of two takes north's full shelf and is busy from then on; south's is the other's."""
    taken: list[str] = []

    def write() -> None:
        taken.extend({school_of(one.body) for one in shelves.take()})

    writers = [Thread(target=write, daemon=True) for _ in range(2)]
    for one in writers:
        one.start()
    time.sleep(0.2)  # both are asleep
    shelves.put(named(*["north"] * BATCH, "south"), more=False)
    for one in writers:
        one.join(60)

    assert sorted(taken) == ["north", "south"]
