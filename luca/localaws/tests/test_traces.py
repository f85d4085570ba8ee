"""What `make traces` shows of the logs, in both languages; and the page that shows it."""

import json
import re
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from luca.localaws import traces

ONE, TWO, BATCH = "65a1b2c3" + "0" * 24, "65a1b2c3" + "1" * 24, "65a1b2c4" + "2" * 24
PAGE = Path(__file__).parents[3] / "docs" / "tracing.md"


def span(trace: str, own: str, parent: str | None, name: str, **more: Any) -> str:
    told: dict[str, Any] = {
        "event": "span",
        "service": "api",
        "tenant_id": None,
        "trace_id": trace,
        "span_id": own,
        "parent_id": parent,
        "name": name,
        "began": 1_700_000_000_000_000,
        "duration_ms": 10.0,
        "outcome": "ok",
        "links": [],
    }
    return json.dumps({**told, **more})


@pytest.fixture
def home(tmp_path: Path) -> Path:
    logs = tmp_path / "logs"
    logs.mkdir()
    late = 1_700_000_000_300_000
    api = [
        "an ordinary line",
        span(ONE, "b", "a", "PutItem", index="GSI1", began=1_700_000_000_001_000, duration_ms=7.5),
        span(
            ONE,
            "a",
            None,
            "POST behavior",
            status=202,
            tenant_id="liceo-1",
            correlation_id="case-17-of-ada",
        ),
        span(TWO, "c", "zz", "GET me", status=503, outcome="error", duration_ms=900.0),
        span(ONE, "x", "a", "half a line")[:-9],
    ]
    consumer = [
        span(BATCH, "e", "d", "BatchWriteItem", service="consumer", began=late),
        span(BATCH, "d", None, "behavior.ingest", service="consumer", messages=2, began=late - 9),
        span(ONE, "m", "a", "behavior.ingest", service="consumer", links=[BATCH], began=late),
    ]
    (logs / "api.log").write_text("\n".join(api) + "\n")
    (logs / "consumer.log").write_text("\n".join(consumer) + "\n")
    return tmp_path


def said(home: Path, *arguments: str) -> list[str]:
    out = StringIO()
    call_command("local", "--home", home, "traces", *arguments, stdout=out)
    return out.getvalue().splitlines()


def test_a_trace_is_a_tree_with_the_batch_that_it_went_into(home: Path) -> None:
    assert said(home, ONE) == [
        f"{ONE}  2023-11-14 22:13:20  POST behavior  310.0 ms  school liceo-1",
        "      +0.0 ms     10.0 ms  api      POST behavior                       status=202",
        "      +1.0 ms      7.5 ms  api        PutItem                           GSI1",
        "    +300.0 ms     10.0 ms  consumer   behavior.ingest",
        f"  goes on in a batch with others: {BATCH}",
        "    +300.0 ms     10.0 ms  consumer   behavior.ingest                   messages=2",
        "    +300.0 ms     10.0 ms  consumer     BatchWriteItem",
        "  3 spans in api, consumer",
    ]


def test_it_is_told_in_spanish_too(home: Path) -> None:
    told = "\n".join(said(home, TWO[:9], "--language", "es"))

    assert "FALLÓ" in told
    assert "1 tramo en api" in told
    assert traces.WORDS["es"].keys() == traces.WORDS["en"].keys()


def test_a_request_is_found_by_the_correlation_id_that_its_answer_had(home: Path) -> None:
    assert said(home, "case-17-of-ada") == said(home, ONE)


def test_the_slowest_are_found(home: Path) -> None:
    told = said(home, "--slow", "--last", "1")

    assert told[0].startswith(f"{TWO}  2023-11-14 22:13:20  GET me  900.0 ms")
    assert told[1].endswith("GET me                              status=503  FAILED")


def test_who_asks_for_what_is_not_there_is_told_so(home: Path, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="No trace or correlation id begins with abc"):
        said(home, "abc")
    with pytest.raises(CommandError, match="no traces yet"):
        said(tmp_path / "elsewhere")


HEAD = r"[0-9a-f]{32}  \d{4}-\d\d-\d\d \d\d:\d\d:\d\d  \S.*  [\d.]+ ms(  school \S+)?"
SPAN = r" *\+[\d.]+ ms +[\d.]+ ms  (api|worker|consumer|beat|lake) +\S.*"
LINKED = r"  goes on in a batch with others: [0-9a-f]{32}"
COUNT = r"  \d+ spans? in [a-z, ]+"


def test_the_page_shows_what_the_command_prints(home: Path) -> None:
    """The trace there is a real one; its shape is what is printed today."""
    shape = re.compile("|".join(f"({one})" for one in (HEAD, SPAN, LINKED, COUNT)))
    blocks = re.findall(r"```text\n(.*?)```", PAGE.read_text(), re.DOTALL)
    shown = [line for block in blocks for line in block.splitlines()]

    assert len(shown) > 8
    assert [line for line in [*shown, *said(home)] if not shape.fullmatch(line)] == []
    assert {"api", "consumer"} <= {found[1] for line in shown if (found := re.match(SPAN, line))}
