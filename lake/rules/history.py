"""What an item was, and from when on: the rows of the lake, item by item.

A moment is when the table took a change, to the second, and the number of the change in its
stream: on one shard the numbers order everything, between two shards only the seconds do.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lake.domain import Change

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import datetime

    from lake.domain import Value

Place = tuple[str, str]  # partition key and sort key
Moment = tuple[str, str]  # written_at and sequence
Told = tuple[bool, str]
FAR = "~"  # behind every sequence
FIRST: Moment = ("", "")
LAST: Moment = (FAR, FAR)


@dataclass(frozen=True, slots=True)
class State:
    """What an item was from a moment on; without an image somebody had removed it."""

    place: Place
    kind: str
    since: Moment
    version: str
    image: str | None  # DynamoDB JSON
    value: Any = None  # what the image says, for whoever reads it

    @property
    def is_there(self) -> bool:
        return self.image is not None


def end_of(at: datetime) -> Moment:
    """Behind everything that the table took up to the end of a second, in UTC."""
    return (at.strftime("%Y-%m-%dT%H:%M:%SZ"), FAR)


def histories(
    rows: Iterable[Mapping[str, Value]],
    read: Callable[[str, str], Any] = lambda _kind, _image: None,
) -> dict[Place, list[State]]:
    """The states of each item in order; `read` makes of a kind and an image what it says.

    A row that was read twice is one; of those that a gap was filled with see `counted`.
    """
    of: dict[Place, list[Mapping[str, Value]]] = defaultdict(list)
    for row in rows:
        of[str(row["pk"]), str(row["sk"])].append(row)
    return {
        place: [_state(place, row, read) for row in counted(found)] for place, found in of.items()
    }


def counted(rows: Iterable[Mapping[str, Value]]) -> list[Mapping[str, Value]]:
    """Those rows of one item that count, each once, in the order in which they were written.

    A filled row counts unless it says what the row before it says, or what the stream tells later
    (the filling read the table after it had begun). What an item was earlier it can be again.
    """
    streamed: dict[str, Mapping[str, Value]] = {}
    filled: dict[tuple[Moment, Told], Mapping[str, Value]] = {}
    for row in rows:
        if row["sequence"]:
            streamed[str(row["sequence"])] = row
        else:
            filled[_moment(row), _told(row)] = row
    found = sorted(streamed.values(), key=_moment)
    for row in sorted(filled.values(), key=_moment):
        place = bisect_right(found, _moment(row), key=_moment)
        beside = found[max(0, place - 1) :]
        if _told(row) not in map(_told, beside):
            found.insert(place, row)
    return found


def _told(row: Mapping[str, Value]) -> Told:
    """What tells two states of an item apart: its version, or else all of it."""
    return row["change"] == Change.DELETE, str(row["item_version"] or row.get("image") or "")


def _moment(row: Mapping[str, Value]) -> Moment:
    return str(row["written_at"]), str(row["sequence"])


def _state(place: Place, row: Mapping[str, Value], read: Callable[[str, str], Any]) -> State:
    kind = str(row["kind"])
    image = None if row["change"] == Change.DELETE else str(row["image"])
    return State(
        place=place,
        kind=kind,
        since=_moment(row),
        version=str(row["item_version"] or ""),
        image=image,
        value=None if image is None else read(kind, image),
    )


def at(history: Sequence[State], moment: Moment) -> State | None:
    """What an item was at a moment; None if it was not there."""
    found = None
    for one in history:
        if one.since > moment:
            break
        found = one
    return found if found is not None and found.is_there else None


class Timeline:
    """What some items said together, moment by moment; between two changes it is one answer."""

    def __init__(self, histories: Iterable[Sequence[State]]) -> None:
        self._histories = [one for one in histories if one]
        self.moments = sorted({state.since for one in self._histories for state in one})
        self._known: dict[int, list[Any]] = {}

    def number(self, moment: Moment) -> int:
        """How many moments of change were up to then: of two that are equal, all is equal."""
        return bisect_right(self.moments, moment)

    def at(self, moment: Moment) -> list[Any]:
        """The values of what was there."""
        number = self.number(moment)
        if number not in self._known:
            found = (at(one, moment) for one in self._histories)
            self._known[number] = [one.value for one in found if one is not None]
        return self._known[number]
