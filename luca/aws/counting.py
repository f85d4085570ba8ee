"""Which calls to the table a piece of work has made: a page that makes many is a slow page."""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_made: ContextVar[list[str] | None] = ContextVar("luca.aws.calls", default=None)


@contextmanager
def counted() -> Iterator[list[str]]:
    """Gather the operations of a block, of its threads too (`luca.kernel.context.carried`)."""
    made: list[str] = []
    token = _made.set(made)
    try:
        yield made
    finally:
        _made.reset(token)


def note(operation: str) -> None:
    """Remember one; what is sent again because the network failed is one call."""
    made = _made.get()
    if made is not None:
        made.append(operation)
