"""Turns traces on, as LUCA_TRACES says; where it says nothing, nothing of this is imported."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from opentelemetry.sdk.trace.export import BatchSpanProcessor

from luca.aws import clients
from luca.telemetry import spans
from luca.telemetry.exporting import Lines, Segments
from luca.telemetry.tracing import Recorder

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import SpanProcessor

WAITING = 2048  # spans that wait to be sent; more of them are dropped
EVERY = 2000  # milliseconds between two sendings


def start() -> None:
    recorder = Recorder(processor(settings.TRACES), settings.SERVICE, settings.TRACE_SHARE)
    spans.recorded_by(recorder)


def processor(where: str) -> SpanProcessor:
    if where == "log":
        return Lines(settings.SERVICE)
    return BatchSpanProcessor(
        Segments(settings.SERVICE, put),
        max_queue_size=WAITING,
        schedule_delay_millis=EVERY,
    )


def put(documents: list[str]) -> int:
    """Send segments with the process's own role; return how many X-Ray did not take."""
    answer = clients.xray().put_trace_segments(TraceSegmentDocuments=documents)
    return len(answer["UnprocessedTraceSegments"])
