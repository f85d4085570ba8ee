"""A stock Celery worker, kombu's own SQS consumer, runs what either front wrote."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest

from behavior import services
from behavior.domain import EventId
from behavior.tests.deliveries import sent, stored
from behavior.tests.gateway import Request
from behavior.tests.test_consumer import STOCK, consumer, until
from luca.aws import clients, queue
from luca.kernel import clock, context
from luca.kernel.ids import uuid7

if TYPE_CHECKING:
    from pathlib import Path

    from behavior.domain import Event
    from behavior.tests.gateway import Gateway
    from behavior.tests.test_consumer import Aws

KEY = "lesson-7"
NOTE = {"note": "\"quotes\" 'n' \\ backslashes\nñ 👩🏽‍🏫 \u2028 $context.requestId #set($x = 1)"}


def what_is_said(found: list[Event]) -> list[Event]:
    """Without what depends on the school and the moment: the ids that it made, the receipt."""
    bare = [replace(one, id=EventId(""), at="", received="", ttl=0) for one in found]
    return sorted(bare, key=lambda one: one.type)


@pytest.mark.slow
def test_a_stock_worker_stores_the_same_of_both_fronts(
    aws: Aws, gateway: Gateway, school: str, tmp_path: Path
) -> None:
    """One school sends through the API, one through API Gateway, and one the same to both."""
    own, both, log = uuid7(), f"{school}-both", tmp_path / "log"
    events = [
        sent(metadata=NOTE, event_id=own, time=clock.stamp(clock.now())),
        sent(type="quiz_completed", quantity=3, school_id="other", backfill=True),
        sent(type="resource_viewed", metadata={"deep": [{"a": 0.1}], "large": "x" * 8000}),
    ]
    body = json.dumps(events, ensure_ascii=False).encode()
    url = queue.url("behavior")
    with consumer(aws, log, *STOCK, LUCA_TASKS_QUEUE_URL=url, LUCA_SERVICE="worker"):
        for place in (school, both):
            with context.entered(school=place, actor="ana", groups=frozenset({"student"})):
                services.accept(body, request_id=KEY)
        for place in (f"{school}-aws", both):
            send(gateway.form(asked(place, body)))
        until(lambda: all(len(in_school(one)) == 3 for one in schools(school)), 120)
        until(lambda: log.read_text().count("task_done") >= 4, 120)

    api, front, twice = (in_school(one) for one in schools(school))
    assert what_is_said(front) == what_is_said(api) == what_is_said(twice)
    assert {own} == {one.id for one in front} & {one.id for one in api}
    assert json.loads(next(one.metadata for one in front if one.id == own)) == NOTE
    assert "task_failed" not in log.read_text()


def schools(school: str) -> tuple[str, str, str]:
    return school, f"{school}-aws", f"{school}-both"


def in_school(school: str) -> list[Event]:
    with context.entered(school=school):
        return stored()


def asked(school: str, body: bytes) -> Request:
    claims = {
        "custom:school_id": school,
        "custom:person_id": "ana",
        "cognito:groups": "[student, teacher]",
    }
    return Request(body, claims, {"Idempotency-Key": KEY}, id=str(uuid4()))


def send(form: dict[str, str]) -> None:
    """Do as the integration does: this form, to this queue."""
    assert form.keys() == {"Action", "Version", "MessageGroupId", "MessageBody"}
    clients.sqs().send_message(
        QueueUrl=queue.url("behavior"),
        MessageGroupId=form["MessageGroupId"],
        MessageBody=form["MessageBody"],
    )
