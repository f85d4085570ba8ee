"""Dead letters that are sent again, after their cause was mended or before."""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import count
from threading import Thread
from typing import TYPE_CHECKING, Any

import pytest
from django.core.management import CommandError

from behavior import rules, services
from behavior.services import Pace, Wanted, letters
from behavior.services.burying import DEAD
from behavior.tests.deliveries import NOW, message, sent, stored
from behavior.tests.operators import asked, consumed, counted, refused
from behavior.tests.test_letters import CODES, call_of
from behavior.tests.test_refusals import not_ours
from luca.aws import dead_letters, queue
from luca.kernel import context
from luca.kernel.errors import Unavailable
from luca.kernel.ids import StudentId, uuid7
from tenants import services as tenants
from tenants.domain import Student

if TYPE_CHECKING:
    from collections.abc import Iterable

    from behavior.tests.operators import ActingAs


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """The emulator has one server: nothing is gained by asking for a second."""
    monkeypatch.setattr(dead_letters, "WAIT", 0)


def define(name: str, school: str) -> None:
    with context.entered(school=school, actor="boss", groups=frozenset({"school_admin"})):
        services.define_type(name, labels=(name, name), schema={"type": "object"})


def test_letters_are_sent_again_and_stored_once_their_cause_is_mended(
    school: str, acting_as: ActingAs
) -> None:
    ids = [uuid7(NOW), uuid7(NOW)]
    unknown = [sent(type="telepathy", event_id=one) for one in ids]
    refused(acting_as, message(*unknown, school=school), message(sent(quantity=0), school=school))
    define("telepathy", school)
    said = asked("redrive", "--school", school, "--reason", "unknown_type")
    assert said == "1 letter with 2 events went to the queue again (1 unknown_type).\n"
    consumed(acting_as)
    assert sorted(event.id for event in stored()) == sorted(ids)
    assert counted(school) == {"invalid": (1, 1)}


def test_an_event_without_an_id_is_the_same_event_when_it_is_sent_again(
    school: str, acting_as: ActingAs
) -> None:
    whole = message(sent(), sent(type="telepathy"), school=school)
    before = rules.opened(whole.body)
    assert isinstance(before, rules.Parcel)
    refused(acting_as, whole)
    define("telepathy", school)
    asked("redrive", "--school", school)
    consumed(acting_as)
    assert sorted(stored(), key=lambda one: one.id) == sorted(before.events, key=lambda one: one.id)  # type: ignore[union-attr]


def test_a_student_who_is_enrolled_at_last_gets_their_events(
    school: str, acting_as: ActingAs
) -> None:
    late = message(
        sent(student="noor"), school=school, actor_id="boss", actor_groups="school_admin"
    )
    refused(acting_as, late)
    assert counted(school) == {"not_allowed": (1, 1)}
    tenants.add_students([Student(StudentId("noor"), "Noor")])
    asked("redrive", "--school", school)
    consumed(acting_as)
    assert len(stored("noor")) == 1
    assert counted(school) == {}


def test_what_is_still_bad_comes_back_as_a_letter(school: str, acting_as: ActingAs) -> None:
    # SQS takes no empty message, so none can come back.
    refused(
        acting_as,
        *[replace(bad, receipt=kind) for kind, (bad, _) in not_ours(school).items() if bad.body],
    )
    before = of(school, "")
    assert {one.rpartition(" ")[2] for one in before} == set(CODES.values())
    asked("redrive")
    assert of(school, "") == {}
    consumed(acting_as)
    assert of(school, "") == before
    assert stored() == []


def test_a_letter_that_comes_back_at_once_goes_once(
    school: str, acting_as: ActingAs, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A fast consumer gives up what is still bad while the redrive runs."""
    refused(acting_as, *[message(sent(student="luis"), school=school, request=r) for r in "abc"])
    send = dead_letters.send
    monkeypatch.setattr(
        dead_letters, "send", lambda _queue, body, beside, **_: send(DEAD, body, beside)
    )
    assert services.redrive(Wanted(school=school), Pace()).letters == 3
    monkeypatch.undo()
    assert counted(school) == {"not_allowed": (3, 3)}


def test_letters_in_hand_stay_hidden_however_slow_the_rate(
    school: str, acting_as: ActingAs, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused(acting_as, *[message(sent(student="luis"), school=school, request=r) for r in "ab"])
    extended: list[int] = []
    extend = queue.extend

    def noted(name: str, receipts: Iterable[str], seconds: int) -> None:
        extended.append(seconds)
        extend(name, receipts, seconds)

    monkeypatch.setattr(queue, "extend", noted)
    clock = count(step=dead_letters.HIDDEN)
    monkeypatch.setattr("luca.aws.dead_letters.time.monotonic", lambda: next(clock))
    with letters.Walk() as walk:
        assert len([one for one in walk.letters() if one.school == school]) == 2
    assert extended[-1] == 0  # and at the end they are put back
    assert {dead_letters.HIDDEN} == set(extended[:-1])


def test_a_dry_run_says_what_would_go_and_moves_nothing(school: str, acting_as: ActingAs) -> None:
    refused(acting_as, message(sent(student="luis"), school=school))
    said = asked("redrive", "--school", school, "--dry-run")
    assert said == "1 letter with 1 event would go to the queue again (1 not_allowed).\n"
    assert counted(school) == {"not_allowed": (1, 1)}


def test_a_limit_and_a_rate_are_kept(
    school: str, acting_as: ActingAs, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits: list[float] = []
    monkeypatch.setattr("behavior.services.redriving.time.sleep", waits.append)
    refused(acting_as, *[message(sent(student="luis"), school=school) for _ in range(4)])
    asked("redrive", "--school", school, "--limit", "3", "--rate", "5/s")
    assert counted(school) == {"not_allowed": (1, 1)}
    assert waits == [0.2, 0.2]
    consumed(acting_as)


@pytest.mark.parametrize(
    "words",
    [
        ("--rate", "0"),
        ("--rate", "fast"),
        ("--rate", "inf"),
        ("--limit", "0"),
        ("--limit", "-1"),
        ("--reason", "sloth"),
        ("--school", "*"),
    ],
)
def test_nonsense_is_refused(words: tuple[str, str]) -> None:
    with pytest.raises(CommandError):
        asked("redrive", *words)


def test_a_redrive_that_is_cut_off_loses_nothing(
    school: str, acting_as: ActingAs, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After the letter was sent and before it was deleted: it is in both places."""
    refused(acting_as, *[message(sent(student="luis"), school=school, request=r) for r in "ab"])

    def dies(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(letters.Walk, "take", dies)
    with pytest.raises(KeyboardInterrupt):
        services.redrive(Wanted(school=school), Pace())
    monkeypatch.undo()
    assert counted(school) == {"not_allowed": (2, 2)}  # at once: nothing is hidden
    consumed(acting_as)
    assert counted(school) == {"not_allowed": (3, 3)}
    assert len(set(events_of(school))) == 2  # the same events, one of them in two letters


def test_a_queue_that_fails_half_way_ends_the_command_with_an_error(
    school: str, acting_as: ActingAs, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused(acting_as, *[message(sent(student="luis"), school=school) for _ in range(3)])
    send, left = dead_letters.send, [1, 0]

    def fails(*words: Any, **more: Any) -> None:
        if not left.pop(0):
            raise Unavailable("The queue is busy; try again in a moment.")
        send(*words, **more)

    monkeypatch.setattr(dead_letters, "send", fails)
    with pytest.raises(CommandError, match="Nothing is lost; run it again"):
        asked("redrive", "--school", school)
    assert counted(school) == {"not_allowed": (2, 2)}
    monkeypatch.undo()
    consumed(acting_as)


def test_two_operators_at_once_move_each_event_and_lose_none(
    school: str, acting_as: ActingAs
) -> None:
    tenants.add_students([Student(StudentId("luis"), "Luis")])
    bad = [
        message(sent(type="telepathy", event_id=uuid7(NOW)), school=school, request=str(n))
        for n in range(40)
    ]
    refused(acting_as, *bad)
    define("telepathy", school)
    hands = [
        Thread(target=services.redrive, args=(Wanted(school=school), Pace())) for _ in range(2)
    ]
    for hand in hands:
        hand.start()
    for hand in hands:
        hand.join(120)
    consumed(acting_as)
    assert len(stored()) == 40
    assert counted(school) == {}


def of(*schools: str) -> dict[str, int]:
    found = json.loads(asked("status", "--json"))["letters"]
    mine = [one for one in found if one["school"] in schools]
    return {f"{one['school']} {one['reason']}": one["messages"] for one in mine}


def events_of(school: str) -> list[str]:
    with letters.Walk() as walk:
        mine = [one for one in walk.letters() if one.school == school]
    return [event["event_id"] for one in mine for event in call_of(one.body)["events"]]
