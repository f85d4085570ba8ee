"""Spans as X-Ray's segment documents.

https://docs.aws.amazon.com/xray/latest/devguide/xray-api-segmentdocuments.html
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from opentelemetry import trace

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import ReadableSpan

LONGEST_NAME = 200
_STRANGE = re.compile(r"[^\w\s.:/%&#=+\\@-]", re.ASCII)  # what no name of a segment may hold
CLIENT_ERROR, THROTTLE, SERVER_ERROR = 400, 429, 500
# Work that came from elsewhere is a segment of its service; what it asked of others, a part of it.
ARRIVED = {trace.SpanKind.SERVER, trace.SpanKind.CONSUMER}


@dataclass(frozen=True, slots=True)
class Identity:
    trace: str
    span: str
    parent: str | None


def identity(span: ReadableSpan) -> Identity:
    own, above = span.get_span_context(), span.parent
    assert own is not None  # noqa: S101 -- for the types: an ended span has one
    parent = f"{above.span_id:016x}" if above and above.span_id else None
    return Identity(f"{own.trace_id:032x}", f"{own.span_id:016x}", parent)


def document(span: ReadableSpan, service: str) -> dict[str, Any]:
    here, attributes = identity(span), dict(span.attributes or {})
    arrived = span.kind in ARRIVED
    made: dict[str, Any] = {
        "id": here.span,
        "trace_id": root(here.trace),
        "name": f"luca-{service}" if arrived else named(str(attributes.get("peer", span.name))),
        "start_time": (span.start_time or 0) / 1e9,
        "end_time": (span.end_time or 0) / 1e9,
        "annotations": {"operation": span.name, **attributes},
        **_outcome(span, attributes),
    }
    if here.parent:
        made["parent_id"] = here.parent
    if not arrived:
        made["type"] = "subsegment"
    if span.kind is trace.SpanKind.CLIENT or span.kind is trace.SpanKind.PRODUCER:
        made |= _asked(span.name, attributes)
    if span.links:
        made["links"] = [
            {"trace_id": root(f"{one.context.trace_id:032x}"), "id": f"{one.context.span_id:016x}"}
            for one in span.links
        ]
    return made


def root(trace_id: str) -> str:
    return f"1-{trace_id[:8]}-{trace_id[8:]}"


def named(text: str) -> str:
    """A name that X-Ray takes: routes have `<` and `>`."""
    return _STRANGE.sub("_", text)[:LONGEST_NAME] or "_"


def _asked(name: str, attributes: dict[str, Any]) -> dict[str, Any]:
    """Who was asked: a service of AWS by its operation, or somebody else's."""
    if "peer" not in attributes:
        return {}
    if attributes["peer"] == "authority":
        return {"namespace": "remote"}
    told = {"operation": name, "table_name": attributes.get("table")}
    told["queue_url"] = attributes.get("queue")
    return {"namespace": "aws", "aws": {key: value for key, value in told.items() if value}}


def _outcome(span: ReadableSpan, attributes: dict[str, Any]) -> dict[str, Any]:
    status = attributes.get("status")
    code = int(status) if isinstance(status, int) else 0
    found: dict[str, Any] = {}
    if code:
        found["http"] = {"response": {"status": code}}
        found["error"] = CLIENT_ERROR <= code < SERVER_ERROR
        found["throttle"] = code == THROTTLE
    failed = span.status.status_code is trace.StatusCode.ERROR
    found["fault"] = code >= SERVER_ERROR or (failed and not found.get("error"))
    return {key: value for key, value in found.items() if value}
