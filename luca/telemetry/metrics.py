"""Metrics in CloudWatch's embedded metric format: a log line that becomes metrics.

Each combination of dimensions is a metric that someone pays for. So they are few and of fixed
lists: the service, a route's pattern, a word. A school is a field of every line, which a query
reads for nothing; it is a dimension of `OF_SCHOOLS` only, and only for the schools that
`LUCA_METRIC_SCHOOLS` names (docs/observability.md has the price).
"""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from luca.kernel import clock, context
from luca.kernel.iterate import chunks

NAMESPACE = "Luca/Platform"
MOST_VALUES = 100  # of one metric in one line, says CloudWatch
Value = float | Sequence[float]
# What a school is worth watching by itself for, if it is one of those that are paid for.
OF_SCHOOLS = frozenset(
    {
        "EventLag",
        "EventsReceived",
        "EventsRejected",
        "EventsStored",
        "GradeProcessingLatency",
        "InteractiveRequestCount",
        "InteractiveRequestErrors",
        "InteractiveRequestLatency",
    }
)


@dataclass(frozen=True, slots=True)
class Measure:
    """One measurement, or up to a hundred of the same thing."""

    name: str
    value: Value
    unit: str
    dimensions: tuple[tuple[str, str], ...]


def measure(name: str, value: Value = 1, unit: str = "Count", **dimensions: str) -> Measure:
    """Say what was measured, for `together`."""
    return Measure(name, value, unit, tuple(sorted(dimensions.items())))


def metric(name: str, value: Value = 1, unit: str = "Count", **dimensions: str) -> None:
    """Emit one measurement, or values of one metric, in as many lines as they need."""
    values = [value] if isinstance(value, float | int) else chunks(value, MOST_VALUES)
    for some in values:
        together(measure(name, some, unit, **dimensions))


def together(*measures: Measure, school: str | None = None) -> None:
    """Emit measurements of one moment in one line.

    Command-line tools emit nothing: their standard output belongs to people.
    """
    if settings.SERVICE == "cli":
        return
    sys.stdout.write(json.dumps(_record(measures, school)) + "\n")
    sys.stdout.flush()


def _record(measures: Sequence[Measure], school: str | None = None) -> dict[str, Any]:
    at = clock.now()
    here = context.current()
    school = school or here.school
    paid = school is not None and school in settings.METRIC_SCHOOLS
    return {
        "_aws": {
            "Timestamp": round(at.timestamp() * 1000),
            "CloudWatchMetrics": _directives(measures, of_school=paid),
        },
        "timestamp": clock.stamp(at),
        "level": "info",
        "event": "metric",
        "tenant_id": school,
        "correlation_id": here.correlation_id or None,
        "trace_id": here.trace_id or None,
        "service": settings.SERVICE,
        **({"school": school} if paid else {}),
        **{name: value for one in measures for name, value in one.dimensions},
        **{one.name: one.value for one in measures},
    }


def _directives(measures: Sequence[Measure], *, of_school: bool) -> list[dict[str, Any]]:
    """One for each set of dimensions, with the metrics that have it."""
    found: dict[tuple[str, ...], dict[str, str]] = defaultdict(dict)
    for one in measures:
        named = tuple(sorted(["service", *(name for name, _ in one.dimensions)]))
        found[named][one.name] = one.unit
        if of_school and one.name in OF_SCHOOLS:
            found["school", "service"][one.name] = one.unit
    return [
        {
            "Namespace": settings.METRIC_NAMESPACE,
            "Dimensions": [list(named)],
            "Metrics": [{"Name": name, "Unit": unit} for name, unit in metrics.items()],
        }
        for named, metrics in found.items()
    ]
