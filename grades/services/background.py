"""Consolidation in a worker, whose time is limited."""

from collections.abc import Callable

from grades.services.consolidation import Report, consolidate
from luca.aws import queue
from luca.kernel.ids import PeriodId
from luca.telemetry import log

logger = log(__name__)


def consolidate_and_go_on(
    period: PeriodId | None, *, close: bool, tell: Callable[[int, int], None]
) -> Report:
    """Consolidate until the deadline is near; what is left is sent to the queue again."""
    report = consolidate(period, close=close, tell=tell)
    if not report.complete:
        queue.enqueue("grades.consolidate", period=period or "", close="yes" if close else "")
    if report.failed:
        logger.error("consolidation_failed", failed=report.failed, period=period)
    return report
