"""What becomes of events that no type of their school takes. Ana is a student."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from typing import Any

import pytest

from behavior import repository, services
from behavior.domain import Sent
from behavior.services import types
from behavior.tests.deliveries import NOW, message, sent, stored
from luca.kernel import context
from luca.kernel.errors import Invalid

pytestmark = pytest.mark.usefixtures("types_forgotten")
SCHEMA = {
    "type": "object",
    "required": ["level"],
    "properties": {"level": {"type": "integer", "maximum": 9}},
}


def define(name: str = "challenge", **changes: Any) -> Any:
    return services.define_type(
        name, **{"labels": ("Reto", "Challenge"), "schema": SCHEMA, **changes}
    )


def accept(school: str, *events: Any) -> list[str]:
    with context.entered(school=school, actor="ana", groups=frozenset({"student"})):
        return [str(one) for one in services.accept(json.dumps(events).encode())]


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
    with pytest.raises(Invalid):
        services.backfill([Sent("challenge", "ana", NOW.isoformat(), event_id=None)])
    assert sent_messages == []


def test_what_was_refused_is_stored_once_its_type_is_defined(school: str) -> None:
    waiting = message(sent(type="challenge", metadata={"level": 1}), school=school)
    assert services.ingest([waiting]).done == []
    define()
    assert services.ingest([waiting]).done == [waiting]
    assert [event.type for event in stored()] == ["challenge"]


def test_what_was_stored_before_its_type_was_taken_away_is_a_repetition_and_no_refusal(
    school: str,
) -> None:
    define()
    event = sent(type="challenge", metadata={"level": 1})
    first = message(event, school=school)
    services.ingest([first])
    services.remove_type("challenge", seen=1)
    again = replace(first, receipt="another", receives=2)
    outcome = services.ingest([again])
    assert (outcome.done, outcome.refused) == ([again], [])
    never_stored = message(event, school=school, request="2", receives=2)
    assert len(services.ingest([never_stored]).refused) == 1
    assert len(stored()) == 1


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
