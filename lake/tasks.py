"""Background doors into the lake: parse, call one service. All are safe to run twice."""

from typing import Any

from lake import services
from luca.aws.tasks import kept_hidden, platform_task, school_task


@platform_task(name="lake.nightly")
def nightly() -> None:
    """Have the lake of every school compacted."""
    services.compact_nightly()


@school_task(name="lake.compact", bind=True)
def compact(self: Any) -> None:
    """Compact the lake of one school, and throw away what was answered about it."""
    alive = kept_hidden(self)
    services.forget_old()
    services.compact(tell=lambda _done, _all: alive())


@platform_task(name="lake.gaps")
def gaps() -> None:
    """Have schools filled from the table whose changes have left the stream unread."""
    services.look_for_gaps()


@school_task(name="lake.fill", bind=True)
def fill(self: Any) -> None:
    """Fill the lake of one school from the table."""
    services.fill(kept_hidden(self))
    services.look_for_gaps()  # perhaps it was the last school
