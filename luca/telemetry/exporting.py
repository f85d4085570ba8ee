"""Where ended spans go: a line each on standard output, or segments for X-Ray."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import msgspec
from opentelemetry import trace
from opentelemetry.sdk.trace import SpanProcessor
from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult

from luca.kernel import context
from luca.kernel.iterate import chunks
from luca.telemetry import segments
from luca.telemetry.logs import log

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from opentelemetry.sdk.trace import ReadableSpan

AT_ONCE = 25  # segments in one call
NANO = 1_000_000
logger = log(__name__)


class Lines(SpanProcessor):
    """Writes each span as it ends, as one JSON object beside the log's own lines."""

    def __init__(self, service: str) -> None:
        self._service = service

    def on_end(self, span: ReadableSpan) -> None:
        sys.stdout.write(msgspec.json.encode(line(span, self._service)).decode() + "\n")
        sys.stdout.flush()


class Segments(SpanExporter):
    """Sends spans to X-Ray, from the thread of OpenTelemetry's batches."""

    def __init__(self, service: str, put: Callable[[list[str]], int]) -> None:
        """`put` takes segment documents and returns how many X-Ray refused."""
        self._service = service
        self._put = put

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        lost = sent = 0
        for some in chunks(spans, AT_ONCE):
            documents = [
                msgspec.json.encode(segments.document(one, self._service)).decode() for one in some
            ]
            try:
                lost += self._put(documents)
            except Exception as error:  # noqa: BLE001 -- no trace is worth the work that it shows
                left = len(spans) - sent  # the others would wait as long for nothing
                logger.warning("spans_not_sent", spans=left, error=type(error).__name__)
                break
            sent += len(documents)
        if lost:
            logger.warning("spans_refused", spans=lost)
        return SpanExportResult.SUCCESS


def line(span: ReadableSpan, service: str) -> dict[str, Any]:
    """A span as a line of the log; `make traces` reads it."""
    here, attributes = segments.identity(span), dict(span.attributes or {})
    began, ended = span.start_time or 0, span.end_time or 0
    return {
        "event": "span",
        "level": "info",
        "timestamp": datetime.fromtimestamp(ended / 1e9, UTC).isoformat(),
        "service": service,
        "tenant_id": attributes.pop("school", None),
        "correlation_id": context.correlation_id() or None,
        "trace_id": here.trace,
        "span_id": here.span,
        "parent_id": here.parent,
        "kind": span.kind.name.lower(),
        "name": span.name,
        "began": began // 1000,  # microseconds since 1970
        "duration_ms": round((ended - began) / NANO, 2),
        "outcome": "error" if span.status.status_code is trace.StatusCode.ERROR else "ok",
        "links": [f"{one.context.trace_id:032x}" for one in span.links],
        **attributes,
    }
