"""A call that is ready too late takes the next turn: one, and not all of everybody's."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest

from govsync import pace
from govsync.repository import authority
from govsync.rules.pacing import Rate
from luca.aws.store import Busy


@dataclass
class World:
    """A clock that only moves when somebody sleeps, and the row that all callers share."""

    clock: float = 1000.0
    row: Rate = field(default_factory=Rate)
    slow: float = 0.0  # seconds that writing the row takes

    def monotonic(self) -> float:
        return self.clock

    def sleep(self, seconds: float) -> None:
        self.clock += seconds

    def rate(self) -> Rate:
        return self.row

    def save_rate(self, after: Rate, seen: Rate) -> bool:
        assert seen == self.row
        self.row = after
        self.clock += self.slow
        return True


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch, settings: Any) -> World:
    """Two seconds between calls, in real time: tests elsewhere are a hundred times faster."""
    settings.AUTHORITY_INTERVAL, settings.GOVSYNC_TIME_SCALE = 2.0, 1.0
    made = World()
    monkeypatch.setattr(pace, "time", made)
    monkeypatch.setattr(authority, "rate", made.rate)
    monkeypatch.setattr(authority, "save_rate", made.save_rate)
    monkeypatch.setattr(authority, "breaker", lambda: (0, None))
    return made


def turn() -> datetime:
    found = pace.turn()
    assert isinstance(found, datetime)
    return found


@pytest.mark.parametrize("late", [0.0, 0.3, 0.44])
def test_what_is_ready_in_time_leaves_at_its_turn(world: World, late: float) -> None:
    at = turn()
    world.sleep(late)

    pace.await_turn(at)

    assert abs(pace.now() - at) <= pace.LATE
    assert world.row.next_free == at + timedelta(seconds=2)


@pytest.mark.parametrize("late", [0.46, 0.6, 1.0, 1.9, 2.5, 30.0])
def test_what_is_late_costs_one_turn_more(world: World, late: float) -> None:
    """A slow read of a hundred records, a session that had to be opened, a lost write."""
    at = turn()
    world.sleep(late)

    pace.await_turn(at)

    assert world.row.last is not None
    assert abs(pace.now() - world.row.last) <= pace.LATE
    assert world.row.last >= at + timedelta(seconds=2), "and leaves at a turn of its own"
    assert world.row.next_free == world.row.last + timedelta(seconds=2)
    assert (pace.now() - at).total_seconds() <= late + 2.6


def test_whoever_comes_back_late_with_a_turn_has_the_time_to_write_it_down(world: World) -> None:
    first = turn()
    later = pace.turn()
    assert isinstance(later, pace.Later)
    world.sleep(2.3)  # the message that was to wake it came late

    found = pace.turn(later.slot)

    assert isinstance(found, datetime)
    assert found - pace.now() >= pace.LEAD
    assert found >= first + timedelta(seconds=2)


def test_a_store_that_is_always_too_slow_is_said_to_be_busy(world: World) -> None:
    at = turn()
    world.sleep(1)
    world.slow = 3.0

    with pytest.raises(Busy):
        pace.await_turn(at)
