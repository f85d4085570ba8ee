"""The place of kombu's consumer inside a Celery worker, taken by our own.

Celery brings the command line, signals and the life cycle; the messages never
pass through its pool, and no task but `behavior.ingest` can be asked for.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from celery.worker import state

from behavior.consumer.pipeline import Pipeline
from luca.telemetry import log

if TYPE_CHECKING:
    from collections.abc import Callable

GRACE = 25.0  # seconds from SIGTERM until the end; ECS waits for 30
TICK = 0.1
logger = log(__name__)


class BulkConsumer:
    """What Celery's WorkController expects of `worker_consumer`."""

    connection = None
    task_consumer = None
    pool = None

    def __init__(
        self, on_task_request: object, *, init_callback: Callable[..., Any], **_: object
    ) -> None:
        self._ready = init_callback
        self._pipeline = Pipeline()

    def start(self) -> None:
        """Work until a signal arrives, then drain; Celery calls this once."""
        self._pipeline.start()
        self._ready(self)
        logger.info("consumer_ready")
        while not (_asked(state.should_stop) or _asked(state.should_terminate)):
            time.sleep(TICK)
        logger.info("consumer_draining")
        self._pipeline.stop(0 if _asked(state.should_terminate) else GRACE)
        logger.info("consumer_stopped")
        state.maybe_shutdown()

    def close(self) -> None:
        """Nothing: `start` has drained already."""

    stop = shutdown = terminate = cancel_active_requests = close


def _asked(flag: object) -> bool:
    # Celery's flags hold an exit code once they are set, and 0 is one.
    return flag is not None and flag is not False
