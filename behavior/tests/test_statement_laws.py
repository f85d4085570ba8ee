"""Laws of reading statements, over whatever clients may write."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from behavior import rules
from behavior.domain import Event, Refusal, Sent
from behavior.tests.making import ORIGIN
from behavior.tests.stating import SOMEBODY, UUID4, statement
from behavior.tests.test_laws import JSON

if TYPE_CHECKING:
    from collections.abc import Iterator

PARTS = ["id", "actor", "verb", "object", "result", "context", "timestamp", "version"]
FULL = statement(
    id=UUID4,
    actor={**SOMEBODY, "name": "Ana", "objectType": "Agent"},
    object={
        "id": "http://a.mx/7",
        "definition": {
            "type": "http://a.mx/quiz",
            "name": {"es": "Quiz"},
            "description": {"es": "Quiz"},
            "moreInfo": "http://a.mx",
            "interactionType": "choice",
            "extensions": {"http://a.mx/level": "7"},
        },
    },
    result={"response": "yes", "duration": "PT1S", "extensions": {"http://a.mx/x": ["a", "b"]}},
    context={
        "instructor": {"name": "Rosa", "mbox": "x"},
        "team": {"name": "1A", "member": []},
        "revision": "1",
        "platform": "LMS",
        "language": "es",
        "contextActivities": {"grouping": [{"id": "http://a.mx/8"}]},
        "extensions": {"http://a.mx/y": {"z": "w"}},
    },
    timestamp="2026-11-21T08:29:00Z",
)


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place in a value where a text stands."""
    if isinstance(value, str):
        yield path
    elif isinstance(value, dict | list):
        for name, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from places(inner, (*path, name))


def planted(path: tuple[Any, ...], text: str, *, as_key: bool) -> Any:
    """The full statement with a text instead of what stands at a place, or as its name."""
    copy = json.loads(json.dumps(FULL))
    holder = copy
    for name in path[:-1]:
        holder = holder[name]
    if as_key and isinstance(holder, dict):
        holder[text] = holder.pop(path[-1])
    else:
        holder[path[-1]] = text
    return copy


def well_read(text: bytes) -> Sent | Refusal:
    found = rules.statement(text)
    assert isinstance(found, Sent) or found.errors
    return found


@given(st.binary() | JSON.map(lambda value: json.dumps(value).encode()))
def test_no_text_makes_the_reader_fall_over(text: bytes) -> None:
    well_read(text)


@given(st.dictionaries(st.sampled_from(PARTS), JSON))
def test_no_statement_makes_the_reader_fall_over(changes: dict[str, Any]) -> None:
    well_read(json.dumps({**FULL, **changes}).encode())


@given(st.sampled_from(list(places(FULL))), JSON)
def test_no_part_of_one_makes_the_reader_fall_over(path: tuple[Any, ...], value: Any) -> None:
    well_read(json.dumps(planted(path, value, as_key=False)).encode())


@given(
    st.emails(),
    st.sampled_from(["{}", "mailto:{}", "ask {}, please", "http://a.mx/?to={}&x=1", "{}{}"]),
)
def test_no_address_is_ever_kept(address: str, sentence: str) -> None:
    for path in places(FULL):
        for as_key in (False, True):
            said = planted(path, sentence.format(address, address), as_key=as_key)
            found = rules.statement(json.dumps(said).encode())
            if isinstance(found, Sent):
                kept = json.dumps(msgspec.to_builtins(found), ensure_ascii=False)
            else:
                kept = found.reason
            assert address.lower() not in kept.lower(), path


@given(JSON)
def test_what_was_read_as_a_statement_is_an_event(value: Any) -> None:
    found = rules.statement(json.dumps({**FULL, "result": {"extensions": {"a:b": value}}}).encode())
    if isinstance(found, Sent):
        (event,) = rules.read(msgspec.json.encode([found]), replace(ORIGIN, statements=True))
        assert isinstance(event, Event)
        assert (event.id, event.time) == (UUID4, FULL["timestamp"].replace("Z", ".000Z"))


@given(JSON)
def test_reading_twice_reads_the_same(value: Any) -> None:
    text = json.dumps({**FULL, "context": {"extensions": {"a:b": value}}}).encode()
    assert rules.statement(text) == rules.statement(text)
