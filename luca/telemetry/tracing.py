"""Records spans with OpenTelemetry. Imported only where traces are on.

A trace ends in pieces that somebody pays for and X-Ray drops at 500 KB, so a piece of work has at
most so many inner spans; the others are counted in `left_out`.
"""

from __future__ import annotations

from contextvars import ContextVar, Token
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Self

from opentelemetry import trace
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import SpanLimits, TracerProvider
from opentelemetry.sdk.trace.id_generator import IdGenerator, RandomIdGenerator
from opentelemetry.sdk.trace.sampling import ALWAYS_ON

from luca.kernel import context
from luca.telemetry import origins
from luca.telemetry.spans import CONSUMER, QUIET

if TYPE_CHECKING:
    from collections.abc import Iterable

    from opentelemetry.context import Context
    from opentelemetry.sdk.trace import SpanProcessor

    from luca.telemetry.origins import Origin
    from luca.telemetry.spans import Span

INNER = 200  # spans within one request, task or batch
LINKS = 50  # of a batch, to its messages
_RANDOM = RandomIdGenerator()
_KINDS = tuple(trace.SpanKind(number) for number in range(5))
_wanted: ContextVar[int] = ContextVar("luca.telemetry.wanted", default=0)
_here: ContextVar[_Open | None] = ContextVar("luca.telemetry.here", default=None)


class _Ids(IdGenerator):
    """A trace has the id that its header names, also where the header names no parent."""

    def generate_span_id(self) -> int:
        return _RANDOM.generate_span_id()

    def generate_trace_id(self) -> int:
        return _wanted.get() or int(origins.begun().trace, 16)


class _Open:
    """A span, until its `with` ends."""

    __slots__ = ("_token", "inside", "left_out", "root", "span")

    def __init__(self, span: trace.Span, root: _Open | None = None) -> None:
        self.span = span
        self.root = root or self
        self.inside = self.left_out = 0

    def __enter__(self) -> Self:
        self._token: Token[_Open | None] = _here.set(self)
        return self

    def __exit__(self, kind: object, error: BaseException | None, trace_: object) -> None:
        _here.reset(self._token)
        if error is not None:
            # Its kind only: an error's message may carry people's data.
            self.told(error=type(error).__name__)
            self.failed()
        if self.left_out:
            self.told(left_out=self.left_out)
        self.span.end()

    def told(self, **attributes: str | float | None) -> None:
        for name, value in attributes.items():
            if value is not None:
                self.span.set_attribute(name, value)

    @property
    def trace_id(self) -> str:
        return f"{self.span.get_span_context().trace_id:032x}"

    def named(self, name: str) -> None:
        self.span.update_name(name)

    def follows(self, origin: Origin) -> None:
        if origin.trace and origin.parent:
            before = trace.get_current_span(_context(origin, sampled=origin.sampled is not False))
            self.span.add_link(before.get_span_context())

    def failed(self) -> None:
        self.span.set_status(trace.StatusCode.ERROR)


class Recorder:
    """One process's spans, handed to a processor as they end."""

    def __init__(self, processor: SpanProcessor, service: str, share: float = 1) -> None:
        self._share = share
        self._provider = TracerProvider(
            sampler=ALWAYS_ON,  # whether is decided in `_sampled`
            id_generator=_Ids(),
            resource=Resource({"service.name": service}),
            span_limits=SpanLimits(max_links=LINKS, max_span_attributes=32),
        )
        self._provider.add_span_processor(processor)
        self._tracer = self._provider.get_tracer("luca")

    def close(self) -> None:
        """Hand on what has not been handed on."""
        self._provider.shutdown()

    def inner(self, name: str, kind: int, attributes: dict[str, Any]) -> Span:
        above = _here.get()
        if above is None or not above.span.is_recording():
            return QUIET
        root = above.root
        if root.inside >= INNER:
            root.left_out += 1
            return QUIET
        root.inside += 1
        begun = self._started(name, kind, attributes, trace.set_span_in_context(above.span))
        return _Open(begun, root)

    def arriving(self, name: str, kind: int, origin: Origin, attributes: dict[str, Any]) -> Span:
        if not origin.trace:
            origin = origins.begun()
        sampled = self._sampled(origin)
        above = _context(origin, sampled=sampled)
        if not sampled:  # its id goes along all the same, with the word that nobody records it
            parent = above if origin.parent else _passing(origin)
            return _Open(trace.get_current_span(parent))
        token = _wanted.set(int(origin.trace, 16))
        try:
            return _Open(self._started(name, kind, attributes, above if origin.parent else None))
        finally:
            _wanted.reset(token)

    def batch(self, name: str, origins_: Iterable[Origin], attributes: dict[str, Any]) -> Span:
        """One trace goes on through its batch; of several, each is linked to a batch of its own."""
        known = list(dict.fromkeys(one for one in origins_ if one.trace))
        if len({one.trace for one in known}) <= 1:
            first = known[0] if known else origins.NOWHERE
            return self.arriving(name, CONSUMER, first, attributes)
        told = [one for one in known if one.parent and self._sampled(one)]
        mine = replace(origins.begun(), sampled=bool(told))
        opened = self.arriving(name, CONSUMER, mine, attributes)
        return _Batch(self, opened, name, told[:LINKS]) if told else opened

    def header(self) -> str:
        above = _here.get()
        if above is None:
            return ""
        found = above.span.get_span_context()
        sampled = bool(found.trace_flags & trace.TraceFlags.SAMPLED)
        return origins.spelled(f"{found.trace_id:032x}", f"{found.span_id:016x}", sampled=sampled)

    def _sampled(self, origin: Origin) -> bool:
        """As the parent decided; else by the id, so that all of Luca decides alike."""
        if origin.sampled is not None:
            return origin.sampled
        return int(origin.trace[16:], 16) < self._share * 2**64

    def _started(
        self, name: str, kind: int, attributes: dict[str, Any], above: Context | None
    ) -> trace.Span:
        known = {key: value for key, value in attributes.items() if value is not None}
        if school := context.current().school:
            known.setdefault("school", school)
        return self._tracer.start_span(name, context=above, kind=_KINDS[kind], attributes=known)

    def message(self, name: str, origin: Origin, batch: trace.Span) -> trace.Span:
        """A message's part in a batch, in the message's own trace."""
        return self._tracer.start_span(
            name,
            context=_context(origin, sampled=True),
            kind=trace.SpanKind.CONSUMER,
            links=[trace.Link(batch.get_span_context())],
        )


class _Batch(_Open):
    """A batch of several traces: a span of its own, and one in the trace of each message."""

    __slots__ = ("messages",)

    def __init__(self, recorder: Recorder, opened: Span, name: str, told: list[Origin]) -> None:
        assert isinstance(opened, _Open)  # noqa: S101 -- for the types: `arriving` returns nothing else
        super().__init__(opened.span)
        self.messages = [recorder.message(name, one, self.span) for one in told]
        for one in told:
            found = trace.get_current_span(_context(one, sampled=True)).get_span_context()
            self.span.add_link(found)

    def __exit__(self, kind: object, error: BaseException | None, trace_: object) -> None:
        super().__exit__(kind, error, trace_)
        for one in self.messages:
            if error is not None:
                one.set_status(trace.StatusCode.ERROR)
            one.end()


def _context(origin: Origin, *, sampled: bool) -> Context:
    """OpenTelemetry's word for where it comes from."""
    flags = trace.TraceFlags(trace.TraceFlags.SAMPLED if sampled else 0)
    found = trace.SpanContext(
        int(origin.trace, 16), int(origin.parent or "0", 16), is_remote=True, trace_flags=flags
    )
    return trace.set_span_in_context(trace.NonRecordingSpan(found))


def _passing(origin: Origin) -> Context:
    """Somebody must stand as the parent of what follows, or it would decide anew."""
    made = origins.Origin(origin.trace, f"{_RANDOM.generate_span_id():016x}")
    return _context(made, sampled=False)
