"""Who looked at what lately, and the writes that note it beside the reads they accompany."""

from __future__ import annotations

import time
from collections import OrderedDict
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from threading import Lock
from typing import TYPE_CHECKING

from luca.kernel import context
from luca.telemetry import log, metric

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Look = tuple[str | None, ...]  # school, actor, part, record

SAME = 15 * 60  # seconds for which one look of a person at a record counts as the same
LARGEST = 20_000  # looks remembered
WIDTH = 4  # threads of a process
LONGEST_WAIT = 1.0  # seconds that an answer waits for its looks to be written
_beside: ContextVar[list[Future[None]] | None] = ContextVar("luca_looks", default=None)
logger = log(__name__)


@contextmanager
def settled() -> Iterator[None]:
    """Write the looks of this block beside it, and wait for them at its end."""
    mine: list[Future[None]] = []
    token = _beside.set(mine)
    try:
        yield
    finally:
        _beside.reset(token)
        if mine:
            # A slow store holds up nobody for long: the thread goes on writing.
            wait(mine, timeout=LONGEST_WAIT)


class Looks:
    """What this process has noted; another process notes the same look once more."""

    def __init__(self) -> None:
        self._until: OrderedDict[Look, float] = OrderedDict()
        self._lock = Lock()

    def note(self, look: Look, write: Callable[[], None]) -> None:
        """Call `write` unless it was called for the same look in the last quarter of an hour."""
        if not self._is_first(look):
            return
        waiting = _beside.get()
        if waiting is None:
            self._try(look, write)
        else:
            waiting.append(_threads().submit(context.carried(self._try), look, write))

    def forget(self) -> None:
        with self._lock:
            self._until.clear()

    def _try(self, look: Look, write: Callable[[], None]) -> None:
        """A class goes on although its looks cannot be written; somebody is told."""
        try:
            write()
        except Exception as error:  # noqa: BLE001 -- whatever it is, the reader is not to blame
            with self._lock:
                self._until.pop(look, None)
            logger.error("audit_look_lost", error=type(error).__name__)  # noqa: TRY400 -- a message may carry an id
            metric("AuditLooksLost")

    def _is_first(self, look: Look) -> bool:
        now = time.monotonic()
        with self._lock:
            if self._until.get(look, 0.0) > now:
                return False
            self._until.pop(look, None)
            self._until[look] = now + SAME
            while len(self._until) > LARGEST:
                self._until.popitem(last=False)
        return True


@cache
def _threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(WIDTH, thread_name_prefix="audit")
