"""Logs, metrics and traces: what operators see. People appear as hashes only."""

from luca.telemetry import origins, spans
from luca.telemetry.logs import bound, described, hashed, log
from luca.telemetry.metrics import measure, metric, together

__all__ = [
    "bound",
    "described",
    "hashed",
    "log",
    "measure",
    "metric",
    "origins",
    "spans",
    "together",
]
