"""Which types of events a school has: defined by its admins, and what every event is judged by."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from behavior import repository, rules
from behavior.domain import Event, EventType, Refusal
from luca.kernel.errors import Conflict, Invalid, NotFound, PreconditionFailed
from tenants.services.cached import LINKS, Remembered

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any

FRESH = 1.0  # seconds for which a refusal need not read the types anew
ALL = "all"
_known: Remembered[Mapping[str, EventType]] = Remembered(LINKS, largest=5_000)
_fresh: Remembered[Mapping[str, EventType]] = Remembered(FRESH, largest=5_000)


def event_types() -> list[EventType]:
    """Every type of the school by name, those that are off as well."""
    return list(rules.merged(repository.own_types()).values())


def types_called(names: set[str]) -> Mapping[str, EventType]:
    """The types of these names, as they were at most half a minute ago, for reading their labels.

    What every school has costs no call, unless the school's own are remembered anyway.
    """
    known = _known.get(ALL)
    if known is None and names <= rules.BUILT_IN.keys():
        known = rules.BUILT_IN
    found = _types(_known) if known is None else known
    return {name: found[name] for name in names if name in found}


def event_type(name: str) -> EventType:
    found = repository.own_type(name) or rules.BUILT_IN.get(name)
    if found is None:
        raise NotFound("There is no such type of event.", code="event_type_not_found")
    return found


def judged(verdicts: Iterable[Event | Refusal]) -> list[Event | Refusal]:
    """Refuse the events that no type of the context's school takes; the order is kept.

    The types are remembered for half a minute. Before an event is refused they are read
    anew, so that a type that was defined a moment ago is known at once.
    """
    given = list(verdicts)
    found = _judged(given, _types(_known))
    if found != given:
        found = _judged(given, _types(_fresh))
    return found


def define_type(
    name: str,
    *,
    labels: tuple[str, str],
    schema: dict[str, Any],
    active: bool = True,
    seen: int | None = None,
) -> EventType:
    """Define a type, or change it over the version that was `seen` (None: it must be new).

    A type of every school is changed for the context's school alone. Events that are stored
    already stay as they are.
    """
    given = EventType(name, *labels, rules.spelled(schema), active, name in rules.BUILT_IN)
    if errors := [*rules.faults_of_type(given), *rules.faults_of(schema)]:
        raise Invalid("The type cannot be defined so.", errors=tuple(errors))
    before = _before(name, seen)
    version = before.version if before else 0
    if before is not None and before == replace(given, version=version):
        return before
    fresh = replace(given, version=version + 1)
    repository.save_type(fresh, seen=version)
    _forget()
    return fresh


def remove_type(name: str, *, seen: int) -> None:
    """Take away what the school has said of a type; a built-in one is again as all have it."""
    before = _seen(event_type(name), seen)
    if not before.version:
        raise Conflict(
            "Every school has this type: switch it off instead.", code="event_type_built_in"
        )
    repository.remove_type(before)
    _forget()


def _before(name: str, seen: int | None) -> EventType | None:
    if seen is not None:
        return _seen(event_type(name), seen)
    there = {one.name: one for one in event_types()}
    if name in there:
        raise Conflict("There is such a type already.", code="event_type_exists")
    if sum(not one.built_in for one in there.values()) >= rules.MOST_OWN:
        raise Conflict(
            f"A school adds at most {rules.MOST_OWN} types of its own.", code="too_many_event_types"
        )
    return None


def _seen(found: EventType, seen: int) -> EventType:
    if found.version != seen:
        raise PreconditionFailed(
            f"The type is of version {found.version} by now: read it and decide anew."
        )
    return found


def _judged(
    verdicts: list[Event | Refusal], types: Mapping[str, EventType]
) -> list[Event | Refusal]:
    return [rules.judged(one, types) if isinstance(one, Event) else one for one in verdicts]


def _types(memory: Remembered[Mapping[str, EventType]]) -> Mapping[str, EventType]:
    """What is remembered, or else what the table says, remembered from now on."""
    found = memory.get(ALL)
    if found is None:
        until, soon = _known.expiry(), _fresh.expiry()
        found = rules.merged(repository.own_types())
        _known.put(ALL, found, until)
        _fresh.put(ALL, found, soon)
    return found


def _forget() -> None:
    _known.forget(ALL)
    _fresh.forget(ALL)
