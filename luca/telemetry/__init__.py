"""Logs and metrics: what operators see. People appear as hashes only."""

from luca.telemetry.logs import bound, described, hashed, log
from luca.telemetry.metrics import metric

__all__ = ["bound", "described", "hashed", "log", "metric"]
