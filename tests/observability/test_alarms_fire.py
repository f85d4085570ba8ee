"""Each alarm's condition is brought about, its metric is seen, and it is raised.

PLAYED are scenes of the code itself: a slow request, a night that fails, a call that AWS refuses.
QUEUED put real messages on the embedded AWS's queues, and its own report is judged. For whatever
is left the metric is emitted by the door that all code uses; that code does so under that name is
tests/privacy/test_coverage.py's to prove. BY_AWS are figures that no emulator has.
"""

import json
import time
from dataclasses import replace
from typing import Any

import boto3
import pytest

from grades import services as grades
from luca.api.tests.conftest import bearer
from luca.localaws.eyes import aws as emulated
from luca.localaws.eyes.alarms import Alarm, judge
from luca.localaws.eyes.points import Points
from luca.localaws.home import Home
from luca.telemetry import metric
from tests.observability.conftest import ALARMS, Stage
from tests.observability.scenes import NOON, OURS, PLAYED, World, ago

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
    deadline = time.monotonic() + 120
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
