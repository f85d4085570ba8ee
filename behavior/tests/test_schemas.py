"""Which JSON schemas a type may have: a school's text, which the consumer runs for every event."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from behavior import rules
from behavior.rules import schemas
from behavior.tests.test_laws import JSON
from luca.kernel.errors import FieldError


def nested(depth: int) -> dict[str, Any]:
    part: dict[str, Any] = {}
    for _ in range(depth):
        part = {"not": part}
    return part


NOT_TAKEN: list[tuple[str, dict[str, Any], str]] = [
    ("no type", {}, "schema.type"),
    ("a list", {"type": "array"}, "schema.type"),
    ("a kind that is none", {"type": "object", "properties": {"a": {"type": "objekt"}}}, "type"),
    ("a limit that is none", {"type": "object", "minProperties": "3"}, "minProperties"),
    ("another draft", {"$schema": "http://json-schema.org/draft-07/schema#"}, "schema"),
    ("a name of its own", {"$id": "https://example.com/a"}, "schema"),
    ("a page of the web", {"$ref": "https://example.com/a"}, "schema"),
    ("a file", {"$ref": "file:///etc/passwd"}, "schema"),
    ("the draft itself", {"$ref": "https://json-schema.org/draft/2020-12/schema"}, "schema"),
    ("what is not there", {"$ref": "#/$defs/a"}, "schema"),
    ("itself", {"properties": {"a": {"$ref": "#"}}}, "schema"),
    ("a circle", {"$defs": {"a": {"items": {"$ref": "#/$defs/a"}}}}, "schema"),
    (
        "doubling",
        {
            "$defs": {
                f"d{n}": {"allOf": [{"$ref": f"#/$defs/d{n + 1}"}] * 2} if n < 12 else {}
                for n in range(13)
            }
        },
        "schema",
    ),
    ("more than anybody reads", {"allOf": [{}] * 201}, "schema"),
    ("a well", nested(40), "schema"),
    ("what grows without bound", {"unevaluatedProperties": False}, "schema"),
    ("a page of text", {"description": "x" * 16_384}, "schema"),
    ("a pattern that is none", {"properties": {"a": {"pattern": "["}}}, "pattern"),
    ("a look ahead", {"properties": {"a": {"pattern": "(?=a)b"}}}, "pattern"),
    (
        "a pattern as large as memory",
        {"properties": {"a": {"pattern": "(a{99}){9999}"}}},
        "pattern",
    ),
    ("too many patterns", {"patternProperties": {f"^{n}$": {} for n in range(21)}}, "schema"),
]


@pytest.mark.parametrize(
    ("schema", "field"), [one[1:] for one in NOT_TAKEN], ids=[one[0] for one in NOT_TAKEN]
)
def test_a_schema_that_cannot_be_is_refused_by_field(schema: dict[str, Any], field: str) -> None:
    whole = schema if field == "schema.type" else {"type": "object", **schema}
    (found,) = rules.faults_of(whole)
    assert found.field.endswith(field)
    assert found.message.endswith(".")


@pytest.mark.parametrize(
    "schema",
    [
        {"$schema": schemas.DIALECT, "title": "x", "x-own": {"$ref": "https://example.com"}},
        {"$defs": {"a.b": {"type": "number"}}, "properties": {"n": {"$ref": "#/$defs/a.b"}}},
        {"properties": {"$ref": {"type": "string"}, "$id": True}},
        {"properties": {"a": {"pattern": r"^[\w-]{1,64}$", "format": "uuid"}}},
        {"if": {"required": ["a"]}, "then": {"required": ["b"]}, "else": False},
        nested(12),
        {"allOf": [{}] * 150},
        {"enum": [{"a": 1}], "const": {"$id": "x"}, "default": {"$ref": "y"}},
    ],
)
def test_what_schools_need_is_taken(schema: dict[str, Any]) -> None:
    assert rules.faults_of({"type": "object", **schema}) == []


@given(
    st.dictionaries(
        st.sampled_from(
            sorted(
                [
                    *schemas.KINDS,
                    *schemas.NAMED,
                    "$ref",
                    "items",
                    "required",
                    "pattern",
                    "$schema",
                    "enum",
                    "type",
                ]
            )
        ),
        JSON,
    )
)
def test_no_schema_makes_the_check_fall_over(schema: dict[str, Any]) -> None:
    assert all(isinstance(one, FieldError) for one in rules.faults_of(schema))
