"""Compaction beside others, and killed wherever it stands."""

from collections.abc import Callable
from itertools import count
from threading import Event, Thread
from typing import Any

import pytest

from lake.repository import partitions
from lake.repository.compacting import compact
from lake.tests.making import OCTOBER, counted, event, write
from luca.aws import lake
from luca.kernel.context import carried

pytestmark = pytest.mark.usefixtures("north")


def names() -> list[str]:
    return sorted(name.removeprefix(OCTOBER) for name in lake.files(OCTOBER))


@pytest.mark.parametrize("earlier", [0, 1])
def test_of_two_compactions_at_once_one_makes_way_and_no_row_is_lost(
    monkeypatch: pytest.MonkeyPatch, earlier: int
) -> None:
    rows = [event(number) for number in range(9)]
    write(OCTOBER, "a", rows[:3])
    for _ in range(earlier):
        compact(OCTOBER, ())
    write(OCTOBER, "b", rows[3:6])
    swap, began = partitions.swap, count()

    def overtaken(*args: Any) -> None:
        if next(began) == 0:
            write(OCTOBER, "c", rows[6:])
            compact(OCTOBER, ())  # the other one begins and ends here, with a file more
        swap(*args)

    monkeypatch.setattr(partitions, "swap", overtaken)
    compact(OCTOBER, ())

    assert counted(OCTOBER) == rows
    assert len(names()) == 2


def test_who_tidies_up_leaves_what_another_compaction_is_about_to_swap_in(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rows = [event(number) for number in range(6)]
    write(OCTOBER, "a", rows[:3])
    swap, turns = partitions.swap, count()
    uploaded, tidied = Event(), Event()
    other = Thread(target=carried(compact), args=(OCTOBER, ()))

    def slowly(*args: Any) -> None:
        if next(turns) == 0:
            swap(*args)
            write(OCTOBER, "b", rows[3:])
            other.start()
            assert uploaded.wait(60)
        else:
            uploaded.set()
            assert tidied.wait(60)
            swap(*args)

    monkeypatch.setattr(partitions, "swap", slowly)
    compact(OCTOBER, ())
    tidied.set()
    other.join(60)

    assert counted(OCTOBER) == rows


class Killed(BaseException):
    """What `kill -9` is to a test in one process: nothing of ours catches it."""


def dying(act: Callable[..., Any], when: int, calls: "count[int]", *, done: bool) -> Any:
    """The act, which ends everything at its turn: before it happens, or after."""

    def acting(*args: Any, **options: Any) -> Any:
        mine = next(calls)
        if mine == when and not done:
            raise Killed
        answer = act(*args, **options)
        if mine == when:
            raise Killed
        return answer

    return acting


def killed_at(turn: int, monkeypatch: pytest.MonkeyPatch, *, done: bool) -> bool:
    """Compact until the turn; say whether it came to that."""
    calls = count()
    with monkeypatch.context() as patched:
        for name in ("write", "delete"):
            patched.setattr(lake, name, dying(getattr(lake, name), turn, calls, done=done))
        # One file at a time, so that it can end between two deletions as well.
        each = lake.delete
        patched.setattr(lake, "delete", lambda files: [each([one]) for one in files])
        try:
            compact(OCTOBER, ())
        except Killed:
            return True
    return False


@pytest.mark.parametrize("done", [False, True])
def test_killed_anywhere_no_row_is_lost_or_counted_twice(
    monkeypatch: pytest.MonkeyPatch, *, done: bool
) -> None:
    rows = [event(number) for number in range(4)]
    write(OCTOBER, "a", rows[:2])
    compact(OCTOBER, ())
    write(OCTOBER, "b", rows[2:3])
    write(OCTOBER, "c", rows[3:4])
    turn = 0
    while killed_at(turn, monkeypatch, done=done):
        assert counted(OCTOBER) == rows
        rows.append(event(len(rows)))
        write(OCTOBER, f"more-{turn}", rows[-1:])
        turn += 1

    assert turn >= 5  # upload, swap, and a deletion of each file
    assert counted(OCTOBER) == rows
    assert len(names()) == 2  # nothing is left but the manifest and one file
