"""The lake's present against the table's, item by item."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from behavior.services import places
from lake.repository import present
from lake.services.rebuilding.report import Difference
from tenants import services as tenants
from tenants.services import counting, images

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping

    from lake.rules.history import Place, State

Table = dict["Place", dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Compared:
    """How many items were compared, and those that differ."""

    items: int
    differences: dict[Place, Difference]


def partitions(lake: Collection[Place]) -> set[str]:
    """Every partition in which the school has, or had, what the lake keeps."""
    own = {images.place_of_school()}
    own |= {images.place_of_course(one.subject, one.period) for one in tenants.courses()}
    own |= {images.place_of_student(one) for one in counting.student_ids()}
    return own | {pk for pk, _ in lake}


def table(pks: Collection[str], tell: Callable[[int, int], None]) -> Table:
    """What the table holds under some partition keys."""
    found: Table = {}
    for done, pk in enumerate(sorted(pks), 1):
        found.update({present.place_of(one): one for one in _items(pk)})
        tell(done, len(pks))
    return found


def _items(pk: str) -> Iterator[dict[str, Any]]:
    if images.student_at(pk):
        return present.of_student(pk, places.events())
    return present.of_course(pk)


def compare(lake: Mapping[Place, list[State]], table: Table) -> Compared:
    """Where the last that the lake knows of an item is not what the table holds."""
    last = {place: states[-1] for place, states in lake.items()}
    there = {place for place, state in last.items() if state.is_there}
    found = {}
    for place in there | table.keys():
        why, kind = _why(last.get(place), table.get(place))
        if why:
            found[place] = Difference(kind, "/".join(place), why)
    return Compared(len(there | table.keys()), found)


def _why(state: State | None, item: dict[str, Any] | None) -> tuple[str, str]:
    image = None if state is None else state.image
    if item is None:
        return "the table has it no more", "" if state is None else state.kind
    kind = str(item["kind"]["S"])
    if image is None:
        return ("the lake lacks it" if state is None else "the lake has it as removed"), kind
    names = present.differing(item, present.loaded(image))
    return (f"other in {', '.join(names)}" if names else ""), kind
