"""What docs/observability.md says of metrics and prices is what the code does."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from django.urls import get_resolver

from luca import settings
from luca.api.middleware import METHODS, _operation
from luca.privacy.signals import METRICS
from luca.telemetry.metrics import NAMESPACE, OF_SCHOOLS
from tests.privacy import reading

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "observability.md").read_text()
ROWS = {
    found[0]: found
    for found in re.findall(r"^\| `(\w+)` \| (\w+) \| (.*?) \| (.+) \|$", PAGE, re.MULTILINE)
}
PRICE = 0.30  # dollars a month


def operations(resolver: Any, before: str = "") -> set[str]:
    """Every value that the dimension `operation` can have while nobody asks in vain."""
    found: set[str] = set()
    for one in resolver.url_patterns:
        route = before + str(one.pattern)
        if hasattr(one, "url_patterns"):
            found |= operations(one, route)
            continue
        view = getattr(one.callback, "view_class", None)
        methods = {name for name in METHODS if hasattr(view, name.lower())} - {"OPTIONS", "HEAD"}
        found |= {_operation(method, route) for method in methods or {"GET", "POST"}}
    return found


def test_every_metric_has_its_row_with_its_dimensions() -> None:
    assert ROWS.keys() == METRICS.keys()
    for name, (_, _, dimensions, _) in ROWS.items():
        assert set(re.findall(r"(?<!\()`(\w+)`", dimensions)) == METRICS[name], name
        assert ("(`school`)" in dimensions) is (name in OF_SCHOOLS), name


@pytest.mark.parametrize(("module", "node"), reading.metric_calls())
def test_a_metric_has_the_unit_of_the_page(module: str, node: Any) -> None:
    unit = node.args[2].value if len(node.args) > 2 else "Count"
    assert ROWS[node.args[0].value][1] == unit, module


def test_prices_are_those_of_the_number_of_metrics() -> None:
    known = operations(get_resolver())
    for number in (len(known), len(OF_SCHOOLS), 50 * len(OF_SCHOOLS)):
        assert f"| {number} | ${number * PRICE:.2f} |" in PAGE, number


def test_every_saved_query_is_in_the_page_with_what_it_answers() -> None:
    queries = json.loads((ROOT / "deploy" / "log_queries.json").read_text())
    assert re.findall(r"^\| `(Luca-[\w-]+)` \| (.+) \|$", PAGE, re.MULTILINE) == [
        (name, one["means"]) for name, one in queries.items()
    ]


def test_all_alarms_cost_about_what_the_page_says() -> None:
    every = json.loads((ROOT / "deploy" / "alarms.json").read_text())["alarms"].values()
    watched = sum(len(one.get("metrics", [one])) for one in every)
    assert "about seven dollars" in PAGE
    assert 6.5 <= watched * 0.10 < 7.5


DASHBOARD = json.loads((ROOT / "deploy" / "dashboard.json").read_text())
WIDGETS = DASHBOARD["body"]["widgets"]
SHOWN = [
    metric
    for widget in WIDGETS
    if widget["type"] == "metric"
    for metric in widget["properties"]["metrics"]
]
OF_AWS = {  # what AWS's services report by themselves, and the dimension that tells which of them
    "AWS/SQS": (
        {"ApproximateNumberOfMessagesVisible", "ApproximateAgeOfOldestMessage"},
        "QueueName",
    ),
    "AWS/States": ({"ExecutionsStarted", "ExecutionsFailed"}, "StateMachineArn"),
    "AWS/DynamoDB": (
        {
            *("ReadThrottleEvents", "WriteThrottleEvents"),
            *("ConsumedReadCapacityUnits", "ConsumedWriteCapacityUnits"),
        },
        "TableName",
    ),
    "AWS/Firehose": ({"DeliveryToS3.DataFreshness"}, "DeliveryStreamName"),
}


@pytest.mark.parametrize("metric", SHOWN, ids=lambda one: " ".join(map(str, one[1:-1])))
def test_the_dashboard_shows_what_somebody_emits(metric: list[Any]) -> None:
    namespace, name, *pairs, look = metric
    dimensions = dict(zip(pairs[::2], pairs[1::2], strict=True))
    assert re.fullmatch(r"Sum|Maximum|Minimum|p\d\d", look["stat"])
    if namespace in OF_AWS:
        known, dimension = OF_AWS[namespace]
        assert (name in known, [*dimensions]) == (True, [dimension])
    else:
        assert namespace == NAMESPACE
        assert dimensions.keys() == {"service"} | METRICS[name]


def test_the_dashboard_shows_every_alarm_and_overlaps_nowhere() -> None:
    assert DASHBOARD["name"] == "Luca-Production-Overview"
    alarms = json.loads((ROOT / "deploy" / "alarms.json").read_text())["alarms"]
    (board,) = [one for one in WIDGETS if one["type"] == "alarm"]
    shown = [one.rpartition(":")[2] for one in board["properties"]["alarms"]]
    assert shown == [one["name"] for one in alarms.values()]
    cells = [
        (one["x"] + x, one["y"] + y)
        for one in WIDGETS
        for x in range(one["width"])
        for y in range(one["height"])
    ]
    assert len(cells) == len(set(cells))
    assert max(x for x, _ in cells) < 24


def test_more_schools_than_the_bound_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LUCA_METRIC_SCHOOLS", "north, south,none")
    assert settings.names("LUCA_METRIC_SCHOOLS", 50) == {"north", "south"}
    monkeypatch.setenv("LUCA_METRIC_SCHOOLS", ",".join(f"s{n}" for n in range(51)))
    with pytest.raises(Exception, match="LUCA_METRIC_SCHOOLS may name 50 at most, not 51"):
        settings.names("LUCA_METRIC_SCHOOLS", 50)
