"""Metrics in CloudWatch's embedded metric format: a log line that becomes a metric.

Dimensions are few on purpose (service, operation, school): each combination is
a metric that someone pays for.
"""

from __future__ import annotations

import json
import sys
from typing import Any

from django.conf import settings

from luca.kernel import clock, context

NAMESPACE = "Luca/Platform"


def metric(name: str, value: float = 1, unit: str = "Count", **dimensions: str) -> None:
    """Emit one measurement; the context's school is a field, and a dimension if named one.

    Command-line tools emit nothing: their standard output belongs to people.
    """
    if settings.SERVICE == "cli":
        return
    sys.stdout.write(json.dumps(_record(name, value, unit, dimensions)) + "\n")
    sys.stdout.flush()


def _record(name: str, value: float, unit: str, dimensions: dict[str, str]) -> dict[str, Any]:
    at = clock.now()
    here = context.current()
    fixed = {"service": settings.SERVICE, **dimensions}
    return {
        "_aws": {
            "Timestamp": round(at.timestamp() * 1000),
            "CloudWatchMetrics": [
                {
                    "Namespace": NAMESPACE,
                    "Dimensions": [sorted(fixed)],
                    "Metrics": [{"Name": name, "Unit": unit}],
                }
            ],
        },
        "timestamp": clock.stamp(at),
        "level": "info",
        "event": "metric",
        "tenant_id": here.school,
        "correlation_id": here.correlation_id or None,
        "trace_id": here.trace_id or None,
        **fixed,
        name: value,
    }
