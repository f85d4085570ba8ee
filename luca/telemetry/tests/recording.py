"""Spans in a list, for who looks at them."""

from collections.abc import Iterator
from contextlib import contextmanager

from opentelemetry.sdk.trace import ReadableSpan, SpanProcessor

from luca.telemetry import spans
from luca.telemetry.tracing import Recorder


class Ended(SpanProcessor):
    """Keeps the spans of a block, in the order in which they end."""

    def __init__(self) -> None:
        self.spans: list[ReadableSpan] = []

    def on_end(self, span: ReadableSpan) -> None:
        self.spans.append(span)

    @property
    def names(self) -> list[str]:
        return [one.name for one in self.spans]

    def named(self, name: str) -> ReadableSpan:
        (found,) = [one for one in self.spans if one.name == name]
        return found

    def trace_ids(self) -> set[str]:
        return {trace_of(one) for one in self.spans}


def trace_of(span: ReadableSpan) -> str:
    own = span.get_span_context()
    assert own is not None
    return f"{own.trace_id:032x}"


@contextmanager
def recorded(share: float = 1, service: str = "api") -> Iterator[Ended]:
    ended = Ended()
    before = spans._engine
    spans.recorded_by(Recorder(ended, service, share))
    try:
        yield ended
    finally:
        spans.recorded_by(before)
