"""Each alarm's condition is brought about, its metric is seen, and it is raised.

PLAYED are scenes of the code itself: a slow request, a night that fails, a call that AWS refuses.
QUEUED put real messages on the embedded AWS's queues, and its own report is judged. For whatever
is left the metric is emitted by the door that all code uses; that code does so under that name is
tests/privacy/test_coverage.py's to prove. BY_AWS are figures that no emulator has.
"""

import json
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import boto3
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
from luca.localaws.eyes import aws as emulated
from luca.localaws.eyes.alarms import Alarm, judge
from luca.localaws.eyes.points import Points
from luca.localaws.home import Home
from luca.telemetry import metric
from tests.observability.conftest import ALARMS, Stage

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
    given(ADA)
    with ago(2):
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
QUEUED = {
    key
    for key, one in ALARMS.items()
    if one.parts[0].of.namespace == "AWS/SQS"
    # Letters of AWS's pipes and of its Scheduler alone.
    and dict(one.parts[0].of.dimensions)["QueueName"] not in {"luca-lake-dlq", "luca-ticks-dlq"}
}
EMITTED = {
    key
    for key, one in ALARMS.items()
    if key not in PLAYED and {part.of.namespace for part in one.parts} == {OURS}
}
BY_AWS = ALARMS.keys() - PLAYED - QUEUED - EMITTED - {"step-function-failure"}


@pytest.mark.parametrize("key", PLAYED)
def test_a_scene_raises_its_alarm(key: str, stage: Stage, request: pytest.FixtureRequest) -> None:
    quiet = judge(ALARMS[key], Points(), NOON.timestamp()).raised
    assert quiet is (ALARMS[key].missing == "breaching"), "or the scene proves nothing"

    PLAYED[key](World(stage, request))

    found = stage.judged(key, NOON.timestamp())
    assert found.raised, found.values
    assert found.told or key == "nights-not-looked-for"


@pytest.mark.usefixtures("alone", "sent")
def test_looking_ends_the_alarm_that_nobody_looks(
    stage: Stage,
) -> None:
    stage.service("worker")
    with ago(2):
        grades.nightly()
    assert not stage.judged("nights-not-looked-for", NOON.timestamp()).raised


def test_requests_that_keep_the_promise_raise_nothing(
    stage: Stage, request: pytest.FixtureRequest
) -> None:
    api = request.getfixturevalue("api")
    for minutes in (7, 2):
        with ago(minutes):
            for _ in range(25):
                api.get("/students/ada", headers=bearer())
            api.get("/nowhere", headers=bearer())
    for key in ("p95-latency", "error-rate", "access-denied"):
        found = stage.judged(key, NOON.timestamp())
        assert not found.raised, found
        assert key == "access-denied" or found.told


@pytest.mark.parametrize("key", sorted(EMITTED))
def test_an_alarm_is_raised_by_what_the_code_emits(key: str, stage: Stage) -> None:
    alarm = ALARMS[key]
    (part,) = alarm.parts
    named = dict(part.of.dimensions)
    stage.service(named.pop("service"))
    assert not stage.judged(key, NOON.timestamp()).raised
    for number in range(alarm.periods):
        with ago((number + 0.5) * alarm.period / 60):
            metric(part.of.name, alarm.threshold, **named)
    assert stage.judged(key, NOON.timestamp()).raised


def figures(aws: Any, alarm: Alarm) -> Points:
    points = Points()
    client = emulated.cloudwatch(Home(aws.home))
    emulated.ask(client, {part.of for part in alarm.parts}, points, time.time())
    return points


def seconds_of_age(alarm: Alarm) -> Alarm:
    """The same rule with a second for its minutes: a message cannot be sent into the past."""
    return replace(alarm, threshold=1) if "Age" in alarm.parts[0].of.name else alarm


@pytest.mark.parametrize("key", sorted(QUEUED))
def test_messages_on_a_real_queue_raise_the_alarms_of_queues(
    key: str, aws: Any, every_queue: Any
) -> None:
    alarm = seconds_of_age(ALARMS[key])
    (part,) = alarm.parts
    name = dict(part.of.dimensions)["QueueName"]
    url = every_queue.get_queue_url(QueueName=name)["QueueUrl"]
    every_queue.purge_queue(QueueUrl=url)
    assert not judge(alarm, figures(aws, alarm), time.time()).raised

    wanted = 1 if "Age" in part.of.name else int(alarm.threshold) + 1
    for begin in range(0, wanted, 10):
        entries = [
            {"Id": str(n), "MessageBody": "x"} for n in range(begin, min(begin + 10, wanted))
        ]
        every_queue.send_message_batch(QueueUrl=url, Entries=entries)
    if "Age" in part.of.name:
        time.sleep(1.1)
    found = judge(alarm, figures(aws, alarm), time.time())
    every_queue.purge_queue(QueueUrl=url)
    assert found.raised, found.values


def operator(aws: Any) -> Any:
    """Step Functions as whoever deploys it asks."""
    keys = Home(aws.home).keys
    return boto3.client(
        "stepfunctions",
        endpoint_url=aws.endpoint,
        region_name="us-east-1",
        aws_access_key_id=keys["bootstrap_key"],
        aws_secret_access_key=keys["bootstrap_secret"],
    )


def test_an_execution_that_fails_raises_the_state_machines_alarm(
    aws: Any, every_queue: Any
) -> None:
    alarm = ALARMS["step-function-failure"]
    arns = {value for part in alarm.parts for _, value in part.of.dimensions}
    states = operator(aws)
    before = judge(alarm, figures(aws, alarm), time.time())
    run = {"school_id": "north", "correlation_id": "c-1", "call": {"run": "r1"}, "embed": {}}
    (arn,) = [one for one in arns if one.endswith(":luca-govsync")]
    begun = states.start_execution(stateMachineArn=arn, input=json.dumps(run))["executionArn"]
    url = every_queue.get_queue_url(QueueName="govsync-queue")["QueueUrl"]
    deadline = time.monotonic() + 30
    while (status := states.describe_execution(executionArn=begun)["status"]) == "RUNNING":
        assert time.monotonic() < deadline
        for one in every_queue.receive_message(QueueUrl=url, WaitTimeSeconds=1).get("Messages", []):
            every_queue.delete_message(QueueUrl=url, ReceiptHandle=one["ReceiptHandle"])
            token = json.loads(one["Body"])["headers"]["luca_task_token"]
            states.send_task_failure(taskToken=token, error="Gov.Broken", cause="a test")
    assert status == "FAILED"

    found = judge(alarm, figures(aws, alarm), time.time() + 1)
    assert found.raised
    assert (found.values[0] or 0) == (before.values[0] or 0) + 1


@pytest.mark.parametrize("key", sorted(BY_AWS))
def test_a_figure_that_only_aws_has_raises_its_alarm(key: str) -> None:
    """Pipes, streams, Scheduler, buckets, the table's throttling: the rule over AWS's figure."""
    alarm, points, now = ALARMS[key], Points(), NOON.timestamp()
    for number in range(alarm.periods):
        points.add(alarm.parts[0].of, now - (number + 0.5) * alarm.period, [alarm.threshold], "")
    assert judge(alarm, points, now).raised
    assert not judge(alarm, points, now + alarm.period * alarm.periods).raised


def test_every_alarm_is_brought_about() -> None:
    assert len(PLAYED) + len(QUEUED) + len(EMITTED) + len(BY_AWS) + 1 == len(ALARMS)
    assert not QUEUED & PLAYED.keys()
    assert len(BY_AWS) <= 12, BY_AWS
