"""AWS throttles, errs, falls silent and restarts; every event is counted at the end.

One consumer lives through all of it.
"""

from __future__ import annotations

import time
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from behavior.tests.faults import happenings as it
from behavior.tests.faults import poison
from behavior.tests.faults.proxy import Rule
from behavior.tests.faults.town import VISIBILITY

if TYPE_CHECKING:
    from collections.abc import Iterator

    from behavior.tests.faults.town import Consumer, Town

pytestmark = pytest.mark.slow

REFUSING = [it.exceeded, it.throttled, it.broken, it.unavailable, it.gateway]
NEARLY_FULL = 262_000  # bytes of a message
QUEUE_TROUBLE = [it.internal, it.cut, it.unheard]


@pytest.fixture(scope="module", autouse=True)
def consumer(town: Town) -> Iterator[Consumer]:
    with town.consumer() as running:
        yield running
        assert running.process.poll() is None


def test_messages_that_are_delivered_twice_are_stored_once(town: Town) -> None:
    ledger = town.schools()
    doubled = it.Doubled(0.1)
    with town.proxy.doing(Rule("SQS.ReceiveMessage", doubled)):
        ledger.send(singles=150, packed=10)
        for place in range(30):  # and clients that send twice, with and without ids of their own
            ledger.take(ledger.schools[place % 2], "pupil-0", [ledger.event("pupil-0")], times=2)
        town.settle()
    found = town.count(ledger, name="delivered twice")
    assert doubled.doubled > 10
    assert (found.dead, found.both) == (0, 0)


def test_poison_fails_alone(town: Town) -> None:
    ledger = town.schools()
    ledger.send(singles=100, packed=6)
    one, other = ledger.schools
    wrong = list(poison.wrong_events(ledger))
    town.put(
        *poison.messages(ledger),
        *(poison.mixed(ledger, other, event) for event in wrong),
        poison.filled(ledger, one),
        poison.largest_good(ledger, one),
    )
    for school in ledger.schools * 5:
        ledger.be_refused(school)
    ledger.send(singles=100, packed=6)
    town.settle()
    letters = town.reader.letters()
    found = town.count(ledger, letters, name="poison")
    town.reader.remove(letters)
    assert found.dead == len(ledger.strange)
    assert (found.refused, found.both) == (10, 0)
    assert all(letter.attributes["reason"] for letter in letters if len(letter.body) < NEARLY_FULL)
    codes = Counter(letter.attributes.get("reason_code") for letter in letters)
    assert codes == {
        "unreadable": 7,
        "wrong_task": 1,
        "no_school": 6,
        "no_actor": 1,
        "invalid": 8,
        "not_allowed": 2,
        None: 1,  # so large that a reason beside it would not fit
    }


def test_a_table_that_refuses_for_longer_than_a_message_is_hidden_burns_no_receive(
    town: Town,
) -> None:
    ledger = town.schools()
    half = it.HalfDone(town.secret_of)
    with ledger.sending(singles=150, packed=10):
        with town.proxy.doing(Rule("DynamoDB.*", it.any_of(REFUSING))):
            time.sleep(1.5 * VISIBILITY)
        troubled = [*REFUSING, it.cut, it.unheard, it.silent]
        with town.proxy.doing(
            Rule("DynamoDB.BatchWriteItem", half, share=0.4),
            Rule("DynamoDB.*", it.any_of(troubled), share=0.6),
        ):
            time.sleep(VISIBILITY)
    town.settle()
    found = town.count(ledger, name="throttling and errors")
    assert (found.dead, found.both) == (0, 0)
    assert set(town.proxy.receives) == {1}
    assert town.proxy.met["DynamoDB.BatchWriteItem"] > 10


def test_a_queue_that_loses_calls_and_answers(town: Town) -> None:
    ledger = town.schools()
    busy = [*QUEUE_TROUBLE, it.queue_throttled]
    with town.proxy.doing(
        Rule("SQS.ReceiveMessage", it.silent, times=4),  # every poller waits out its timeout
        Rule("SQS.ReceiveMessage", it.any_of([*busy, it.over_limit]), share=0.2),
        Rule("SQS.DeleteMessageBatch", it.any_of(busy), share=0.5),
        Rule("SQS.ChangeMessageVisibilityBatch", it.any_of(busy), share=0.3),
        Rule("SQS.SendMessage.*", it.any_of(busy), share=0.2),
    ):
        wrong = [poison.mixed(ledger, ledger.schools[0], e) for e in poison.wrong_events(ledger)]
        town.put(*wrong)
        ledger.send(singles=80, packed=8)
        town.settle()
    town.count(ledger, name="a queue that loses calls and answers")
    for call in ("ReceiveMessage", "DeleteMessageBatch", "SendMessageBatch"):
        assert town.proxy.met[f"SQS.{call}"] > 3


def test_messages_stay_hidden_while_a_slow_table_takes_longer_than_that(town: Town) -> None:
    ledger = town.schools()
    with town.proxy.doing(Rule("DynamoDB.BatchWriteItem", it.slow(6))):
        ledger.send(singles=0, packed=3)  # twelve calls by four writers
        sent = time.monotonic()
        town.settle()
    assert time.monotonic() - sent > VISIBILITY
    found = town.count(ledger, name="a slow table")
    assert (found.dead, found.both) == (0, 0)
    assert set(town.proxy.receives) == {1}
    assert town.proxy.calls["SQS.ChangeMessageVisibilityBatch"] > 0


def test_a_restart_of_all_of_aws_in_the_middle(town: Town) -> None:
    ledger = town.schools()
    with ledger.sending(singles=250, packed=10):
        ledger.send(singles=20, packed=4)
        town.restart()
        ledger.send(singles=20, packed=4)
    town.settle()
    town.count(ledger, name="a restart of AWS")
