"""What wakes an operator up is real: the code emits it, and a page says what to do."""

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from luca.privacy.signals import METRICS
from luca.telemetry.metrics import NAMESPACE

ROOT = Path(__file__).parents[1]


def each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """JSON's objects, of which none says one name twice: the last would silently win."""
    twice = [name for name, times in Counter(name for name, _ in pairs).items() if times > 1]
    if twice:
        raise ValueError(twice)
    return dict(pairs)


FILE = json.loads((ROOT / "deploy" / "alarms.json").read_text())
ALARMS: dict[str, dict[str, Any]] = FILE["alarms"]
FIELDS = {
    *("name", "comparison", "threshold"),
    *("period_seconds", "periods", "missing", "means", "do"),
}
WATCHED = {"metric", "dimensions", "statistic"}  # what an alarm, or each part of one, watches
STATISTIC = re.compile(r"Sum|Maximum|Average|p\d\d")
COMPARISONS = {"GreaterThanOrEqualToThreshold", "GreaterThanThreshold", "LessThanThreshold"}
BY_NAME = {  # operators know these two by names of their own
    "p95-latency": "Luca-P95-Latency-Alert",
    "step-function-failure": "Luca-StepFunction-Failure-Alert",
}
QUEUES = json.loads((ROOT / "deploy" / "queues.json").read_text())
SQS = "AWS/SQS"  # what SQS reports of queues by itself
OF_QUEUES = {"ApproximateAgeOfOldestMessage", "ApproximateNumberOfMessagesVisible"}
PIPES = json.loads((ROOT / "deploy" / "lake" / "pipes.json").read_text())
TICKS = json.loads((ROOT / "deploy" / "schedules.json").read_text())
DELIVERY = json.loads((ROOT / "deploy" / "lake" / "delivery.json").read_text())
TABLE = json.loads((ROOT / "deploy" / "table.json").read_text())
MACHINES = {path.name.partition(".")[0] for path in (ROOT / "deploy" / "asl").glob("*.asl.json")}
# What other services report by themselves: their metrics, and what exists of a dimension.
OF_SERVICES: dict[str, tuple[set[str], dict[str, set[str]]]] = {
    "AWS/Firehose": (
        {"PartitionCount", "PartitionCountExceeded", "DeliveryToS3.DataFreshness"},
        {"DeliveryStreamName": set(DELIVERY["streams"])},
    ),
    "AWS/EventBridge/Pipes": ({"ExecutionFailed"}, {"PipeName": set(PIPES["pipes"])}),
    "AWS/S3": (
        {"BytesUploaded"},
        {
            "BucketName": {DELIVERY["bucket"]},
            "FilterId": {DELIVERY["error_output_prefix"].split("/")[0]},
        },
    ),
    "AWS/States": (
        {"ExecutionsFailed", "ExecutionsTimedOut"},
        {
            "StateMachineArn": {
                f"arn:aws:states:${{Region}}:${{AccountId}}:stateMachine:luca-{name}"
                for name in MACHINES
            }
        },
    ),
    "AWS/DynamoDB": (
        {"ReadThrottleEvents", "WriteThrottleEvents"},
        {"TableName": {TABLE["name"]}},
    ),
    SQS: (
        OF_QUEUES,
        {
            "QueueName": {f"{name}{end}" for name in QUEUES for end in ("", "-dlq")}
            | {PIPES["dead_letters"]["queue"], TICKS["dead_letters"]["queue"]}
        },
    ),
}
PAGES = {NAMESPACE: "consolidation.md", SQS: "behavior-operating.md"}
# Alarms of an area stand in the area's page too; those of the whole in the runbook only.
AREAS = [
    *(name for name in ALARMS if name.startswith("lake-")),
    *("night-failed", "night-overdue", "nights-not-looked-for", "grades-failed", "grades-left"),
    *("events-refused", "events-wait", "sync-alerts-not-published", "sync-authority-down"),
    *("sync-batches-buried", "sync-run-failed", "sync-deadline-at-risk"),
    *("sync-held", "sync-held-misdirected", "sync-held-all-rejected"),
]


def page_of(name: str) -> str:
    """The page of the area that an alarm belongs to."""
    if name.startswith("lake-") and namespace(ALARMS[name]) in OF_SERVICES:
        return "lake-aws.md"
    if name.startswith("lake-") and namespace(ALARMS[name]) == NAMESPACE:
        return "lake-writer.md" if name.startswith("lake-writer-") else "lake.md"
    return "govsync-operating.md" if name.startswith("sync-") else PAGES[namespace(ALARMS[name])]


def namespace(alarm: dict[str, Any]) -> str:
    return str(alarm.get("namespace", FILE["namespace"]))


def test_the_namespace_is_that_of_our_metrics() -> None:
    assert FILE["namespace"] == NAMESPACE


@pytest.mark.parametrize("name", ALARMS)
def test_an_alarm_watches_a_metric_that_somebody_emits(name: str) -> None:
    """That METRICS is what the code emits is tests/privacy/test_coverage.py's to prove."""
    alarm = ALARMS[name]
    parts = list(alarm["metrics"].values()) if "metrics" in alarm else [alarm]
    assert alarm.keys() - {"namespace"} == FIELDS | (
        {"metrics", "expression"} if "metrics" in alarm else WATCHED
    )
    for part in parts:
        if namespace(part) in OF_SERVICES:
            metrics, dimensions = OF_SERVICES[namespace(part)]
            assert part["metric"] in metrics
            assert part["dimensions"].keys() == dimensions.keys()
            assert all(part["dimensions"][one] in there for one, there in dimensions.items())
        else:
            assert "namespace" not in part
            assert part["metric"] in METRICS
            assert part["dimensions"].keys() == {"service"} | METRICS[part["metric"]]
        assert STATISTIC.fullmatch(part["statistic"])
    assert alarm["comparison"] in COMPARISONS
    assert alarm["missing"] in {"breaching", "notBreaching"}
    assert alarm["period_seconds"] % 60 == 0
    assert alarm["threshold"] >= (alarm["comparison"] != "GreaterThanThreshold")
    assert alarm["periods"] > 0


@pytest.mark.parametrize("name", ALARMS)
def test_an_expression_is_about_its_metrics_and_fits_into_an_alarm(name: str) -> None:
    alarm = ALARMS[name]
    if "metrics" in alarm:
        words = set(re.findall(r"\b[a-z][a-z_0-9]*\b", alarm["expression"]))
        assert words == alarm["metrics"].keys()
        assert len(words) <= 10


def test_each_alarm_has_a_name_that_operators_know_it_by() -> None:
    names = [alarm["name"] for alarm in ALARMS.values()]
    assert len(set(names)) == len(names)
    assert all(re.fullmatch(r"Luca(-[A-Z][A-Za-z0-9]*)+", name) for name in names)
    for key, name in BY_NAME.items():
        assert ALARMS[key]["name"] == name


@pytest.mark.parametrize("name", ALARMS)
@pytest.mark.parametrize(
    ("page", "words"),
    [
        ("runbook-alarms.md", ("When", "Means", "Do")),
        ("es/runbook-alarms.md", ("Cuándo", "Significa", "Qué hacer")),
    ],
)
def test_an_alarm_has_its_section_in_the_runbook(
    name: str, page: str, words: tuple[str, str, str]
) -> None:
    alarm = ALARMS[name]
    text = (ROOT / "docs" / page).read_text()
    assert text.count(f"\n## {alarm['name']}\n") == 1
    section = text.partition(f"\n## {alarm['name']}\n")[2].partition("\n## ")[0]
    told = {
        word: line.partition(":* ")[2]
        for word in words
        for line in section.splitlines()
        if line.startswith(f"*{word}:*")
    }
    assert told.keys() == set(words)
    assert str(alarm["threshold"]) in told[words[0]]
    for metric in [alarm.get("metric"), *(m["metric"] for m in alarm.get("metrics", {}).values())]:
        assert metric is None or f"`{metric}`" in told[words[0]]
    if page == "runbook-alarms.md":
        assert told == {**told, "Means": alarm["means"], "Do": alarm["do"]}
    else:
        assert told["Significa"] != alarm["means"]
        commands = re.findall(r"`(?:manage\.py [a-z ]+|Luca-[\w-]+)", alarm["do"])
        assert [one for one in commands if one not in told["Qué hacer"]] == []


def test_the_runbook_has_no_section_of_an_alarm_that_is_gone() -> None:
    names = {alarm["name"] for alarm in ALARMS.values()}
    for page in ("runbook-alarms.md", "es/runbook-alarms.md"):
        text = (ROOT / "docs" / page).read_text()
        assert set(re.findall(r"^## (.+)$", text, re.MULTILINE)) == names


@pytest.mark.parametrize("name", AREAS)
def test_the_page_says_what_an_alarm_means_and_what_to_do(name: str) -> None:
    page = (ROOT / "docs" / page_of(name)).read_text()
    row = next(line for line in page.splitlines() if line.startswith(f"| `{name}`"))
    assert f"`{ALARMS[name]['metric']}`" in row
    assert ALARMS[name]["means"] in row
    assert ALARMS[name]["do"] in row


@pytest.mark.parametrize("stream", DELIVERY["streams"])
def test_a_quota_of_partitions_is_told_of_before_it_is_reached(stream: str) -> None:
    near = ALARMS[f"{stream.removeprefix('luca-')}-partitions-near-quota"]
    assert near["dimensions"]["DeliveryStreamName"] == stream
    assert near["threshold"] == DELIVERY["partition_quota"] * 4 // 5


@pytest.mark.parametrize(
    "path", sorted((ROOT / "deploy").rglob("*.json")), ids=lambda path: str(path.relative_to(ROOT))
)
def test_a_deployed_file_says_each_name_once(path: Path) -> None:
    json.loads(path.read_text(), object_pairs_hook=each_once)
