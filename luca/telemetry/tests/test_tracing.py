"""What is recorded of a piece of work, and how one piece goes on with another's trace."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from opentelemetry.trace import SpanKind

from luca.kernel import context
from luca.telemetry import origins, spans
from luca.telemetry.exporting import Segments, line
from luca.telemetry.origins import NOWHERE, Origin
from luca.telemetry.segments import document
from luca.telemetry.tests.recording import recorded, trace_of
from luca.telemetry.tracing import INNER

ROOT = Path(__file__).parents[3]
TRACE = "65a1b2c30123456789abcdef01234567"
OTHER = "65a1b2c4fedcba9876543210fedcba98"
PARENT = "53995c3f42cd8ad8"
SAMPLED = Origin(TRACE, PARENT, sampled=True)


def request(origin: Origin = NOWHERE) -> spans.Span:
    return spans.arriving("GET /students", spans.SERVER, origin)


def test_a_table_call_is_a_part_of_the_request_that_made_it() -> None:
    call = {"peer": "DynamoDB", "index": "GSI1"}
    north = context.entered(school="north")
    with recorded() as ended, request(), north, spans.span("Query", spans.CLIENT, **call):
        pass

    query, asked = ended.spans
    assert (query.name, asked.name) == ("Query", "GET /students")
    assert query.parent is not None
    assert query.parent.span_id == asked.get_span_context().span_id  # type: ignore[union-attr]
    assert dict(query.attributes or {}) == {"peer": "DynamoDB", "index": "GSI1", "school": "north"}


def test_a_call_that_nobody_asked_for_is_no_trace() -> None:
    """Looks for work every few seconds would be the most of all traces."""
    with recorded() as ended, spans.span("Query", spans.CLIENT):
        pass

    assert ended.spans == []


@pytest.mark.parametrize("origin", [SAMPLED, Origin(TRACE), Origin(TRACE, PARENT)])
def test_a_request_goes_on_with_the_trace_of_its_header(origin: Origin) -> None:
    with recorded() as ended, request(origin) as span:
        assert span.trace_id == TRACE

    (found,) = ended.spans
    assert trace_of(found) == TRACE
    assert bool(found.parent) is bool(origin.parent)


def test_a_message_takes_the_trace_along() -> None:
    with recorded() as ended:
        with request(SAMPLED):
            header = spans.header()
        with spans.arriving("grades.nightly", spans.CONSUMER, origins.of_xray(header)):
            pass

    asked, task = ended.spans
    assert ended.trace_ids() == {TRACE}
    assert task.parent is not None
    assert task.parent.span_id == asked.get_span_context().span_id  # type: ignore[union-attr]


@pytest.mark.parametrize("origin", [Origin(TRACE, PARENT, sampled=False), Origin(TRACE)])
def test_what_is_not_recorded_is_not_recorded_behind_the_queue_either(origin: Origin) -> None:
    with recorded(share=1e-9) as ended, request(origin) as span:
        assert span.trace_id == TRACE
        with spans.span("Query", spans.CLIENT):
            behind = origins.of_xray(spans.header())

    assert ended.spans == []
    assert (behind.trace, behind.sampled) == (TRACE, False)
    assert behind.parent


def test_the_share_is_of_traces_and_everyone_decides_alike() -> None:
    with recorded(share=0.25) as ended:
        for _ in range(4000):
            with request(), spans.span("Query"):
                pass
    kept = len(ended.spans) / 2
    assert 850 < kept < 1150

    ids = [one.trace for one in (origins.begun() for _ in range(50))]
    decided = []
    for _ in range(2):
        with recorded(share=0.25) as ended:
            for one in ids:
                with request(Origin(one)):
                    pass
        decided.append(ended.trace_ids())
    assert decided[0] == decided[1]


def test_an_error_is_told_by_its_kind_alone() -> None:
    with recorded() as ended, pytest.raises(ValueError, match="Ada"), request():
        raise ValueError("Ada Lovelace has no grade")

    told = line(ended.spans[0], "api")
    assert (told["outcome"], told["error"]) == ("error", "ValueError")
    assert "Ada" not in json.dumps(told) + ended.spans[0].to_json()


def test_work_of_thousands_of_calls_does_not_grow_a_trace_of_thousands() -> None:
    with recorded() as ended, request():
        for _ in range(INNER + 7):
            with spans.span("GetItem"):
                pass

    assert len(ended.spans) == INNER + 1
    assert (ended.spans[-1].attributes or {})["left_out"] == 7


def test_a_thread_of_a_pool_works_for_the_request_that_started_it() -> None:
    from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415 -- only this test

    def call() -> None:
        with spans.span("GetItem"):
            pass

    with recorded() as ended, request(SAMPLED), ThreadPoolExecutor() as pool:
        pool.submit(context.carried(call)).result()

    assert ended.trace_ids() == {TRACE}
    assert ended.names == ["GetItem", "GET /students"]


def test_a_batch_of_one_trace_goes_on_with_it() -> None:
    with recorded() as ended, spans.batch("behavior.ingest", [SAMPLED, SAMPLED]) as span:
        assert span.trace_id == TRACE

    (found,) = ended.spans
    assert (found.kind, found.links) == (SpanKind.CONSUMER, ())


def test_a_batch_of_several_traces_is_linked_to_each_and_each_to_it() -> None:
    unknown = Origin(OTHER, PARENT, sampled=False)
    third = Origin(f"{TRACE[:-1]}0", PARENT, sampled=True)
    messages = [SAMPLED, unknown, third, NOWHERE]
    with (
        recorded() as ended,
        spans.batch("behavior.ingest", messages) as span,
        spans.span("BatchWriteItem"),
    ):
        pass

    write, batch, *parts = ended.spans
    assert trace_of(batch) == trace_of(write) == span.trace_id
    assert {f"{one.context.trace_id:032x}" for one in batch.links} == {TRACE, third.trace}
    assert [trace_of(one) for one in parts] == [TRACE, third.trace]
    for one in parts:
        assert one.parent is not None
        assert f"{one.parent.span_id:016x}" == PARENT
        assert [link.context for link in one.links] == [batch.get_span_context()]


def test_a_batch_that_nobody_records_is_not_recorded() -> None:
    """However large the share: its messages decided."""
    ids = [Origin(one, PARENT, sampled=False) for one in (TRACE, OTHER)]
    with recorded() as ended, spans.batch("behavior.ingest", ids), spans.span("BatchWriteItem"):
        pass

    assert ended.spans == []


def segments() -> dict[str, dict[str, Any]]:
    with recorded() as ended, request(SAMPLED) as span, context.entered(school="north"):
        span.named("GET students/<id:student>")
        span.told(status=429)
        with spans.span("Query", spans.CLIENT, peer="DynamoDB", index="GSI1"):
            pass
        with spans.span("POST /api/grades", spans.CLIENT, peer="authority") as call:
            call.told(status=None, failure="ReadTimeoutError")
            call.failed()
    return {one.name: document(one, "api") for one in ended.spans}


def test_xray_reads_our_spans_as_its_segments() -> None:
    found = segments()
    asked, query = found["GET students/<id:student>"], found["Query"]
    authority = found["POST /api/grades"]

    assert asked["trace_id"] == "1-65a1b2c3-0123456789abcdef01234567"
    assert (asked["name"], asked["parent_id"]) == ("luca-api", PARENT)
    assert asked["http"] == {"response": {"status": 429}}
    assert (asked["error"], asked["throttle"], "fault" in asked) == (True, True, False)
    assert "type" not in asked
    assert (query["type"], query["parent_id"], query["name"]) == (
        "subsegment",
        asked["id"],
        "DynamoDB",
    )
    assert (query["namespace"], query["aws"]) == ("aws", {"operation": "Query"})
    assert query["annotations"]["school"] == "north"
    assert (authority["namespace"], authority["fault"]) == ("remote", True)
    for one in found.values():
        assert 0 < one["start_time"] <= one["end_time"]


def test_what_xray_refuses_or_does_not_answer_stops_nobody(
    caplog: pytest.LogCaptureFixture,
) -> None:
    sent: list[int] = []

    def put(documents: list[str]) -> int:
        sent.append(len(documents))
        if len(sent) == 1:
            raise ConnectionError("the person's name is Ada")
        return 2

    with recorded() as ended:
        for _ in range(30):
            with request():
                pass
    exporter = Segments("api", put)
    exporter.export(ended.spans)
    assert sent == [25], "what waits behind it would wait as long for nothing"
    exporter.export(ended.spans)

    assert sent == [25, 25, 5]
    events = [str(record.msg) for record in caplog.records]
    assert any("spans_not_sent" in one for one in events)
    assert any("spans_refused" in one for one in events)
    assert "Ada" not in caplog.text


SCRIPT = """
import sys, django
django.setup()
from luca.kernel import context
from luca.telemetry import spans, origins
with context.entered(school="north", correlation_id="c-1"), spans.arriving(
    "GET /me", spans.SERVER, origins.NOWHERE
), spans.span("GetItem", spans.CLIENT, peer="DynamoDB"):
    pass
print("opentelemetry" in sys.modules)
"""


def run(**environment: str) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        cwd=ROOT,
        env={
            "DJANGO_SETTINGS_MODULE": "luca.settings",
            "LUCA_SECRET_KEY": "k",
            "PATH": "/usr/bin",
            **environment,
        },
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.splitlines()


@pytest.mark.parametrize(
    "environment",
    [{"LUCA_SERVICE": "api"}, {"LUCA_SERVICE": "cli", "LUCA_TRACES": "log"}],
    ids=["off", "command line"],
)
def test_where_traces_are_off_opentelemetry_is_not_even_imported(
    environment: dict[str, str],
) -> None:
    assert run(**environment) == ["False"]


def test_a_span_is_a_line_of_the_log() -> None:
    *lines, imported = run(LUCA_SERVICE="api", LUCA_TRACES="log")
    item, asked = [json.loads(one) for one in lines]

    assert imported == "True"
    assert (item["event"], item["name"], item["parent_id"]) == ("span", "GetItem", asked["span_id"])
    assert (item["tenant_id"], item["correlation_id"], item["service"]) == ("north", "c-1", "api")
    assert item["trace_id"] == asked["trace_id"]
    assert item["duration_ms"] >= 0
