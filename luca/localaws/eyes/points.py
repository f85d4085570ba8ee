"""Measurements out of log lines, and what CloudWatch computes of them."""

import json
import math
import statistics
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

MOST = 64 << 20  # bytes of each log, its end: hours of a busy machine


MAKE: dict[str, Callable[[Sequence[float]], float]] = {
    "Sum": math.fsum,
    "Maximum": max,
    "Minimum": min,
    "Average": statistics.fmean,
}


@dataclass(frozen=True, slots=True)
class Series:
    """One metric as CloudWatch tells them apart, and pays for them."""

    namespace: str
    name: str
    dimensions: frozenset[tuple[str, str]]

    def __str__(self) -> str:
        return ", ".join(value for _, value in sorted(self.dimensions))


def series(namespace: str, name: str, dimensions: Mapping[str, str]) -> Series:
    return Series(namespace, name, frozenset(dimensions.items()))


class Points:
    """Values of metrics with their times, in seconds."""

    def __init__(self) -> None:
        self.values: dict[Series, list[tuple[float, float]]] = defaultdict(list)
        self.units: dict[Series, str] = {}

    def add(self, of: Series, at: float, values: Iterable[float], unit: str) -> None:
        self.values[of].extend((at, float(value)) for value in values)
        self.units[of] = unit

    def read(self, line: Mapping[str, Any]) -> None:
        """Take the measurements of one line in the embedded metric format."""
        at = line["_aws"]["Timestamp"] / 1000
        for directive in line["_aws"]["CloudWatchMetrics"]:
            for names in directive["Dimensions"]:
                dimensions = {name: str(line[name]) for name in names}
                for metric in directive["Metrics"]:
                    value = line[metric["Name"]]
                    found = series(directive["Namespace"], metric["Name"], dimensions)
                    self.add(
                        found, at, value if isinstance(value, list) else [value], metric["Unit"]
                    )

    def between(self, of: Series, begin: float, end: float) -> list[float]:
        """Values from `begin` up to, without, `end`."""
        return [value for at, value in self.values.get(of, ()) if begin <= at < end]


def lines(path: Path) -> Iterator[dict[str, Any]]:
    """The JSON objects of a log; what else stands in it is for people."""
    if not path.exists():
        return
    with path.open("rb") as stream:
        stream.seek(max(0, path.stat().st_size - MOST))
        for line in stream:
            if line.startswith(b"{"):
                try:
                    yield json.loads(line)
                except ValueError:
                    continue  # the first line may begin in its middle, the last be half written


def read(paths: Iterable[Path]) -> Points:
    """Every measurement of some logs."""
    found = Points()
    for path in paths:
        for line in lines(path):
            if "_aws" in line:
                found.read(line)
    return found


def statistic(name: str, values: Sequence[float]) -> float | None:
    """CloudWatch's statistic of the values of one period, or None where there are none."""
    if name == "SampleCount":
        return float(len(values)) or None
    if not values:
        return None
    if name.startswith("p"):
        return percentile(values, float(name[1:]))
    return float(MAKE[name](values))


def percentile(values: Sequence[float], percent: float) -> float:
    """The smallest value that so many of a hundred do not exceed."""
    ranked = sorted(values)
    return ranked[max(0, math.ceil(percent / 100 * len(ranked)) - 1)]
