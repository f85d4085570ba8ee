"""A school's types of events: defined, changed, switched off, and what becomes of events."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

import pytest

from behavior import repository, services
from behavior.services import types
from behavior.tests.deliveries import NOW, message, sent, stored
from luca.aws import audit, queue, store
from luca.aws.audit import AuditItem
from luca.kernel import clock, context
from luca.kernel.errors import Conflict, Invalid, NotFound, PreconditionFailed

if TYPE_CHECKING:
    from collections.abc import Iterator

LABELS = ("Reto", "Challenge")
SCHEMA = {
    "type": "object",
    "required": ["level"],
    "properties": {"level": {"type": "integer", "maximum": 9}},
}


@pytest.fixture(autouse=True)
def _forgetful() -> Iterator[None]:
    """Other tests remember nothing of these."""
    yield
    types._known._known.clear()
    types._fresh._known.clear()


@pytest.fixture
def sent_messages(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    kept: list[str] = []
    monkeypatch.setattr(queue, "send_batch", lambda _queue, bodies, **_: kept.extend(bodies))
    return kept


def define(name: str = "challenge", **changes: Any) -> Any:
    return services.define_type(name, **{"labels": LABELS, "schema": SCHEMA, **changes})


def names() -> list[str]:
    return [one.name for one in services.event_types()]


def acts() -> list[tuple[str, str, Any]]:
    found = store.every(AuditItem, audit.day(clock.now().date()), consistent=True)
    return [(one.action, one.about, one.details) for one in found]


def accept(school: str, *events: Any) -> list[str]:
    with context.entered(school=school, actor="ana", groups=frozenset({"student"})):
        return [str(one) for one in services.accept(json.dumps(events).encode())]


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


def test_the_door_names_every_row_that_its_type_does_not_take(
    school: str, sent_messages: list[str]
) -> None:
    define()
    define("login", seen=0, active=False)
    rows = [
        sent(type="challenge", metadata={"level": 3}),
        sent(type="challenge", metadata={"level": 10}),
        sent(type="challenge"),
        sent(type="nothing"),
        sent(type="login"),
        sent(type="page_view"),
    ]
    with pytest.raises(Invalid) as refused:
        accept(school, *rows)
    undefined = "Is not defined in this school."
    assert [(one.field, one.message) for one in refused.value.errors] == [
        ("events.1.metadata.level", "Must be 9 or less."),
        ("events.2.metadata.level", "Is required."),
        ("events.3.type", undefined),
        ("events.4.type", undefined),
    ]
    assert sent_messages == []
    assert len(accept(school, rows[0], rows[5])) == 2


def test_the_consumer_refuses_the_same_with_the_reason_and_stores_the_rest(school: str) -> None:
    define()
    mixed = message(
        sent(type="challenge", metadata={"level": 3}),
        sent(type="challenge", metadata={"level": 10}),
        sent(type="nothing"),
        school=school,
    )
    outcome = services.ingest([mixed])
    assert outcome.done == []
    assert [reason for _, reason in outcome.refused] == [
        "metadata.level: Must be 9 or less.; type: Is not defined in this school."
    ]
    assert [event.type for event in stored()] == ["challenge"]


def test_the_stock_task_refuses_the_same_with_the_reason(school: str) -> None:
    with context.entered(school=school, actor="ana", groups=frozenset({"student"})):
        reason = services.ingest_call(
            [sent(type="nothing")],
            received_at=round(NOW.timestamp() * 1000),
            request_id="r",
            backfill=False,
        )
    assert reason == "type: Is not defined in this school."
    assert stored() == []


@pytest.mark.usefixtures("school")
def test_what_operators_load_is_judged_as_well(sent_messages: list[str]) -> None:
    from behavior.domain import Sent  # noqa: PLC0415 -- beside the only test that needs it

    with pytest.raises(Invalid):
        services.backfill([Sent("challenge", "ana", NOW.isoformat(), event_id=None)])
    assert sent_messages == []


def test_what_was_refused_is_stored_once_its_type_is_defined(school: str) -> None:
    waiting = message(sent(type="challenge", metadata={"level": 1}), school=school)
    assert services.ingest([waiting]).done == []
    define()
    assert services.ingest([waiting]).done == [waiting]
    assert [event.type for event in stored()] == ["challenge"]


def reads(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    seen: list[int] = []
    real = repository.own_types

    def counted() -> Any:
        seen.append(1)
        return real()

    monkeypatch.setattr(repository, "own_types", counted)
    return seen


def test_the_types_are_read_once_for_many_events(
    school: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = reads(monkeypatch)
    for n in range(5):
        services.ingest([message(sent(), school=school, request=str(n))])
    assert len(seen) == 1


def test_a_type_that_another_process_has_defined_is_known_before_an_event_is_refused(
    school: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    services.ingest([message(sent(), school=school)])  # nothing of its own, it is remembered
    with monkeypatch.context() as elsewhere:
        elsewhere.setattr(types, "_forget", lambda: None)
        define()
    ticks = time.monotonic() + types.FRESH
    monkeypatch.setattr(types._fresh, "_ticks", lambda: ticks)
    seen = reads(monkeypatch)
    event = sent(type="challenge", metadata={"level": 1})
    outcome = services.ingest([message(event, school=school, request="2")])
    assert len(outcome.done) == 1
    assert len(seen) == 1


def test_a_flood_of_refusals_reads_the_types_once_a_second(
    school: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    ticks = time.monotonic()
    for memory in (types._known, types._fresh):
        monkeypatch.setattr(memory, "_ticks", lambda: ticks)
    seen = reads(monkeypatch)
    flood = [message(sent(type="nothing"), school=school, request=str(n)) for n in range(50)]
    services.ingest(flood)
    assert len(seen) == 1
    ticks += types.FRESH + 0.1
    services.ingest(flood)
    assert len(seen) == 2
