"""What is nested beyond reading fails alone, wherever it is opened. Ana is a student."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from behavior import rules, services
from behavior.services import storing
from behavior.tests.deliveries import message, sent, stored
from luca.kernel import context
from luca.kernel.errors import Invalid

if TYPE_CHECKING:
    from behavior.domain import Event, Refusal
    from luca.aws.queue import Received

DEPTHS = [*range(96, 105), *range(940, 1010, 2), 4_000]


def nested(depth: int, field: str = "metadata") -> str:
    """An event of so many levels, its own included; an event that is flat already has two."""
    lists = "[" * (depth - 2) + "]" * (depth - 2)
    return json.dumps(sent(**{field: {"a": "HERE"}})).replace('"HERE"', lists)


def holding(event: str, given: Received) -> Received:
    """The message with an event that Python's own writer would give up on."""
    outer = json.loads(given.body)
    call = base64.b64decode(outer["body"]).decode().replace('"EVENT"', event)
    outer["body"] = base64.b64encode(call.encode()).decode()
    return replace(given, body=json.dumps(outer))


@pytest.mark.parametrize("field", ["metadata", "something-unknown"])
@pytest.mark.parametrize("receives", [1, 3])
def test_an_event_of_any_depth_costs_nobody_else_anything(
    school: str, receives: int, field: str
) -> None:
    deep = {
        depth: holding(
            nested(depth, field),
            message("EVENT", school=school, request=str(depth), receives=receives),
        )
        for depth in DEPTHS
    }
    good = [message(sent(), school=school, request=f"good-{n}") for n in range(5)]

    outcome = services.ingest([*deep.values(), *good])

    fits = [one for depth, one in deep.items() if depth <= rules.DEEPEST]
    assert {one.id for one in outcome.done} == {one.id for one in [*fits, *good]}
    assert not outcome.failed
    assert len(outcome.refused) == len(deep) - len(fits)
    assert len(outcome.letters) == (len(outcome.refused) if receives == 3 else 0)
    assert len(stored()) == len(fits) + len(good)
    for one in deep.values():
        storing.judge(one.body)  # operators' tools can look at it too


@pytest.mark.parametrize("depth", DEPTHS)
def test_the_door_takes_what_the_consumer_takes(
    school: str, depth: int, sent_messages: list[str]
) -> None:
    body = f'{{"events": [{nested(depth)}]}}'.encode()
    with context.entered(school=school, actor="ana", groups=frozenset({"student"})):
        if depth <= rules.DEEPEST:
            assert len(services.accept(body)) == len(sent_messages) == 1
        else:
            with pytest.raises(Invalid):
                services.accept(body)


def test_brackets_in_texts_nest_nothing() -> None:
    assert not rules.too_deep(json.dumps([["[{" * 500, '\\"[' * 500] * 60]).encode())
    assert rules.too_deep(b"[" * 101)
    assert not rules.too_deep(b'"' + b'\\"[' * 5_000)


@pytest.mark.parametrize("receives", [2, 3])
def test_a_fault_of_ours_over_one_event_is_not_the_others_trouble(
    school: str, receives: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def judged(verdicts: list[Event]) -> list[Event | Refusal]:
        given = list(verdicts)
        if any(one.type == "login" for one in given):
            raise RecursionError
        return list(given)

    monkeypatch.setattr(storing, "judged", judged)
    bad = message(sent(), school=school, request="bad", receives=receives)
    good = [message(sent(type="page_view"), school=school, request=str(n)) for n in range(5)]

    outcome = services.ingest([bad, *good])

    assert outcome.done == good
    assert [one for one, _ in outcome.failed] == [bad]
    assert len(outcome.letters) == (receives == 3)


def test_a_message_with_a_number_nobody_can_read_is_set_aside_by_its_reason(school: str) -> None:
    given = message(sent(student="luis"), school=school, receives=3)
    odd = replace(given, body=given.body[:-1] + ',"x":1e999,"y":' + "9" * 5_000 + "}")
    good = [message(sent(), school=school, request=str(n)) for n in range(3)]

    outcome = services.ingest([odd, *good])

    assert outcome.done == good
    ((letter,),) = outcome.letters.values()
    assert (letter.code, letter.school) == ("not_allowed", school)
    parcel = rules.opened(letter.body)
    assert isinstance(parcel, rules.Parcel)
    assert len(parcel.events) == 1


def test_a_letter_that_cannot_be_divided_is_written_whole(
    school: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def excerpt(*_: object) -> str:
        raise RecursionError

    monkeypatch.setattr(rules.letters, "excerpt", excerpt)
    bad = message(sent(), sent(student="luis"), school=school, receives=3)

    outcome = services.ingest([bad])

    assert [one.body for one in outcome.letters[bad.receipt]] == [bad.body]
    assert [one.code for one in outcome.letters[bad.receipt]] == ["not_allowed"]
