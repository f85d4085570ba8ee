"""What the writer makes of a stream that the tests play; the table and the files are real."""

from __future__ import annotations

import json
import secrets
from threading import Thread
from typing import TYPE_CHECKING, Any

import pytest

from lake import services
from lake.repository import checkpoints, gaps, parquet
from lake.repository.checkpoints import TakenOver
from lake.services import writing
from lake.services.writing import Writer
from lake.tests.lagoon import PATIENCE, Town, rows_of, until
from lake.tests.playing import Listed, Played, event, names, playing, read_all, written
from luca.aws import lake, queue
from luca.kernel import clock, context
from luca.kernel.errors import Unavailable
from tenants import services as tenants

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager


@pytest.fixture
def played(school: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Played]:
    yield from playing(school, monkeypatch)


@pytest.fixture
def other() -> str:
    return f"school-{secrets.token_hex(6)}"


def test_each_school_s_changes_come_into_its_own_folder_and_the_next_writer_goes_on_behind(
    played: Played, school: str, other: str
) -> None:
    for number in range(10):
        played.put("a", event(school if number % 2 else other, number))
    played.put("a", {**event(school, 99), "kind": {"S": "student"}})
    read_all()

    assert written(school) == ["d1", "d3", "d5", "d7", "d9"]
    assert written(other) == ["d0", "d2", "d4", "d6", "d8"]
    found = checkpoints.every()["a"]
    assert (found.sequence, found.rows, found.files) == ("1011", 10, 2)

    played.put("a", event(school, 10))
    read_all()
    assert written(school) == ["d1", "d10", "d3", "d5", "d7", "d9"]


def test_killed_between_the_files_and_the_checkpoint_it_writes_the_same_files_again(
    played: Played, school: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(5):
        played.put("a", event(school, number))
    with monkeypatch.context() as dying:
        dying.setattr(checkpoints, "advance", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            read_all()
    assert written(school) == names(5)

    read_all()

    assert written(school) == names(5)
    assert checkpoints.every()["a"].sequence == "1005"


def test_what_no_row_can_be_made_of_is_set_aside_with_its_reason_and_holds_up_nothing(
    played: Played, school: str, acting_as: Callable[[str], AbstractContextManager[None]]
) -> None:
    played.put("a", event(school, 0))
    played.put("a", event(school, 1, quantity={"N": "1.5"}))
    played.put("a", event(school, 2, SK={"S": "EVENT#yesterday#e2"}))
    played.put("a", event(school, 3, version="seven"))
    played.put("a", {**event(school, 4), "PK": {"S": "PLATFORM#X"}})
    played.put("a", event(school, 5))
    with acting_as("lake"):
        read_all()

    assert written(school) == ["d0", "d5"]
    folder = f"dlq/school_id={school}/"
    letters = [
        json.loads(lake.read(one, keeper=True) or b"") for one in lake.files(folder, keeper=True)
    ]
    reasons = {
        one["record"]["dynamodb"]["NewImage"]["digest"]["S"]: one["reason"] for one in letters
    }
    assert reasons == {
        "d1": "Image.quantity.N is no whole number.",
        "d2": "The sort key holds no time.",
        "d3": "It is not as records are (AttributeError).",
    }
    assert checkpoints.every()["a"].poison == 4


def test_a_row_that_parquet_refuses_holds_up_none_of_its_neighbours(
    played: Played, school: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = parquet.encode

    def encode(dataset: Any, rows: Any) -> bytes:
        if any(one["digest"] == "d1" for one in rows):
            raise ValueError("no")
        return real(dataset, rows)

    monkeypatch.setattr(parquet, "encode", encode)
    for number in range(3):
        played.put("a", event(school, number))
    read_all()

    assert written(school) == ["d0", "d2"]
    assert len(lake.files(f"dlq/school_id={school}/", keeper=True)) == 1


def test_a_child_is_read_when_its_parent_has_been_read_to_the_end(
    played: Played, school: str
) -> None:
    played.parents = {"b": "a", "a": "long gone"}
    for number in range(4):
        played.put("a", event(school, number))
    played.put("b", event(school, 4))
    read_all()
    assert written(school) == names(4)

    played.closed.add("a")
    read_all()
    assert written(school) == names(5)
    assert checkpoints.every()["a"].finished
    assert [one.shard for one in gaps.every()] == ["a"]  # the very first; none where a child began


def test_an_iterator_that_has_expired_costs_nothing(played: Played, school: str) -> None:
    played.expired = 3
    for number in range(7):
        played.put("a", event(school, number))
    read_all()
    assert written(school) == names(7)


def test_what_has_left_the_stream_unread_is_a_gap_and_the_rest_is_written(
    played: Played, school: str
) -> None:
    for number in range(3):
        played.put("a", event(school, number))
    read_all()
    gaps.close(clock.now(), clock.now())
    for number in range(3, 8):
        played.put("a", event(school, number))
    played.trimmed["a"] = 5
    read_all()

    assert written(school) == sorted([*names(3), "d5", "d6", "d7"])
    (gap,) = (one for one in gaps.every() if one.filled is None)
    assert (gap.shard, gap.after) == ("a", "1003")
    assert not services.state().is_whole


def test_a_shard_that_is_gone_before_its_end_is_a_gap_and_asked_for_no_more(
    played: Played, school: str
) -> None:
    played.put("a", event(school, 0))
    read_all()
    gaps.close(clock.now(), clock.now())
    played.shards = {"b": []}
    played.put("b", event(school, 1))
    read_all()

    assert written(school) == names(2)
    assert checkpoints.every()["a"].finished
    assert {one.shard for one in gaps.every() if one.filled is None} == {"a", "b"}


def test_who_takes_a_shard_over_ends_the_writer_before_and_nothing_is_missed(
    played: Played, school: str
) -> None:
    played.put("a", event(school, 0))
    first, errors = Writer(), []

    def run() -> None:
        try:
            first.run()
        except TakenOver as error:
            errors.append(error)

    thread = Thread(target=run)
    thread.start()
    until(lambda: written(school) == names(1))
    second = Writer()
    second._look()
    played.put("a", event(school, 1))
    thread.join(PATIENCE)
    read_all(second)

    assert [error.code for error in errors] == ["lake_taken_over"]
    assert set(written(school)) == set(names(2))


def test_a_bucket_that_refuses_is_waited_for_and_nothing_is_skipped(
    played: Played, school: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused: list[str] = []
    real = lake.write

    def write(name: str, data: bytes) -> str:
        if len(refused) < 6:
            refused.append(name)
            raise Unavailable("no", code="storage_unreachable")
        return real(name, data)

    monkeypatch.setattr(lake, "write", write)
    for number in range(5):
        played.put("a", event(school, number))
    read_all()

    assert len(refused) == 6
    assert written(school) == names(5)


def test_told_to_stop_while_nothing_answers_it_ends_and_the_next_one_writes_all(
    played: Played, school: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> str:
        raise Unavailable("no", code="storage_unreachable")

    played.put("a", event(school, 0))
    with monkeypatch.context() as down:
        down.setattr(writing, "SILENCE", 0.2)
        down.setattr(lake, "write", refuse)
        read_all()
    assert written(school) == []

    read_all()
    assert written(school) == names(1)


def test_a_worker_fills_a_gap_from_the_table_each_state_once_and_what_was_removed(
    played: Played, monkeypatch: pytest.MonkeyPatch
) -> None:
    town = Town(schools=1)
    (school,) = town.schools
    monkeypatch.setattr(tenants, "schools", lambda: [Listed(school)])
    monkeypatch.setattr(tenants, "student_ids", lambda: [f"s{n}" for n in range(7)])
    with context.entered(school=school):
        town.tell(events=8, results=5)
        removed = {**town._result(9), "period": {"S": "2026-1"}}
        played.put("a", removed)  # the lake has it; the table does not
        read_all()  # finds that it has nothing from before

        assert services.state().unfilled == (school,)
        asked: list[str] = []
        monkeypatch.setattr(queue, "enqueue", lambda task, **_: asked.append(task))
        assert services.look_for_gaps() == 1
        assert services.look_for_gaps() == 1  # asks nobody twice at once
        services.fill()
        services.fill()
        assert services.look_for_gaps() == 0

    assert asked == ["lake.fill"]
    assert services.state().is_whole
    found = rows_of(school)
    assert {(one["sk"], one["item_version"]) for one in found if one["change"] == "put"} == {
        (sk, version) for _, sk, version in town.put
    } | {(removed["SK"]["S"], removed["version"]["N"])}
    gone = [one for one in found if one["change"] == "delete"]
    assert {one["sk"] for one in gone} == {removed["SK"]["S"]}
    assert all(one["item_version"].startswith("gone ") for one in gone)


def test_before_the_first_school_nothing_can_be_missing(
    played: Played, school: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tenants, "schools", list)
    played.put("a", event(school, 0))
    read_all()

    assert gaps.every() == []
    assert written(school) == names(1)
