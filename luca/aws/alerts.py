"""Telling people that they are needed: the SNS topics of deploy/topics.json.

A message is JSON and says which school, when, and under which correlation id; besides, the facts
that the caller gives: ids, states and counts, never a name, a CURP or an address. It is told once
and best effort. What must not be lost stands in the ledger or in a dead letter first.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError
from django.conf import settings

from luca.aws import clients
from luca.kernel import clock, context
from luca.telemetry import log, metric

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    Fact = str | int | float | bool | None | Sequence[str] | Mapping[str, int]

LONGEST_SUBJECT = 100  # characters, and ASCII ones; SNS's limit
LARGEST = 200_000  # bytes; SNS takes 256 KB with what stands beside it
logger = log(__name__)


def publish(topic: str, subject: str, facts: Mapping[str, Fact]) -> bool:
    """Tell a topic (a key of settings.TOPICS); False if it could not be told.

    It never raises: the work that has something to report goes on. That
    nobody was told is logged and counted.
    """
    try:
        clients.sns().publish(
            TopicArn=settings.TOPICS[topic],
            Subject=subject.encode("ascii", "replace").decode()[:LONGEST_SUBJECT],
            Message=_message(facts),
            MessageAttributes=_attributes(),
        )
    except (BotoCoreError, ClientError, KeyError, TypeError, ValueError) as error:
        logger.error("alert_not_published", part=topic, error=type(error).__name__)  # noqa: TRY400 -- its message may quote the facts
        metric("AlertsNotPublished")
        return False
    logger.info("alert_published", part=topic)
    metric("AlertsPublished")
    return True


def _message(facts: Mapping[str, Fact]) -> str:
    here = context.current()
    text = json.dumps(
        {
            **facts,
            "school_id": here.school or "",
            "correlation_id": here.correlation_id,
            "at": clock.stamp(clock.now()),
        }
    )
    if len(text) > LARGEST:
        raise ValueError("An alert names the cause; lists belong into a file.")
    return text


def _attributes() -> dict[str, dict[str, str]]:
    """What a subscription can filter by, so that a school's people hear of their school only."""
    school = context.current().school
    return {"school_id": {"DataType": "String", "StringValue": school}} if school else {}
