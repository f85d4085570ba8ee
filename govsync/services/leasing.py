"""A run's lease, renewed for as long as the worker lives that does something for it."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

from govsync.domain import Run
from govsync.repository import runs
from luca.aws.store import ConditionFailed
from luca.kernel import clock, context
from luca.kernel.errors import Unavailable

RENEWED = 5.0  # seconds between two renewals of a lease: a call's heartbeat


@contextmanager
def kept(run: Run, lease: timedelta, also: Callable[[], None] | None = None) -> Iterator[None]:
    """Renew the lease every few seconds, until the block ends or the run is somebody else's.

    `also` is called each time before it: for whatever else is to be kept meanwhile.
    """
    over = threading.Event()

    def renew() -> None:
        while not over.wait(RENEWED):
            try:
                if also is not None:
                    also()
                runs.extend(run, clock.now() + lease)
            except ConditionFailed:
                return
            except Unavailable:
                continue

    renewing = threading.Thread(target=context.carried(renew), daemon=True)
    renewing.start()
    try:
        yield
    finally:
        over.set()
        renewing.join()
