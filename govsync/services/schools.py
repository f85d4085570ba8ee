"""What beat asks of all schools, one after the other."""

from collections.abc import Callable

from luca.kernel import context
from luca.telemetry import log, metric
from tenants import services as tenants

logger = log(__name__)


def in_each(woken: Callable[[], int]) -> int:
    """Do it in every school and return the sum; one that cannot be served stops no other."""
    total = 0
    for school in tenants.schools():
        try:
            with context.entered(school=school.id):
                total += woken()
        except Exception:
            logger.exception("sweep_failed")
            metric("SweepsFailed")
    return total
