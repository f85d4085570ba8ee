"""Spans: of what a piece of work consisted, and how long each part of it took.

Everyone opens spans here, by words that hold no person: a route, a task, a queue, a table call's
operation. While traces are off (LUCA_TRACES) this costs a look at a variable, and OpenTelemetry
is not even imported.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, Self

if TYPE_CHECKING:
    from collections.abc import Iterable

    from luca.telemetry.origins import Origin

INTERNAL, SERVER, CLIENT, PRODUCER, CONSUMER = range(5)  # as OpenTelemetry numbers them


class Span(Protocol):
    """What is open; it ends with its `with`."""

    @property
    def trace_id(self) -> str:
        """32 hexadecimal digits; empty when off."""

    def __enter__(self) -> Self: ...

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None: ...

    def told(self, **attributes: str | float | None) -> None:
        """Add what was not known at the beginning; what is None stays away."""

    def named(self, name: str) -> None: ...

    def follows(self, origin: Origin) -> None:
        """Link it to what caused it in another trace."""

    def failed(self) -> None:
        """Say that it went wrong, where no error tells it."""


class Engine(Protocol):
    """What records spans: `luca.telemetry.tracing`, if anything does."""

    def inner(self, name: str, kind: int, attributes: dict[str, Any]) -> Span: ...

    def arriving(
        self, name: str, kind: int, origin: Origin, attributes: dict[str, Any]
    ) -> Span: ...

    def batch(self, name: str, origins: Iterable[Origin], attributes: dict[str, Any]) -> Span: ...

    def header(self) -> str: ...


class _Quiet:
    """Nobody looks."""

    trace_id = ""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        pass

    def told(self, **attributes: str | float | None) -> None:
        pass

    def named(self, name: str) -> None:
        pass

    def follows(self, origin: Origin) -> None:
        pass

    def failed(self) -> None:
        pass


QUIET: Span = _Quiet()
_engine: Engine | None = None


def recorded_by(engine: Engine | None) -> None:
    """Begin to record, or stop."""
    global _engine  # noqa: PLW0603 -- one for each process, and the quickest thing to look at
    _engine = engine


def on() -> bool:
    return _engine is not None


def span(name: str, kind: int = INTERNAL, /, **attributes: str | float | None) -> Span:
    """Open a part of what is open already; by itself it is nothing."""
    return QUIET if _engine is None else _engine.inner(name, kind, attributes)


def arriving(name: str, kind: int, origin: Origin, /, **attributes: str | float | None) -> Span:
    """Open what came from elsewhere: a request, a task."""
    return QUIET if _engine is None else _engine.arriving(name, kind, origin, attributes)


def batch(name: str, origins: Iterable[Origin], /, **attributes: str | float | None) -> Span:
    """Open work on several messages at once, each with a trace of its own."""
    return QUIET if _engine is None else _engine.batch(name, origins, attributes)


def header() -> str:
    """What a message takes along, so that its reader goes on with this trace; empty when off."""
    return "" if _engine is None else _engine.header()
