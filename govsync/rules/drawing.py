"""A machine as a picture: its states in ranks, and the lines between them.

States are laid out as Sugiyama's method does it: edges that lead back are turned round, a
state stands below all that lead to it, long edges bend at points of their own in each rank
between, and each rank is ordered so that few lines cross. The same machine is the same picture.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import accumulate, pairwise

from govsync.engine import Machine, State

SWEEPS = 8
WIDEST = 5  # states side by side
STATE, BEND = 1.0, 0.2  # how wide a state is in its rank, and the line of an edge that passes
Point = tuple[float, float]


class Kind(StrEnum):
    """Why one state follows another."""

    NEXT = "next"
    CHOICE = "choice"
    CATCH = "catch"  # something failed


@dataclass(frozen=True, slots=True)
class Edge:
    start: str
    end: str
    kind: Kind
    points: tuple[Point, ...]  # in ranks: (place in the rank, rank); at least the two ends


@dataclass(frozen=True, slots=True)
class Node:
    """A state, and where it stands."""

    name: str
    type: str
    rank: int
    place: float  # of its middle
    ends: bool  # the machine may end here


@dataclass(frozen=True, slots=True)
class Drawing:
    nodes: tuple[Node, ...]  # from the top to the bottom, from left to right
    edges: tuple[Edge, ...]
    ranks: int
    width: float  # of the widest rank; a state is 1 wide


def drawing(machine: Machine) -> Drawing:
    links = [link for state in machine.states.values() for link in _links(state)]
    forward = _turned(machine.start, links)
    ranks = _ranks(machine.states, forward)
    chains = {one: _chain(one, ranks) for one in sorted(forward)}
    order = _ordered(ranks, chains.values())
    spots, width = _spots(order)
    nodes = [
        Node(name, state.type, ranks[name], spots[name][0], _ends(state))
        for name, state in machine.states.items()
    ]
    return Drawing(
        nodes=tuple(sorted(nodes, key=lambda one: (one.rank, one.place))),
        edges=tuple(_edge(*link, chains, spots) for link in links),
        ranks=len(order),
        width=width,
    )


def passed(machine: Machine, seen: Iterable[str]) -> frozenset[str]:
    """The states through which an execution has gone that was seen in some of them.

    Where every way to a state that was seen leads through another, that one was passed too,
    however long ago that is.
    """
    found = set(seen) & machine.states.keys()
    for state in machine.states:
        if state not in found and found & _only_through(machine, state):
            found.add(state)
    return frozenset(found)


def _only_through(machine: Machine, state: str) -> set[str]:
    """What cannot be reached from the start without it."""
    if state == machine.start:
        return set(machine.states)
    reached, ahead = set(), [machine.start]
    while ahead:
        name = ahead.pop()
        if name not in reached and name != state:
            reached.add(name)
            ahead += [end for _, end, _ in _links(machine.states[name])]
    return machine.states.keys() - reached


Link = tuple[str, str, Kind]
Pair = tuple[str, str]
Spot = str | tuple[str, str, int]  # a state, or where an edge bends in a rank


def _links(state: State) -> list[Link]:
    """Where a state leads, each state once."""
    choices = [one["Next"] for one in state.fields.get("Choices", ())]
    default = state.fields.get("Default")
    named = [
        *((state.next, Kind.NEXT),),
        *((one, Kind.CHOICE) for one in (*choices, default)),
        *((one.next, Kind.CATCH) for one in state.catch),
    ]
    found: dict[str, Kind] = {}
    for end, kind in named:
        if end is not None:
            found.setdefault(end, kind)
    return [(state.name, end, kind) for end, kind in found.items()]


def _ends(state: State) -> bool:
    return not _links(state)


def _turned(start: str, links: Sequence[Link]) -> set[Pair]:
    """The edges without circles: what leads back is turned round, what leads to itself is out."""
    following: dict[str, list[str]] = defaultdict(list)
    for one, end, _ in links:
        if one != end:
            following[one].append(end)
    open_, done, found = set[str](), set[str](), set[Pair]()

    def visit(name: str) -> None:
        open_.add(name)
        for end in following[name]:
            found.add((end, name) if end in open_ else (name, end))
            if end not in open_ | done:
                visit(end)
        open_.discard(name)
        done.add(name)

    visit(start)  # every state can be reached from it: a definition that says else is refused
    return found


def _ranks(states: Iterable[str], forward: set[Pair]) -> dict[str, int]:
    """The rank of each state: below all that lead to it, and none is wider than it may be."""
    before: dict[str, list[str]] = defaultdict(list)
    for start, end in forward:
        before[end].append(start)
    deepest: dict[str, int] = {}

    def depth(name: str) -> int:
        if name not in deepest:
            deepest[name] = max((depth(one) + 1 for one in before[name]), default=0)
        return deepest[name]

    ranks: dict[str, int] = {}
    full: dict[int, int] = defaultdict(int)
    for name in sorted(states, key=depth):  # whoever leads to a state comes before it
        rank = max((ranks[one] + 1 for one in before[name]), default=0)
        while full[rank] == WIDEST:
            rank += 1
        ranks[name] = rank
        full[rank] += 1
    return ranks


def _chain(pair: Pair, ranks: Mapping[str, int]) -> list[Spot]:
    """An edge from its upper end to its lower, with a bend in each rank between."""
    start, end = pair
    bends: list[Spot] = [(start, end, rank) for rank in range(ranks[start] + 1, ranks[end])]
    return [start, *bends, end]


def _ordered(ranks: Mapping[str, int], chains: Iterable[Sequence[Spot]]) -> list[list[Spot]]:
    """The ranks, each ordered by where its neighbours are, from above and from below in turn."""
    rows: list[list[Spot]] = [[] for _ in range(max(ranks.values()) + 1)]
    near: dict[Spot, list[Spot]] = defaultdict(list)
    for name, rank in ranks.items():
        rows[rank].append(name)
    for chain in chains:
        for rank, one in enumerate(chain[1:-1], ranks[str(chain[0])] + 1):
            rows[rank].append(one)
        for upper, lower in pairwise(chain):
            near[upper].append(lower)
            near[lower].append(upper)
    for sweep in range(SWEEPS):
        down = sweep % 2 == 0
        for number in range(1, len(rows)):
            here, beside = (number, number - 1) if down else (-number - 1, -number)
            _sort(rows[here], rows[beside], near)
    return rows


def _spots(rows: Sequence[Sequence[Spot]]) -> tuple[dict[Spot, Point], float]:
    """Where the middle of each is, all ranks around one axis; and the widest rank."""
    widths = [[STATE if isinstance(one, str) else BEND for one in row] for row in rows]
    widest = max(map(sum, widths))
    spots: dict[Spot, Point] = {}
    for number, (row, wide) in enumerate(zip(rows, widths, strict=True)):
        left = (widest - sum(wide)) / 2
        for one, own, end in zip(row, wide, accumulate(wide), strict=True):
            spots[one] = (left + end - own / 2, number)
    return spots, widest


def _sort(row: list[Spot], beside: Sequence[Spot], near: Mapping[Spot, list[Spot]]) -> None:
    """Put each under the middle of what it is joined to; who is joined to nothing stays."""
    places = {one: place for place, one in enumerate(beside)}
    stretch = len(beside) / len(row)

    def middle(at: int, one: Spot) -> float:
        joined = [places[other] for other in near.get(one, ()) if other in places]
        return sum(joined) / len(joined) if joined else at * stretch

    keys = {one: middle(at, one) for at, one in enumerate(row)}
    row.sort(key=keys.__getitem__)


def _edge(
    start: str,
    end: str,
    kind: Kind,
    chains: Mapping[Pair, Sequence[Spot]],
    spots: Mapping[Spot, Point],
) -> Edge:
    chain = chains.get((start, end))
    if chain is None:
        chain = list(reversed(chains.get((end, start), (start, start))))
    return Edge(start, end, kind, tuple(spots[one] for one in chain))
