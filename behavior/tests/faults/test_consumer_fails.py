"""The consumer is killed, told to end, and locked out of a school; every event is counted."""

from __future__ import annotations

import json
import random
import time
from contextlib import contextmanager
from io import StringIO
from typing import TYPE_CHECKING, Any

import pytest
from django.core.management import call_command

from behavior.tests.faults import happenings as it
from behavior.tests.faults.proxy import Rule
from behavior.tests.faults.town import until
from luca.aws.tests import redelivery

if TYPE_CHECKING:
    from collections.abc import Iterator

    from behavior.tests.faults.town import Town

pytestmark = pytest.mark.slow

KILLS, HIDDEN = 10, 6  # times; seconds, so that three may die over the same message


def test_a_consumer_that_is_killed_ten_times_under_load(town: Town) -> None:
    """Ten die within a minute, and messages are hidden for seconds only: some die over the same.

    The queue gives those messages up and knows no reason; most of their events are stored, for
    their consumers died between the write and the deletion. A plain redrive brings all back.
    """
    ledger = town.schools()
    dice = random.Random(5)  # noqa: S311 -- the same luck each time
    ledger.send(singles=100, packed=10)
    with (
        town.proxy.doing(Rule("DynamoDB.BatchWriteItem", it.slow(0.2))),  # the load outlasts them
        redelivery.soon(town.reader.sqs, HIDDEN),
    ):
        for _ in range(KILLS):
            with ledger.sending(singles=40, packed=3), town.consumer() as consumer:
                until(lambda: town.in_work() > 0)
                time.sleep(dice.uniform(0, 0.8))
                consumer.kill()
    with town.consumer():
        town.settle()
        letters = town.reader.letters()
        town.count(ledger, letters, name="ten kills")
        assert all(letter.attributes == {} for letter in letters)
        town.reader.move(letters)
        town.settle()
    found = town.count(ledger, name="ten kills and a plain redrive")
    assert (found.dead, found.both) == (0, 0)
    assert town.proxy.receives[2] > 0  # there was something in hand when they died


def test_a_consumer_that_is_told_to_end_under_load_stores_what_it_has(town: Town) -> None:
    ledger = town.schools()
    slow = Rule("DynamoDB.BatchWriteItem", it.slow(0.2))
    with town.proxy.doing(slow), ledger.sending(singles=150, packed=10):
        with town.consumer() as consumer:
            until(lambda: town.in_work() > 0)
            assert consumer.drain() == 0
        assert town.in_work() == 0  # nothing is held back from the next one
    with town.consumer():
        town.settle()
    found = town.count(ledger, name="told to end under load")
    assert (found.dead, found.both) == (0, 0)
    assert set(town.proxy.receives) == {1}


def test_schools_whose_credentials_are_refused_harm_no_other(town: Town) -> None:
    ledger = town.schools(4)
    untrusted, forbidden = ledger.schools[:2]
    ledger.send(singles=20, packed=2)
    locked = {
        mark for mark, said in ledger.said.items() if said["school"] in {untrusted, forbidden}
    }
    with town.consumer():
        with (
            denied(town, "trust-tenant.json", "aws:RequestTag/school_id", untrusted),
            denied(town, "tenant.json", "aws:PrincipalTag/school_id", forbidden),
        ):
            town.settle()
            assert town.reader.stored().keys() & ledger.sent == ledger.sent - locked
            letters = town.reader.letters()
            assert {mark for letter in letters for mark in letter.marks} == locked
            assert {letter.attributes["reason_code"] for letter in letters} == {"not_stored"}
        town.reader.put_back(letters)
        call_command(
            "behavior", "redrive", reason="not_stored", no_progress=True, stdout=StringIO()
        )
        town.settle()
    found = town.count(ledger, name="credentials refused, then cured")
    assert (found.dead, found.both) == (0, 0)


@contextmanager
def denied(town: Town, file: str, key: str, school: str) -> Iterator[None]:
    """Have a policy deny one school everything, for as long as a block runs."""
    path = town.deploy / "policies" / file
    before = path.read_text()
    document = json.loads(before)
    document["Statement"].append(_denial(key, school, trust=file.startswith("trust")))
    path.write_text(json.dumps(document))
    try:
        yield
    finally:
        path.write_text(before)


def _denial(key: str, school: str, *, trust: bool) -> dict[str, Any]:
    statement = {"Effect": "Deny", "Condition": {"StringEquals": {key: school}}}
    if trust:
        return {**statement, "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}
    return {**statement, "Resource": "*", "Action": "dynamodb:*"}
