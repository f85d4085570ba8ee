"""Judging events by types: which schemas are taken, and what one says of an event."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from behavior import rules
from behavior.domain import Event, EventType, Refusal
from behavior.rules import catalogue, schemas
from behavior.tests.making import accepted
from behavior.tests.test_laws import JSON
from luca.kernel.errors import FieldError

ANA, SECRET = "José Núñez", "GOMC960912HDFRRL04"


def typed(name: str = "quiz_completed", **fields: Any) -> EventType:
    return EventType(name, "Uno", "One", **fields)


def saying(**schema: Any) -> str:
    return rules.spelled({"type": "object", **schema})


def judged(schema: str, metadata: Any, **fields: Any) -> Event | Refusal:
    return rules.judged(
        accepted(metadata=metadata), {"quiz_completed": typed(schema=schema, **fields)}
    )


def faults(schema: str, metadata: Any) -> dict[str, str]:
    found = judged(schema, metadata)
    return {one.field: one.message for one in found.errors} if isinstance(found, Refusal) else {}


def test_every_built_in_type_is_named_in_both_languages_and_has_a_schema_that_is_taken() -> None:
    for name, one in rules.BUILT_IN.items():
        assert rules.faults_of_type(one) == []
        assert rules.faults_of(json.loads(one.schema)) == []
        assert (one.name, one.built_in, one.active, one.version) == (name, True, True, 0)


@pytest.mark.parametrize("name", sorted(set(rules.BUILT_IN) - {"attendance", "conduct"}))
def test_only_attendance_and_conduct_want_something(name: str) -> None:
    for metadata in ({}, {"mine": [1, {"deep": None}]}):
        event = accepted(type=name, metadata=metadata)
        assert rules.judged(event, rules.BUILT_IN) is event


@pytest.mark.parametrize(
    ("kind", "field", "taken"),
    [
        ("attendance", "status", ["present", "absent", "late", "excused"]),
        ("conduct", "kind", ["merit", "demerit", "note"]),
    ],
)
def test_what_would_mean_nothing_without_it_is_required(
    kind: str, field: str, taken: list[str]
) -> None:
    for word in taken:
        assert isinstance(
            rules.judged(accepted(type=kind, metadata={field: word}), rules.BUILT_IN), Event
        )
    missing = rules.judged(accepted(type=kind), rules.BUILT_IN)
    other = rules.judged(accepted(type=kind, metadata={field: ANA}), rules.BUILT_IN)
    assert isinstance(missing, Refusal)
    assert isinstance(other, Refusal)
    assert missing.reason == f"metadata.{field}: Is required."
    assert other.reason == f"metadata.{field}: Must be one of {', '.join(taken)}."


@pytest.mark.parametrize(
    "types", [{}, {"quiz_completed": typed(active=False)}, {"quiz": typed("quiz")}]
)
def test_an_event_of_a_type_that_is_not_defined_or_is_off_is_refused(types: Any) -> None:
    found = rules.judged(accepted(), types)
    assert isinstance(found, Refusal)
    assert found.errors == (FieldError("type", "Is not defined in this school."),)
    assert found.code == "unknown_type"


def test_a_schools_own_type_stands_over_the_one_of_all() -> None:
    own = typed("login", schema=saying(required=["device"]), version=3)
    found = rules.merged([own, typed("zebra")])
    assert found["login"] is own
    assert found["attendance"] is catalogue.BUILT_IN["attendance"]
    assert list(found) == sorted({*catalogue.BUILT_IN, "zebra"})


MISFITS: list[tuple[str, dict[str, Any], Any, str, str]] = [
    ("nothing of a required field", {"required": ["a"]}, {}, "a", "Is required."),
    (
        "a required field further in",
        {"properties": {"a": {"required": ["b"]}}},
        {"a": {}},
        "a.b",
        "Is required.",
    ),
    (
        "a field that another one wants",
        {"dependentRequired": {"a": ["b"]}},
        {"a": 1},
        "b",
        "Is required.",
    ),
    (
        "a text for a number",
        {"properties": {"a": {"type": "integer"}}},
        {"a": ANA},
        "a",
        "Must be a whole number.",
    ),
    (
        "one of several kinds",
        {"properties": {"a": {"type": ["string", "null"]}}},
        {"a": 1},
        "a",
        "Must be null or a text.",
    ),
    (
        "too much",
        {"properties": {"a": {"maximum": 5}}},
        {"a": 99},
        "a",
        "Must be 5 or less.",
    ),
    (
        "a long text in a list",
        {"properties": {"a": {"items": {"maxLength": 3}}}},
        {"a": ["x", ANA]},
        "a.1",
        "Must have 3 characters or fewer.",
    ),
    (
        "a choice of words",
        {"properties": {"a": {"enum": ["x", "y"]}}},
        {"a": ANA},
        "a",
        "Must be one of x, y.",
    ),
    (
        "a choice in a school's own words",
        {"properties": {"a": {"enum": ["Laura Reyes"]}}},
        {"a": ANA},
        "a",
        "Must be one of the values that its type lists.",
    ),
    (
        "no choice at all",
        {"properties": {"a": {"enum": []}}},
        {"a": ANA},
        "a",
        "Must be one of the values that its type lists.",
    ),
    (
        "a pattern",
        {"properties": {"a": {"pattern": "^[0-9]+$"}}},
        {"a": ANA},
        "a",
        "Does not fit what its type says (pattern).",
    ),
    (
        "a field that nobody knows",
        {"properties": {"a": True}, "additionalProperties": False},
        {ANA: 1},
        "(unknown)",
        "Is not known here.",
    ),
    (
        "a value under a name of the sender's own",
        {"additionalProperties": {"type": "string"}},
        {SECRET: 1},
        "(unknown)",
        "Must be a text.",
    ),
]


@pytest.mark.parametrize(
    ("schema", "metadata", "field", "message"),
    [one[1:] for one in MISFITS],
    ids=[one[0] for one in MISFITS],
)
def test_a_misfit_names_the_field_and_never_what_it_holds(
    schema: dict[str, Any], metadata: Any, field: str, message: str
) -> None:
    assert faults(saying(**schema), metadata) == {f"metadata.{field}": message}


def test_everything_that_does_not_fit_is_told_at_once() -> None:
    schema = saying(
        properties={"score": {"type": "number"}, "passed": {"type": "boolean"}}, required=["quiz"]
    )
    found = judged(schema, {"score": "9", "passed": "yes"})
    assert isinstance(found, Refusal)
    assert {one.field for one in found.errors} == {
        "metadata.score",
        "metadata.passed",
        "metadata.quiz",
    }


def test_of_very_many_misfits_some_are_told() -> None:
    schema = saying(properties={"a": {"items": {"allOf": [{"type": "string"}] * 50}}})
    found = judged(schema, {"a": [1] * 3000})
    assert isinstance(found, Refusal)
    assert 1 <= len(found.errors) <= schemas.TOLD


def test_metadata_as_deep_as_may_be_is_judged_as_any_other() -> None:
    deep: Any = {}
    for _ in range(rules.DEEPEST - 2):
        deep = {"a": deep}
    assert faults(saying(required=["a"]), deep) == {}
    assert faults(saying(required=["b"]), deep) == {"metadata.b": "Is required."}


def test_what_no_validator_follows_is_a_refusal_and_no_error() -> None:
    deep = '{"a":' * 400 + "1" + "}" * 400
    assert schemas.misfits(saying(required=["b"]), deep) == (schemas.NESTED,)


@given(st.sampled_from(sorted(rules.BUILT_IN)), st.dictionaries(st.text(), JSON, max_size=4))
def test_no_metadata_makes_the_judge_fall_over(name: str, metadata: dict[str, Any]) -> None:
    event = accepted(type=name, metadata=metadata)
    found = rules.judged(event, rules.BUILT_IN)
    assert found is event or (isinstance(found, Refusal) and found.errors)


WORDS = st.text("ñÑéßжあ", min_size=4, max_size=9)


@given(st.dictionaries(WORDS, WORDS, min_size=1, max_size=4))
def test_no_word_of_a_client_is_ever_in_a_reason(metadata: dict[str, str]) -> None:
    for schema in (
        saying(additionalProperties=False),
        saying(additionalProperties={"type": "integer"}),
        saying(propertyNames={"maxLength": 2}),
        saying(maxProperties=0),
        saying(properties={"a": True}, additionalProperties=False),
    ):
        found = judged(schema, metadata)
        assert isinstance(found, Refusal)
        assert not any(part in found.reason for pair in metadata.items() for part in pair)


def test_a_schema_that_a_newer_validator_does_not_take_refuses_its_own_events_only() -> None:
    found = judged('{"type": "objekt"}', {})
    assert isinstance(found, Refusal)
    assert found.errors == (schemas.BROKEN,)


@pytest.mark.parametrize("name", ["", "Quiz", "a b", "-a", "x" * 65, "ñandú", SECRET.lower()])
def test_a_name_that_is_no_word_is_refused(name: str) -> None:
    assert [one.field for one in rules.faults_of_type(typed(name))] == ["type"]


@pytest.mark.parametrize("label", ["", "  ", "x" * 101, "a\nb", "a\x00"])
def test_a_label_that_cannot_be_read_is_refused(label: str) -> None:
    found = rules.faults_of_type(EventType("quiz", label, label))
    assert [one.field for one in found] == ["labels.es", "labels.en"]
