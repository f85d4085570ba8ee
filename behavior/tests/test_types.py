"""A school's types of events: defined, changed, switched off, and what becomes of events."""

from __future__ import annotations

from typing import Any

import pytest

from behavior import repository, services
from behavior.tests.deliveries import message, sent
from luca.aws import audit, store
from luca.aws.audit import AuditItem
from luca.kernel import clock, context
from luca.kernel.errors import Conflict, Invalid, NotFound, PreconditionFailed

pytestmark = pytest.mark.usefixtures("types_forgotten")
LABELS = ("Reto", "Challenge")
SCHEMA = {
    "type": "object",
    "required": ["level"],
    "properties": {"level": {"type": "integer", "maximum": 9}},
}


def define(name: str = "challenge", **changes: Any) -> Any:
    return services.define_type(name, **{"labels": LABELS, "schema": SCHEMA, **changes})


def names() -> list[str]:
    return [one.name for one in services.event_types()]


def acts() -> list[tuple[str, str, Any]]:
    found = store.every(AuditItem, audit.day(clock.now().date()), consistent=True)
    return [(one.action, one.about, one.details) for one in found]


@pytest.mark.usefixtures("school")
def test_a_new_school_has_the_built_in_types() -> None:
    assert {one.version for one in services.event_types()} == {0}
    assert names() == sorted(names())
    assert "attendance" in names()
    assert services.event_type("attendance").built_in


@pytest.mark.usefixtures("school")
def test_a_type_is_defined_changed_and_removed_and_each_act_is_told() -> None:
    made = define()
    assert (made.version, made.active, made.built_in) == (1, True, False)
    changed = define(seen=1, active=False)
    assert (changed.version, changed.active) == (2, False)
    assert services.event_type("challenge") == changed
    services.remove_type("challenge", seen=2)
    assert "challenge" not in names()
    about = "event_type:challenge"
    assert acts() == [
        ("event_type.changed", about, {"version": "1", "active": "yes"}),
        ("event_type.changed", about, {"version": "2", "active": "no"}),
        ("event_type.removed", about, None),
    ]


@pytest.mark.usefixtures("school")
def test_saying_the_same_again_changes_and_tells_nothing() -> None:
    made = define()
    assert define(seen=1, schema=dict(reversed(SCHEMA.items()))) == made
    assert len(acts()) == 1


@pytest.mark.usefixtures("school")
def test_a_built_in_type_is_changed_for_the_school_and_then_as_all_have_it_again() -> None:
    with pytest.raises(Conflict):
        define("login")
    assert define("login", seen=0).built_in
    assert services.event_type("login").version == 1
    services.remove_type("login", seen=1)
    assert services.event_type("login").version == 0
    with pytest.raises(Conflict, match="switch it off"):
        services.remove_type("login", seen=0)


@pytest.mark.usefixtures("school")
def test_who_saw_another_version_changes_nothing() -> None:
    define()
    define(seen=1, active=False)
    for seen in (0, 1, 3):
        with pytest.raises(PreconditionFailed):
            define(seen=seen)
        with pytest.raises(PreconditionFailed):
            services.remove_type("challenge", seen=seen)
    with pytest.raises(Conflict):
        define()
    assert services.event_type("challenge").version == 2


@pytest.mark.usefixtures("school")
def test_of_two_who_change_a_type_at_once_one_is_told_to_look_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seen = define()
    define(seen=1, active=False)
    monkeypatch.setattr(repository, "own_type", lambda _name: seen)
    with pytest.raises(PreconditionFailed):
        define(seen=1, labels=("Otro", "Other"))
    with pytest.raises(PreconditionFailed):
        services.remove_type("challenge", seen=1)


@pytest.mark.usefixtures("school")
def test_a_type_that_is_not_there_is_neither_shown_nor_changed_nor_removed() -> None:
    with pytest.raises(NotFound):
        services.event_type("challenge")
    with pytest.raises(NotFound):
        define(seen=1)
    with pytest.raises(NotFound):
        services.remove_type("challenge", seen=1)


@pytest.mark.usefixtures("school")
def test_everything_that_is_wrong_with_a_type_is_told_at_once() -> None:
    with pytest.raises(Invalid) as refused:
        define("No Word", labels=("", "One"), schema={"type": "array"})
    fields = [one.field for one in refused.value.errors]
    assert fields == ["labels.es", "type", "schema.type"]
    assert acts() == []


@pytest.mark.usefixtures("school")
def test_a_school_adds_two_hundred_types_and_may_still_change_the_built_in_ones(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("behavior.rules.MOST_OWN", 2)
    define("one")
    define("two")
    with pytest.raises(Conflict, match="at most 2 types"):
        define("three")
    define("login", seen=0)
    define("two", seen=1, active=False)


def test_types_of_one_school_are_unknown_in_another(school: str) -> None:
    define()
    with context.entered(school=f"{school}-2"):
        assert "challenge" not in names()
        outcome = services.ingest([message(sent(type="challenge"), school=f"{school}-2")])
    assert [reason for _, reason in outcome.refused] == ["type: Is not defined in this school."]
