"""What people, nights and outages do that raises alarms, played by Luca's own code."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import ClientError

from behavior.consumer.upkeep import Upkeep
from behavior.services import Tally
from govsync import pace
from govsync.domain import HoldReason, Risk
from govsync.services import foreseeing, holding
from grades import services as grades
from grades.domain import NightState
from grades.repository import evaluations, nights
from grades.services.consolidation.report import Did, Report
from grades.tests.cast import ADA, given
from grades.tests.test_nights import TWO_IN_MEXICO, worked
from luca.api.tests.conftest import bearer
from luca.aws import alerts, looks, refusals
from luca.aws.table import TenantItem
from luca.kernel import clock
from tests.observability.conftest import Stage

NOON = datetime(2026, 11, 21, 18, 0, tzinfo=UTC)
OURS = "Luca/Platform"


class World:
    """What a scene may use."""

    def __init__(self, stage: Stage, request: pytest.FixtureRequest) -> None:
        self.stage, self._request = stage, request
        self.patch: pytest.MonkeyPatch = request.getfixturevalue("monkeypatch")

    def use(self, fixture: str) -> Any:
        return self._request.getfixturevalue(fixture)


def ago(minutes: float) -> Any:
    """In the past of NOON, from where alarms are judged."""
    return clock.stopped(NOON - timedelta(minutes=minutes))


def slow_requests(world: World) -> None:
    api = world.use("api")
    world.patch.setattr("luca.api.middleware._limit", lambda _request: time.sleep(0.121))
    for minutes in (7, 2):
        with ago(minutes):
            for _ in range(20):
                api.get("/students/ada", headers=bearer())


def broken_requests(world: World) -> None:
    api = world.use("api")
    with ago(2):
        for _ in range(60):
            api.get("/students/ada", headers=bearer())
        api.get("/fail", headers=bearer())


def a_school_asks_for_anothers(world: World) -> None:
    world.use("school")
    world.stage.service("api")
    with ago(2), pytest.raises(ClientError, match="AccessDenied"):
        TenantItem._get_connection().connection._make_api_call(
            "GetItem",
            {
                "TableName": "luca-platform",
                "Key": {"PK": {"S": "TENANT#south#STUDENT#ada"}, "SK": {"S": "PROFILE"}},
            },
        )


def aws_asks_to_slow_down(world: World) -> None:
    world.stage.service("worker")
    for minutes in (7, 2):
        with ago(minutes):
            for _ in range(50):
                refusals.note("dynamodb", "PutItem", "ThrottlingException")


def a_look_is_lost(world: World) -> None:
    world.stage.service("api")

    def broken() -> None:
        raise RuntimeError("the store is away")

    with ago(2):
        looks.Looks().note(("north", "ada", "bob", "profile"), broken)


def events_come_late(world: World) -> None:
    world.stage.service("consumer")
    for minute in range(5):
        with ago(minute + 0.5):
            upkeep = Upkeep("behavior")
            upkeep.count({"north": Tally(received=3, stored=3, lag=301.0)})
            upkeep._report()


def a_night_is_missing(world: World) -> None:
    world.use("alone")
    world.use("sent")
    world.stage.service("worker")
    with clock.stopped(TWO_IN_MEXICO):
        grades.nightly()
    with ago(2):
        grades.nightly()


def a_night_fails(world: World) -> None:
    school = world.use("north")
    world.use("sent")
    world.stage.service("worker")
    with ago(2):
        given(ADA)
        nights.claim(school, "2026-11-21")
        with world.patch.context() as patched:
            patched.setattr(evaluations, "of_course", lambda *_: 1 / 0)
            worked(school, night="2026-11-21")
        assert nights.last(school, 1)[0].state is NightState.FAILED


def many_are_left(world: World) -> None:
    world.stage.service("worker")
    report = Report(None, close=False)
    report.counts[Did.LEFT] = 50
    with ago(2):
        report.publish()


def held(reason: HoldReason) -> Callable[[World], None]:
    def play(world: World) -> None:
        world.use("school")
        world.stage.service("worker")
        with ago(2):
            holding.hold(reason)

    return play


def the_authority_is_down(world: World) -> None:
    world.use("aws")
    world.stage.service("worker")
    with ago(2):
        pace.note(failed=False)
        for _ in range(pace.FAILURES):
            pace.note(failed=True)
        pace.note(failed=False)


def a_deadline_is_at_risk(world: World) -> None:
    world.stage.service("worker")
    found: Any = SimpleNamespace(run=SimpleNamespace(id="r1"), left=9)
    likely = SimpleNamespace(at_risk=True, overdue=False, safe=False)
    world.patch.setattr(foreseeing, "forecast", lambda _: likely)
    world.patch.setattr("govsync.services.foreseeing.runs.risk", lambda _: Risk.AT_RISK)
    with ago(2):
        foreseeing._looked_at(found)


def nobody_can_be_told(world: World) -> None:
    world.stage.service("worker")
    world.stage.settings.TOPICS = {}
    with ago(2):
        assert not alerts.publish("alerts", "Luca", {"run": "r1"})


def nobody_looks(world: World) -> None:
    """Silence is the condition."""


PLAYED: dict[str, Callable[[World], None]] = {
    "p95-latency": slow_requests,
    "error-rate": broken_requests,
    "access-denied": a_school_asks_for_anothers,
    "aws-throttled": aws_asks_to_slow_down,
    "audit-looks-lost": a_look_is_lost,
    "events-late": events_come_late,
    "consolidation-missing": a_night_is_missing,
    "night-overdue": a_night_is_missing,
    "night-failed": a_night_fails,
    "grades-failed": a_night_fails,
    "grades-left": many_are_left,
    "nights-not-looked-for": nobody_looks,
    "sync-held": held(HoldReason.UNAUTHORIZED),
    "sync-held-misdirected": held(HoldReason.MISDIRECTED),
    "sync-held-all-rejected": held(HoldReason.EVERYTHING_REJECTED),
    "sync-authority-down": the_authority_is_down,
    "sync-deadline-at-risk": a_deadline_is_at_risk,
    "sync-alerts-not-published": nobody_can_be_told,
}
