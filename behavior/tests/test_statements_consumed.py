"""Messages of statements, on the worker of their queue and on a stock one, and as letters."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from behavior import rules, services
from behavior.domain import Event, Refusal
from behavior.rules import letters
from behavior.tests.deliveries import NOW, message, sent, stored
from behavior.tests.stating import UUID4, statement
from behavior.tests.test_consumer import CONSUMER, STOCK, Aws, consumer, until
from luca.aws import queue
from luca.kernel import clock, context
from luca.kernel.errors import FieldError
from luca.kernel.ids import SchoolId, StudentId
from tenants import services as tenants
from tenants.domain import School, Student

if TYPE_CHECKING:
    from pathlib import Path

OF_2021 = "2021-11-29T23:09:00.867Z"


@pytest.mark.slow
@pytest.mark.parametrize(
    "worker",
    [pytest.param(CONSUMER, id="bulk"), pytest.param(STOCK, id="stock", marks=pytest.mark.slow)],
)
def test_either_worker_stores_what_the_api_took_and_what_an_operator_loads(
    aws: Aws, school: str, tmp_path: Path, worker: tuple[str, ...]
) -> None:
    tenants.create_school(School(SchoolId(school), "Liceo"))
    tenants.add_students([Student(StudentId("ana"), "Ana")])
    at = clock.stamp(NOW)
    body = json.dumps([statement(id=UUID4, timestamp=at), statement(timestamp=at)]).encode()
    past = json.dumps(statement(id=UUID4, timestamp=OF_2021)).encode()
    url = queue.url("behavior")
    with consumer(aws, tmp_path / "log", *worker, LUCA_TASKS_QUEUE_URL=url):
        with context.entered(school=school, actor="ana", groups=frozenset({"student"})):
            ids = services.accept_statements(services.read_statements(body))
            services.accept_statements(services.read_statements(body), "again")
        services.backfill_statements([past])
        until(lambda: len(stored()) == 4, 90)
    assert {(one.at, one.id) for one in stored()} >= {(OF_2021, UUID4), *((at, one) for one in ids)}
    assert {one.type for one in stored()} == {"video_played"}


def test_a_letter_keeps_the_mark_and_the_ids(school: str) -> None:
    text = message(
        sent(event_id=UUID4), sent(type="page_view"), school=school, marks=("statements",)
    ).body
    before = rules.opened(text)
    assert isinstance(before, rules.Parcel)
    why = Refusal((FieldError("student", "Is not a student you may record for."),))
    (letter,) = letters.by_reason(text, before, {0: why, 1: why}, clock.stamp(NOW))
    after = rules.opened(letter.body)
    assert isinstance(after, rules.Parcel)
    assert after.origin.statements
    kept = [(one.at, one.key, one.digest) for one in after.events if isinstance(one, Event)]
    assert kept == [
        (one.at, one.key, one.digest) for one in before.events if isinstance(one, Event)
    ]
    assert len(kept) == 2
