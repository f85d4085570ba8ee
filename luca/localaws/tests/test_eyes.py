"""`make metrics`: what a machine's logs say, as lines and as a page."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from luca.kernel import clock
from luca.localaws.eyes import page, summary, table
from luca.localaws.eyes.alarms import alarms
from luca.localaws.home import Home

NOW = datetime(2026, 11, 21, 18, 0, tzinfo=UTC)


def measured(name: str, values: Any, minutes_ago: float, **dimensions: str) -> str:
    at = NOW - timedelta(minutes=minutes_ago)
    directive = {
        "Namespace": "Luca/Platform",
        "Dimensions": [sorted(dimensions)],
        "Metrics": [{"Name": name, "Unit": "Milliseconds"}],
    }
    emf = {"Timestamp": round(at.timestamp() * 1000), "CloudWatchMetrics": [directive]}
    return json.dumps({"_aws": emf, "event": "metric", name: values, **dimensions})


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A home that ran two hours ago and has read slowly of late; its AWS is stopped."""
    made = Home(tmp_path)
    made.prepare()
    read = {"service": "api", "path": "read"}
    (made.logs / "api.log").write_text(
        "\n".join(
            [
                'tail of a line that was cut"}',
                "what a program says to people",
                measured("NightTicks", 1, 120, service="worker"),
                *(measured("InteractiveRequestLatency", 130 + n, 7, **read) for n in range(30)),
                *(measured("InteractiveRequestCount", 1, 7, **read) for _ in range(30)),
                *(measured("InteractiveRequestLatency", 140, 2, **read) for _ in range(25)),
                *(measured("InteractiveRequestCount", 1, 2, **read) for _ in range(25)),
                measured("GradeProcessingLatency", [1, 2, 3, 400], 2, service="worker"),
                measured("RequestDuration", 5, 2, service="api", operation="GET <id:student>"),
                '{"half": ',
            ]
        )
    )
    return made


def test_figures_and_raised_alarms_are_listed(home: Home) -> None:
    found = summary.summarise(home, NOW, hours=1)

    rows = {str(row.series): row for row in found.rows if "Latency" in row.series.name}
    assert rows["read, api"].count == 55
    assert (rows["read, api"].p50, rows["read, api"].most) == (140, 159)
    assert (rows["worker"].count, rows["worker"].p95) == (4, 400)
    assert {one.alarm.key for one in found.raised} == {"p95-latency", "nights-not-looked-for"}
    assert not found.asked

    text = "\n".join(table.lines(found))
    assert "RAISED  Luca-P95-Latency-Alert: Of a hundred requests" in text
    assert f"2 of {len(alarms())} alarms" in text


def test_a_home_that_has_just_begun_is_not_blamed_for_its_silence(tmp_path: Path) -> None:
    made = Home(tmp_path)
    made.prepare()
    (made.logs / "worker.log").write_text(measured("SweepsFailed", 0, 3, service="worker"))
    assert summary.summarise(made, NOW, hours=1).raised == []


def test_the_page_is_whole_in_both_languages_and_fetches_nothing(home: Home) -> None:
    text = page.render(summary.summarise(home, NOW, hours=1))

    assert text.count('lang="es"') == text.count('lang="en"') + 1  # the page itself
    assert "Alarmas que sonarían ahora:" in text
    assert "Alarms that would be raised now:" in text
    assert "De cada cien peticiones que leen" in text
    assert "Of a hundred requests that read" in text
    assert "GET &lt;id:student&gt;" in text
    assert "prefers-color-scheme:dark" in text
    for fetched in ("<script", "<link", "src=", "url(", "@import"):
        assert fetched not in text


def test_the_command_writes_the_page_into_the_home(
    home: Home, capsys: pytest.CaptureFixture[str]
) -> None:
    with clock.stopped(NOW):
        call_command("local", "--home", str(home.path), "metrics", "--hours", "2")

    assert "metrics.html" in capsys.readouterr().out
    assert (home.path / "metrics.html").read_text().startswith("<!doctype html>")


@pytest.mark.parametrize("hours", ["0", "-1", "nan", "1e9", "two"])
def test_hours_that_nobody_can_look_back_are_refused(home: Home, hours: str) -> None:
    with pytest.raises(CommandError, match="--hours"):
        call_command("local", "--home", str(home.path), "metrics", f"--hours={hours}")
