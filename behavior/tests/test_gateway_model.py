"""Which bodies API Gateway lets through: those whose shape the API takes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft4Validator

from behavior import rules
from behavior.domain import Event
from behavior.tests.gateway import DEPLOY
from behavior.tests.making import ORIGIN, sent
from luca.kernel.errors import Invalid, Malformed

if TYPE_CHECKING:
    from collections.abc import Iterable

ALL = json.loads((DEPLOY / "behavior.integration.json").read_text())
MODEL = Draft4Validator(ALL["models"]["behavior"])
SHAPES: list[Any] = [
    sent(),
    [sent()],
    [sent()] * 50,
    [sent()] * 51,
    [],
    {},
    {"events": [sent()]},
    {"events": [sent()] * 50, "other": 1},
    {"events": [sent()] * 51},
    {"events": []},
    {"events": {}},
    {"events": None},
    {"events": [[sent()]]},
    {"events": "many", **sent()},
    {"events": [sent()], "type": 7, "time": []},
    {"Events": [sent()]},
    [[sent()]],
    [sent(), 7],
    [sent(), None],
    [sent(), {}],
    [sent(), "login"],
    None,
    7,
    0.5,
    True,
    "login",
    "",
    *(sent(**{name: ...}) for name in ("type", "student", "time", "quantity")),
    *([sent(), sent(**{name: ...})] for name in ("type", "student", "time")),
    sent(unknown={"a": 1}),
    sent(metadata={"deep": [{"a": None}]}),
    sent(event_id=None),
]


def taken(body: Any) -> bool:
    """Whether the API takes a body and all of its events."""
    try:
        verdicts = rules.read(json.dumps(body).encode(), ORIGIN)
    except (Invalid, Malformed):
        return False
    return all(isinstance(one, Event) for one in verdicts)


def test_the_model_is_one_that_api_gateway_understands() -> None:
    """Draft 4, and no reference to anything."""
    Draft4Validator.check_schema(MODEL.schema)
    assert MODEL.schema["$schema"] == "http://json-schema.org/draft-04/schema#"
    assert "$ref" not in set(names_in(MODEL.schema))


def names_in(schema: Any) -> Iterable[str]:
    children = schema.values() if isinstance(schema, dict) else schema
    yield from schema if isinstance(schema, dict) else ()
    for child in children:
        if isinstance(child, dict | list):
            yield from names_in(child)


@pytest.mark.parametrize("body", SHAPES, ids=lambda body: json.dumps(body)[:60])
def test_both_fronts_take_the_same_shapes(body: Any) -> None:
    assert MODEL.is_valid(body) == taken(body)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=4),
    lambda inside: (
        st.lists(inside, max_size=3)
        | st.dictionaries(st.sampled_from(["events", "type", "student", "time", "x"]), inside)
    ),
    max_leaves=8,
)
EVENTS = st.fixed_dictionaries(
    {"type": st.just("login"), "student": st.just("ana"), "time": st.just(sent()["time"])},
    optional={"quantity": JSON, "metadata": JSON, "x": JSON, "event_id": JSON, "source": JSON},
)
BODIES = JSON | EVENTS | st.lists(EVENTS | JSON, max_size=3)
BODIES = BODIES | st.fixed_dictionaries({"events": BODIES}, optional={"x": JSON, "type": JSON})


@given(BODIES)
def test_the_model_never_refuses_what_the_api_takes(body: Any) -> None:
    assert MODEL.is_valid(body) or not taken(body)
