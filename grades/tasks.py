"""Background doors into grades: parse, call one service. All are safe to run twice."""

import time
from collections.abc import Callable
from typing import Any

from grades import services
from luca.aws import queue
from luca.aws.tasks import platform_task, school_task
from luca.kernel.ids import PeriodId
from luca.telemetry import log

logger = log(__name__)
HIDDEN = 120  # seconds that a message stays hidden once more
RENEW = 30.0  # seconds between two renewals


@platform_task(name="grades.nightly")
def nightly() -> None:
    """Begin the night of every school whose two o'clock has passed."""
    services.nightly()


@school_task(name="grades.consolidate", bind=True)
def consolidate(self: Any, *, period: str = "", close: str = "") -> None:
    """Consolidate one school; a run that has no time left sends the next one on its way."""
    services.consolidate_and_go_on(
        PeriodId(period) if period else None, close=bool(close), tell=_kept_hidden(self)
    )


def _kept_hidden(task: Any) -> Callable[[int, int], None]:
    """Keep the message from being delivered again while its work goes on.

    Killed, the worker stops doing this, and two minutes later another one goes
    on from the checkpoint.
    """
    receipt = _receipt(task)
    renewed = time.monotonic()

    def tell(_done: int, _total: int) -> None:
        nonlocal renewed
        if receipt and time.monotonic() - renewed >= RENEW:
            renewed = time.monotonic()
            try:
                queue.extend("tasks", [receipt], HIDDEN)
            except Exception as error:  # noqa: BLE001 -- at worst a second run begins, which is safe
                logger.warning("message_not_extended", error=type(error).__name__)

    return tell


def _receipt(task: Any) -> str:
    """What SQS calls the message, if it came from SQS."""
    properties = task.request.properties or {}
    message = properties.get("delivery_info", {}).get("sqs_message", {})
    return str(message.get("ReceiptHandle", ""))
