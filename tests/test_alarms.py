"""What wakes an operator up is real: the code emits it, and a page says what to do."""

import json
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
    *("metric", "dimensions", "statistic", "comparison", "threshold"),
    *("period_seconds", "periods", "missing", "means", "do"),
}
QUEUES = json.loads((ROOT / "deploy" / "queues.json").read_text())
SQS = "AWS/SQS"  # what SQS reports of queues by itself
OF_QUEUES = {"ApproximateAgeOfOldestMessage", "ApproximateNumberOfMessagesVisible"}
PIPES = json.loads((ROOT / "deploy" / "lake" / "pipes.json").read_text())
DELIVERY = json.loads((ROOT / "deploy" / "lake" / "delivery.json").read_text())
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
    SQS: (
        OF_QUEUES,
        {
            "QueueName": {f"{name}{end}" for name in QUEUES for end in ("", "-dlq")}
            | {PIPES["dead_letters"]["queue"]}
        },
    ),
}
PAGES = {NAMESPACE: "consolidation.md", SQS: "behavior-operating.md"}


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
    if namespace(alarm) in OF_SERVICES:
        metrics, dimensions = OF_SERVICES[namespace(alarm)]
        assert alarm.keys() == FIELDS | {"namespace"}
        assert alarm["metric"] in metrics
        assert alarm["dimensions"].keys() == dimensions.keys()
        assert all(alarm["dimensions"][one] in there for one, there in dimensions.items())
    else:
        assert alarm.keys() == FIELDS
        assert alarm["metric"] in METRICS
        assert alarm["dimensions"].keys() == {"service"} | METRICS[alarm["metric"]]
    assert alarm["statistic"] in {"Sum", "Maximum", "Average"}
    assert alarm["comparison"] in {"GreaterThanOrEqualToThreshold", "LessThanThreshold"}
    assert alarm["missing"] in {"breaching", "notBreaching"}
    assert alarm["period_seconds"] % 60 == 0
    assert alarm["threshold"] > 0
    assert alarm["periods"] > 0


@pytest.mark.parametrize("name", ALARMS)
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
