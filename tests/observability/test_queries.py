"""The saved queries answer what they are for, over lines that the code has really written."""

import json
import time
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError
from django.test import Client

from behavior.consumer.upkeep import Upkeep
from behavior.services import Tally
from grades.repository import nights
from grades.tests.cast import ADA, BLAS, given
from grades.tests.test_nights import worked
from luca.api.tests.conftest import bearer
from luca.aws import refusals
from luca.aws.table import TenantItem
from luca.kernel import context
from luca.kernel.ids import SchoolId
from luca.privacy.signals import EVENTS, FIELDS, METRICS
from tests.observability import insights
from tests.observability.conftest import Stage

ROOT = Path(__file__).parents[2]
QUERIES: dict[str, Any] = json.loads((ROOT / "deploy" / "log_queries.json").read_text())
EVERYWHERE = {
    *("@timestamp", "timestamp", "level", "event", "service", "tenant_id"),
    *("correlation_id", "trace_id"),
}


@pytest.mark.parametrize("name", QUERIES)
def test_a_query_reads_fields_that_lines_have(name: str) -> None:
    """FIELDS, EVENTS and METRICS are what the code logs: tests/privacy/test_coverage.py."""
    one = QUERIES[name]
    assert one.keys() == {"means", "services", "query"}
    assert set(one["services"]) <= {"api", "worker", "consumer", "lake"}
    assert insights.names(one["query"]) <= EVERYWHERE | FIELDS.keys() | METRICS.keys() | {"task"}


@pytest.mark.parametrize("name", QUERIES)
def test_a_query_asks_for_events_that_are_logged(name: str) -> None:
    text = " ".join(QUERIES[name]["query"])
    chosen = {"consolidation_done", "consolidation_interrupted", "task_failed"}
    asked = [
        one for part in text.split("event in [")[1:] for one in part.split("]")[0].split('"')[1::2]
    ]
    asked += [part.split('"')[0] for part in text.split('event = "')[1:]]
    assert set(asked) <= EVENTS | chosen


@pytest.fixture
def scene(
    stage: Stage,
    north: str,
    sent: object,  # noqa: ARG001 -- it must run
    api: Client,
    monkeypatch: pytest.MonkeyPatch,
) -> list[dict[str, Any]]:
    """A day: two nights, one broken; late events; requests slow, broken and refused by AWS."""
    stage.service("worker")
    two_nights(north, monkeypatch)
    stage.service("consumer")
    upkeep = Upkeep("behavior")
    upkeep.count({north: Tally(received=9, stored=8, rejected=1, lag=12.5)})
    upkeep._report()

    stage.service("api")
    mine = bearer(**{"custom:school_id": north})
    api.get("/students/ada", headers=mine)
    api.get("/fail", headers={**mine, "X-Correlation-ID": "the-broken-one"})
    with monkeypatch.context() as patched:
        patched.setattr("luca.api.middleware._limit", lambda _request: time.sleep(0.125))
        api.get("/who", headers=bearer(**{"custom:school_id": "south"}))
    with context.entered(school=north, correlation_id="the-refused-one"):
        with pytest.raises(ClientError):
            anothers()
        refusals.note("sqs", "SendMessage", "ThrottlingException")
    return stage.lines()


def two_nights(north: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with context.entered(school=north):
        given(ADA)
        given(BLAS)
    nights.claim(SchoolId(north), "2026-11-21")
    worked(north, night="2026-11-21")
    nights.claim(SchoolId(north), "2026-11-22")
    with monkeypatch.context() as patched, pytest.raises(RuntimeError):
        patched.setattr("grades.services.background.consolidate_and_go_on", broken)
        worked(north, night="2026-11-22")


def broken(*_: Any, **__: Any) -> Any:
    raise RuntimeError("of somebody with a name")


def anothers() -> None:
    """What no session of a school may read."""
    key = {"PK": {"S": "TENANT#south#STUDENT#ada"}, "SK": {"S": "PROFILE"}}
    connection = TenantItem._get_connection().connection
    connection._make_api_call("GetItem", {"TableName": "luca-platform", "Key": key})


def answers(name: str, scene: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return insights.ask(QUERIES[name]["query"], scene)


def test_questions_about_requests_are_answered_from_the_lines_of_a_day(
    scene: list[dict[str, Any]], north: str
) -> None:
    found = answers("Luca-Errors-By-Tenant", scene)
    errors = {(one["tenant_id"], one["event"]): one["errors"] for one in found}
    assert errors[north, "aws_access_denied"] == 1
    assert errors[north, "task_failed"] == 1
    assert errors[north, "request"] == 1  # the 500

    slow = answers("Luca-Slow-Requests", scene)
    assert [(one["route"], one["tenant_id"]) for one in slow][-1] == ("who", "south")
    assert "who" in {one["route"] for one in answers("Luca-Latency-By-Route", scene)}
    schools = {one["tenant_id"]: one for one in answers("Luca-Requests-By-School", scene)}
    assert (schools[north]["requests"], schools[north]["worst"]) == (2, 500)
    assert schools["south"]["requests"] == 1

    (denied,) = answers("Luca-Denials", scene)
    assert (denied["tenant_id"], denied["part"], denied["call"]) == (north, "dynamodb", "GetItem")
    (throttled,) = answers("Luca-Throttles", scene)
    assert (throttled["part"], throttled["times"]) == ("sqs", 1)


def test_questions_about_nights_and_events_are_answered_too(
    scene: list[dict[str, Any]], north: str
) -> None:
    latencies = answers("Luca-Grade-Latency", scene)
    assert sum(one["grades"] for one in latencies) == 3
    assert all(0 < one["p95"] <= one["p99"] for one in latencies)

    (late,) = answers("Luca-Event-Lag", scene)
    assert (late["tenant_id"], late["seconds"]) == (north, 12.5)
    assert (late["stored"], late["rejected"]) == (8, 1)

    night = {one["event"]: one for one in answers("Luca-Nights", scene)}
    assert night.keys() >= {"consolidation_done", "night_failed"}
    assert night["consolidation_done"]["written"] == 3
    lost = {one["event"]: one for one in answers("Luca-Dead-Letters", scene)}
    assert lost["task_failed"]["task"] == "grades.consolidate"


def test_one_correlation_id_leads_through_all_that_a_request_caused(
    scene: list[dict[str, Any]],
) -> None:
    query = [
        line.replace("PUT-THE-ID-HERE", "the-broken-one")
        for line in QUERIES["Luca-One-Correlation-Id"]["query"]
    ]
    events = [one["event"] for one in insights.ask(query, scene)]
    assert {"unhandled_error", "request", "metric"} <= set(events)
    assert all(one["correlation_id"] != "the-refused-one" for one in insights.ask(query, scene))


def test_what_the_reader_was_not_taught_is_refused() -> None:
    with pytest.raises(insights.NotUnderstood):
        insights.ask(["parse @message 'x'"], [])
