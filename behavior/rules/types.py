"""The types of a school: what it has said, over what every school has, and judging by them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from behavior.domain import EventType, Refusal
from behavior.rules.catalogue import BUILT_IN
from behavior.rules.reading import WANTED
from behavior.rules.schemas import misfits
from luca.kernel.errors import FieldError
from luca.kernel.ids import CURP_LIKE

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from behavior.domain import Event

MOST_OWN = 200  # types that a school adds to those of all
LONGEST_LABEL = 100  # characters
UNDEFINED = Refusal((FieldError("type", "Is not defined in this school."),), code="unknown_type")
NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}", re.ASCII)


def merged(own: Iterable[EventType]) -> dict[str, EventType]:
    """Every type of a school by name: its own ones stand over those of all."""
    found = BUILT_IN | {one.name: one for one in own}
    return {name: found[name] for name in sorted(found)}


def judged(event: Event, types: Mapping[str, EventType]) -> Event | Refusal:
    """Return the event if its type is defined, in use and takes its metadata."""
    of = types.get(event.type)
    if of is None or not of.active:
        return UNDEFINED
    errors = misfits(of.schema, event.metadata)
    return Refusal(errors) if errors else event


def faults_of_type(given: EventType) -> list[FieldError]:
    """What is wrong with a definition, apart from its schema."""
    found = [
        FieldError(f"labels.{language}", f"Must have 1 to {LONGEST_LABEL} printable characters.")
        for language, label in (("es", given.es), ("en", given.en))
        if not (label.strip() and len(label) <= LONGEST_LABEL and label.isprintable())
    ]
    # A CURP must enter no key, no address and no log, also if somebody makes a type of it.
    if not NAME.fullmatch(given.name) or CURP_LIKE.search(given.name):
        found.append(FieldError("type", f"Must be {WANTED['type']}."))
    return found
