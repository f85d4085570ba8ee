"""Whose turn it is: what a run does next, and when; and whether a time in its books can be true.

A run waits for one thing, or in a Map for one thing per item. Each has a path,
the items' numbers that lead to it ("" outside a Map, "3" for its fourth item),
and a time: when a wait is over, or when a call began.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from govsync.domain import Campaign, Run
from govsync.engine import Call, Each, Effect, Event, Execution, For, Go, Sleep, errors

SKEW = timedelta(seconds=5)  # that the clocks of two machines may differ
LEAST = 60.0  # seconds: work is done in real time, however short waits are made
Leaf = Call | Sleep | Go
Times = Mapping[str, datetime]


@dataclass(frozen=True, slots=True)
class Turn:
    """What is next, and how many seconds from now."""

    path: str
    effect: Leaf
    wait: float = 0


def leaves(effect: Effect, path: str = "") -> Iterator[tuple[str, Leaf]]:
    """All that an execution waits for; nothing when it has ended."""
    if isinstance(effect, Each):
        for number, inner in effect.effects:
            yield from leaves(inner, f"{path}.{number}" if path else str(number))
    elif isinstance(effect, Call | Sleep | Go):
        yield path, effect


def addressed(path: str, event: Event) -> Event:
    """An event as the machine takes it: for the item that the path leads to."""
    for number in reversed(path.split(".") if path else []):
        event = For(int(number), event)
    return event


def item(execution: Execution, path: str) -> Execution:
    """The execution that a path leads to, or the last on the way that is still there."""
    for number in path.split(".") if path else []:
        if not execution.children:
            break
        execution = execution.children[int(number)]
    return execution


def chosen(run: Run, effect: Effect, now: datetime) -> Turn:
    """What is free goes first, then a call that was begun, waits that are over, other calls.

    Where there is nothing of that, it is the wait that ends first.
    """
    turns = [turn_of(run, path, leaf, now) for path, leaf in leaves(effect)]
    return min(turns, key=lambda turn: (turn.wait, _rank(run, turn)))


def times_after(
    run: Run | Campaign, effect: Effect, moved: str, now: datetime
) -> dict[str, datetime]:
    """The times of a run's next state: those of what did not move stay as they are."""
    times = {}
    for path, leaf in leaves(effect):
        if path != moved and path in run.times:
            times[path] = run.times[path]
        elif isinstance(leaf, Sleep):
            times[path] = now + timedelta(seconds=leaf.seconds * run.time_scale)
    return times


def limit(seconds: float, scale: float) -> float:
    """How long a task may really take. A dead worker is replaced in real time, whatever the scale.

    >>> limit(900, 1), limit(900, 0.1), limit(900, 0.01), limit(30, 0.01)
    (900, 90.0, 60.0, 30)
    """
    return min(seconds, max(seconds * scale, LEAST))


def late(run: Run, turn: Turn, now: datetime, lease: timedelta) -> str:
    """The error of a call that somebody began and left: by its own limits, or none."""
    if not isinstance(turn.effect, Call) or run.leased_until is None or turn.path not in run.times:
        return ""
    call, heard = turn.effect, run.leased_until - lease
    if _beyond(call.timeout, run, now - run.times[turn.path]):
        return errors.TIMEOUT
    return errors.HEARTBEAT if _beyond(call.heartbeat, run, now - heard) else ""


def alive(run: Run | Campaign, now: datetime, lease: timedelta) -> bool:
    """Whether a worker holds the run. A lease that ends later than any can is no lease."""
    return run.leased_until is not None and now < run.leased_until <= now + lease + SKEW


def forgotten(run: Run, now: datetime, lease: timedelta, overdue: timedelta) -> bool:
    """Whether somebody should have moved the run by now, or a clock that jumped keeps it asleep."""
    if run.due < now - overdue:
        return True
    longest = timedelta()
    if run.leased_until is not None:
        longest = lease
    elif run.not_before is not None:
        longest = timedelta(seconds=_longest(run.execution) * run.time_scale)
    return run.due > now + longest + SKEW


def _rank(run: Run, turn: Turn) -> int:
    if isinstance(turn.effect, Call):
        return 1 if turn.path in run.times else 3
    return 2 if isinstance(turn.effect, Sleep) else 0


def turn_of(run: Run | Campaign, path: str, leaf: Leaf, now: datetime) -> Turn:
    """When one leaf goes on. A wait that ends later than it can was set by a wrong clock."""
    if not isinstance(leaf, Sleep):
        return Turn(path, leaf)
    over = run.times.get(path) or run.not_before or now
    left = (over - now).total_seconds()
    possible = leaf.seconds * run.time_scale + SKEW.total_seconds()
    return Turn(path, leaf, max(0.0, left) if left <= possible else 0)


def _beyond(seconds: float | None, run: Run, spent: timedelta) -> bool:
    return seconds is not None and spent.total_seconds() > limit(seconds, run.time_scale)


def _longest(execution: Execution) -> float:
    return max([execution.seconds, *(_longest(child) for child in execution.children)])
