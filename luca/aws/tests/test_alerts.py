"""Alerts reach the topic, and a topic that cannot be told stops nobody's work."""

import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import pytest
from django.conf import settings

from luca.aws import alerts, clients
from luca.kernel import context
from luca.localaws.calls import NotUnderstood, sns
from luca.localaws.deployment import DEPLOY
from luca.localaws.home import Home
from luca.localaws.sigv4 import Request

if TYPE_CHECKING:
    from luca.localaws.embedded import Embedded

Role = Callable[[str], AbstractContextManager[None]]
FORM = "application/x-www-form-urlencoded; charset=utf-8"


@pytest.fixture
def told(aws: "Embedded", school: str) -> Callable[[], list[dict[str, Any]]]:
    """What an operator reads in the home's file about this test's school."""

    def read() -> list[dict[str, Any]]:
        file = Home(aws.home).alerts
        lines = file.read_text().splitlines() if file.exists() else []
        found = [json.loads(line) for line in lines]
        return [one for one in found if json.loads(one["message"])["school_id"] == school]

    return read


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, dict[str, str]]]:
    found: list[tuple[str, dict[str, str]]] = []
    logger = alerts.logger
    monkeypatch.setattr(logger, "error", lambda event, **more: found.append((event, more)))
    return found


@pytest.mark.parametrize(
    ("topic", "name"), [("compliance", "luca-compliance"), ("alerts", "luca-ops-alerts")]
)
def test_a_worker_tells_both_topics(
    topic: str,
    name: str,
    school: str,
    acting_as: Role,
    told: Callable[[], list[dict[str, Any]]],
) -> None:
    with acting_as("worker"), context.entered(school=school, correlation_id="c-1"):
        assert alerts.publish(topic, "Two records drifted", {"run": "r1", "drifted": 2})

    (one,) = told()
    assert one["topic"] == name
    assert one["subject"] == "Two records drifted"
    message = json.loads(one["message"])
    assert message.pop("at") >= one["at"][:10]
    assert message == {"run": "r1", "drifted": 2, "school_id": school, "correlation_id": "c-1"}


def test_the_api_may_say_that_somebody_must_act_and_nothing_about_compliance(
    acting_as: Role,
    told: Callable[[], list[dict[str, Any]]],
    lines: list[tuple[str, dict[str, str]]],
) -> None:
    with acting_as("api"):
        assert alerts.publish("alerts", "Paused", {"reason": "operator"})
        assert not alerts.publish("compliance", "Balanced", {})

    assert [one["topic"] for one in told()] == ["luca-ops-alerts"]
    assert lines == [("alert_not_published", {"part": "compliance", "error": "ClientError"})]


def test_a_topic_that_is_not_there_stops_no_work(
    told: Callable[[], list[dict[str, Any]]],
    lines: list[tuple[str, dict[str, str]]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(settings.TOPICS, "alerts", "")

    assert not alerts.publish("alerts", "Paused", {})
    assert not alerts.publish("nowhere", "Paused", {})
    assert not alerts.publish("compliance", "Too long", {"file": "x" * alerts.LARGEST})
    assert told() == []
    assert [event for event, _ in lines] == ["alert_not_published"] * 3


@pytest.mark.usefixtures("aws")
def test_an_sns_that_does_not_answer_stops_no_work(
    lines: list[tuple[str, dict[str, str]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    clients.sns.cache_clear()
    try:
        assert not alerts.publish("alerts", "Paused", {"run": "r1"})
    finally:
        clients.sns.cache_clear()
    assert lines == [
        ("alert_not_published", {"part": "alerts", "error": "EndpointConnectionError"})
    ]


def test_a_subject_of_any_text_is_one_that_sns_takes(
    told: Callable[[], list[dict[str, Any]]],
) -> None:
    assert alerts.publish("alerts", "Sincronización " + "x" * 200, {})
    (one,) = told()
    assert one["subject"].startswith("Sincronizaci?n x")
    assert len(one["subject"]) == alerts.LONGEST_SUBJECT


def test_the_file_of_alerts_is_for_its_owner_only(
    aws: "Embedded", told: Callable[[], list[dict[str, Any]]]
) -> None:
    alerts.publish("alerts", "Paused", {})
    assert told()
    assert Home(aws.home).alerts.stat().st_mode & 0o777 == 0o600


def test_every_topic_of_the_settings_is_deployed_and_the_other_way_round() -> None:
    deployed = json.loads((DEPLOY / "topics.json").read_text())
    assert {one["purpose"] for one in deployed.values()} == set(settings.TOPICS)


TOPIC = "arn:aws:sns:us-east-1:000000000000:luca-ops-alerts"
PLAIN = {"Action": "Publish", "Version": "2010-03-31", "TopicArn": TOPIC, "Message": "m"}


def asked(body: bytes, **changes: Any) -> Request:
    whole = {"method": "POST", "path": "/", "raw_path": "/", "query": "", **changes}
    return Request(headers={"content-type": FORM}, body=body, **whole)


def test_the_guard_reads_a_plain_publish() -> None:
    (one,) = sns.checks(asked(urlencode(PLAIN).encode()))
    assert (one.action, one.resource) == ("sns:Publish", TOPIC)


@pytest.mark.parametrize(
    "request_",
    [
        asked(urlencode([*PLAIN.items(), ("TopicArn", TOPIC + "x")]).encode()),
        asked(urlencode({**PLAIN, "TargetArn": TOPIC}).encode()),
        asked(urlencode({**PLAIN, "TopicArn": TOPIC.replace("000", "111", 1)}).encode()),
        asked(urlencode({**PLAIN, "Action": "Subscribe"}).encode()),
        asked(urlencode(PLAIN).encode(), query="Action=Subscribe"),
        asked(urlencode(PLAIN).encode(), path="/other"),
        asked(urlencode({**PLAIN, "MessageStructure": "json"}).encode()),
    ],
    ids=["twice", "target", "account", "operation", "query", "path", "structure"],
)
def test_the_guard_does_not_guess_what_a_form_means(request_: Request) -> None:
    with pytest.raises(NotUnderstood):
        list(sns.checks(request_))
