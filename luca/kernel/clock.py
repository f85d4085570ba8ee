"""The only place that asks what time it is, so that tests can stop it."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime

_stopped: ContextVar[datetime | None] = ContextVar("stopped", default=None)
_STAMP = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z")


def now() -> datetime:
    """Return the current instant, in UTC."""
    return _stopped.get() or datetime.now(UTC)  # noqa: TID251 -- the one caller


@contextmanager
def stopped(at: datetime) -> Iterator[None]:
    """Let time stand still at an instant, in this context only."""
    token = _stopped.set(at.astimezone(UTC))
    try:
        yield
    finally:
        _stopped.reset(token)


def stamp(at: datetime) -> str:
    """Spell an instant as keys and JSON do: UTC, milliseconds, sortable as text.

    >>> stamp(datetime(2026, 11, 21, 8, 30, tzinfo=UTC))
    '2026-11-21T08:30:00.000Z'
    """
    if at.tzinfo is None:
        raise ValueError("An instant needs a time zone.")
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def parse(text: str) -> datetime:
    """Read what `stamp` wrote; ValueError for anything else."""
    if not _STAMP.fullmatch(text):
        raise ValueError(f"{text!r} is not a UTC time with milliseconds.")
    return datetime.fromisoformat(text)
