"""What the table holds now of what the lake keeps of a school, in the school's own session."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from lake.definition import datasets
from lake.rules.rows import INDEXED
from luca.aws.store import raw

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from lake.rules.history import Place

# What a version of an item says does not depend on these: they follow from other items, or tell
# how far a sync has come, and change without a new version.
ASIDE = INDEXED | {
    "consolidated",
    "checks",
    "sync_state",
    "sync_batch",
    "sync_outcome",
    "synced_at",
    "given_back",
}


def of_course(place: str) -> Iterator[dict[str, Any]]:
    """The items of a partition that holds no events."""
    return _kept(raw.images(place))


def of_student(place: str, events: tuple[str, str]) -> Iterator[dict[str, Any]]:
    """A student's items but for the events, which may be many; `events` is where these lie."""
    first, last = events
    yield from _kept(raw.images(place, before=first))
    yield from _kept(raw.images(place, behind=last))


def several(places: Iterable[Place]) -> dict[Place, dict[str, Any]]:
    """Those of the items that are there."""
    return {place_of(one): one for one in raw.several_images(places)}


def kinds() -> frozenset[str]:
    """What the lake keeps beside events."""
    return datasets()["grades"].kinds


def place_of(image: Mapping[str, Any]) -> Place:
    return image["PK"]["S"], image["SK"]["S"]


def essence(image: Mapping[str, Any]) -> dict[str, Any]:
    """What an item says, to compare: numbers by value, without what changes by itself."""
    kept = {name: value for name, value in image.items() if name not in ASIDE}
    return {name: _plain(value) for name, value in kept.items()}


def differing(one: Mapping[str, Any], two: Mapping[str, Any]) -> list[str]:
    """Names of the attributes in which two images of an item differ."""
    left, right = essence(one), essence(two)
    return sorted(name for name in left.keys() | right.keys() if left.get(name) != right.get(name))


def loaded(image: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(image)
    return found


def _kept(images: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    kept = kinds()
    for one in images:
        if one.get("kind", {}).get("S") in kept:
            yield one


def _plain(value: Mapping[str, Any]) -> Any:
    """Sets come in any order, and a number may be spelled in more than one way."""
    ((kind, inner),) = value.items()
    if kind == "N":
        return kind, Decimal(inner)
    return kind, sorted(inner) if kind in {"SS", "NS", "BS"} else inner
