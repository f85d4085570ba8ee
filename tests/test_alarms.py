"""What wakes an operator up is real: the code emits it, and a page says what to do."""

import json
from pathlib import Path
from typing import Any

import pytest

from luca.privacy.signals import METRICS
from luca.telemetry.metrics import NAMESPACE

ROOT = Path(__file__).parents[1]
FILE = json.loads((ROOT / "deploy" / "alarms.json").read_text())
ALARMS: dict[str, dict[str, Any]] = FILE["alarms"]
FIELDS = {
    *("metric", "dimensions", "statistic", "comparison", "threshold"),
    *("period_seconds", "periods", "missing", "means", "do"),
}
QUEUES = json.loads((ROOT / "deploy" / "queues.json").read_text())
SQS = "AWS/SQS"  # what SQS reports of queues by itself
OF_QUEUES = {"ApproximateAgeOfOldestMessage", "ApproximateNumberOfMessagesVisible"}
PAGES = {NAMESPACE: "consolidation.md", SQS: "behavior-operating.md"}


def page_of(name: str) -> str:
    """The page of the area that an alarm belongs to."""
    return "govsync-operating.md" if name.startswith("sync-") else PAGES[namespace(ALARMS[name])]


def namespace(alarm: dict[str, Any]) -> str:
    return str(alarm.get("namespace", FILE["namespace"]))


def test_the_namespace_is_that_of_our_metrics() -> None:
    assert FILE["namespace"] == NAMESPACE


@pytest.mark.parametrize("name", ALARMS)
def test_an_alarm_watches_a_metric_that_somebody_emits(name: str) -> None:
    """That METRICS is what the code emits is tests/privacy/test_coverage.py's to prove."""
    alarm = ALARMS[name]
    if namespace(alarm) == SQS:
        assert alarm.keys() == FIELDS | {"namespace"}
        assert alarm["metric"] in OF_QUEUES
        assert alarm["dimensions"].keys() == {"QueueName"}
        assert alarm["dimensions"]["QueueName"].removesuffix("-dlq") in QUEUES
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
