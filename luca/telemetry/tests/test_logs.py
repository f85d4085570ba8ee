import json
import logging
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from luca.kernel import context
from luca.telemetry import hashed, measure, metric
from luca.telemetry.metrics import _record

ROOT = Path(__file__).parents[3]
FIELDS = {"timestamp", "level", "event", "service", "tenant_id", "correlation_id", "trace_id"}
SCRIPT = """
import logging, os
import django
django.setup()
from luca.kernel import context
from luca.telemetry import hashed, log, metric
with context.entered(school="north", actor="ada", correlation_id="c-1"):
    log("x").info("evaluation_recorded", actor=hashed("ada"), duration_ms=3)
    metric("EventsStored", 25, operation="store")
logging.getLogger("some.package").warning("a package says %s", "hello")
try:
    try:
        1 / 0
    except ZeroDivisionError as error:
        raise ValueError("Ada has no grade") from error
except ValueError:
    log("x").exception("it_broke")
"""


@pytest.fixture(scope="module")
def lines() -> list[dict[str, Any]]:
    """What a service writes to its standard output."""
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        cwd=ROOT,
        env={
            "DJANGO_SETTINGS_MODULE": "luca.settings",
            "LUCA_SECRET_KEY": "k",
            "LUCA_SERVICE": "api",
            "PATH": "/usr/bin",
        },
        capture_output=True,
        text=True,
        check=True,
    )
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_every_line_has_the_same_fields(lines: list[dict[str, Any]]) -> None:
    assert len(lines) == 4
    for line in lines:
        assert line.keys() >= FIELDS
        assert line["service"] == "api"


def test_a_school_is_readable_and_a_person_is_not(lines: list[dict[str, Any]]) -> None:
    line = lines[0]

    assert (line["tenant_id"], line["correlation_id"]) == ("north", "c-1")
    assert (line["level"], line["duration_ms"]) == ("info", 3)
    assert "ada" not in json.dumps(line)


def test_a_metric_is_in_the_embedded_format(lines: list[dict[str, Any]]) -> None:
    line = lines[1]

    assert line["EventsStored"] == 25
    assert line["_aws"]["CloudWatchMetrics"] == [
        {
            "Namespace": "Luca/Platform",
            "Dimensions": [["operation", "service"]],
            "Metrics": [{"Name": "EventsStored", "Unit": "Count"}],
        }
    ]


def test_libraries_speak_the_same_format(lines: list[dict[str, Any]]) -> None:
    assert lines[2]["event"] == "a package says hello"


def test_an_error_is_told_by_kind_and_place_and_never_by_its_message(
    lines: list[dict[str, Any]],
) -> None:
    assert lines[3]["error"] == "ValueError"
    assert lines[3]["cause"] == "ZeroDivisionError"
    assert lines[3]["where"]
    assert "Ada" not in json.dumps(lines)


def test_a_person_has_one_hash_in_every_log() -> None:
    assert hashed("ada") == hashed("ada") != hashed("bob")
    assert hashed(None) is None
    assert "ada" not in str(hashed("ada"))


def test_a_metric_names_its_school_without_making_it_a_dimension() -> None:
    with context.entered(school="north"):
        record = _record([measure("EventsStored")])

    assert record["tenant_id"] == "north"
    assert record["_aws"]["CloudWatchMetrics"][0]["Dimensions"] == [["service"]]


def test_a_school_that_is_paid_for_is_a_dimension_of_what_is_worth_it(settings: Any) -> None:
    settings.METRIC_SCHOOLS = frozenset({"north"})
    with context.entered(school="north"):
        ours = _record([measure("EventsStored", 3), measure("SweepsFailed")])
    with context.entered(school="south"):
        theirs = _record([measure("EventsStored", 3)])

    found = ours["_aws"]["CloudWatchMetrics"]
    assert {(*one["Dimensions"][0], *(m["Name"] for m in one["Metrics"])) for one in found} == {
        ("service", "EventsStored", "SweepsFailed"),
        ("school", "service", "EventsStored"),
    }
    assert (ours["school"], ours["EventsStored"]) == ("north", 3)
    assert [one["Dimensions"] for one in theirs["_aws"]["CloudWatchMetrics"]] == [[["service"]]]


def test_measurements_of_one_moment_are_one_line_with_their_own_dimensions() -> None:
    record = _record(
        [measure("A", path="read"), measure("B", [1, 2], "Seconds", operation="GET x")]
    )

    assert record["_aws"]["CloudWatchMetrics"] == [
        {
            "Namespace": "Luca/Platform",
            "Dimensions": [["path", "service"]],
            "Metrics": [{"Name": "A", "Unit": "Count"}],
        },
        {
            "Namespace": "Luca/Platform",
            "Dimensions": [["operation", "service"]],
            "Metrics": [{"Name": "B", "Unit": "Seconds"}],
        },
    ]
    assert (record["A"], record["B"], record["path"], record["operation"]) == (
        1,
        [1, 2],
        "read",
        "GET x",
    )


def test_no_line_has_more_values_than_cloudwatch_reads(
    settings: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.SERVICE = "worker"
    metric("GradeProcessingLatency", [float(n) for n in range(250)], "Milliseconds")

    lines = [json.loads(one) for one in capsys.readouterr().out.splitlines()]
    values = [one["GradeProcessingLatency"] for one in lines]
    assert [len(some) for some in values] == [100, 100, 50]
    assert [value for some in values for value in some] == list(range(250))


def test_the_sdk_stays_quiet() -> None:
    # At debug level botocore writes request bodies, and with them people.
    assert logging.getLogger("botocore").level >= logging.WARNING
