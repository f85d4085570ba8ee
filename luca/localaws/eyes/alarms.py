"""Alarms of deploy/alarms.json, judged over points as CloudWatch judges them.

Each of the last `periods` periods must be over the threshold. A period without data is, or is
not, as `missing` says. Periods end now, where CloudWatch's end with the minute.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from luca.localaws.deployment import ACCOUNT, REGION
from luca.localaws.eyes.expressions import evaluate
from luca.localaws.eyes.points import Points, Series, series, statistic
from luca.localaws.programs import ROOT

FILE = ROOT / "deploy" / "alarms.json"
OVER = {
    "GreaterThanThreshold": lambda value, bound: value > bound,
    "GreaterThanOrEqualToThreshold": lambda value, bound: value >= bound,
    "LessThanThreshold": lambda value, bound: value < bound,
}


@dataclass(frozen=True, slots=True)
class Part:
    """A metric that an alarm watches, by its name in the alarm's expression."""

    id: str
    of: Series
    statistic: str


@dataclass(frozen=True, slots=True)
class Alarm:
    key: str
    name: str
    parts: tuple[Part, ...]
    expression: str
    comparison: str
    threshold: float
    period: int  # seconds
    periods: int
    missing: str
    means: str
    do: str


@dataclass(frozen=True, slots=True)
class Judged:
    alarm: Alarm
    raised: bool
    values: tuple[float | None, ...]  # of its periods, the last one first

    @property
    def told(self) -> bool:
        """Whether anything was measured at all."""
        return any(value is not None for value in self.values)


def alarms(file: Path = FILE) -> dict[str, Alarm]:
    """All of them by key."""
    text = file.read_text(encoding="utf-8")
    document = json.loads(text.replace("${Region}", REGION).replace("${AccountId}", ACCOUNT))
    space = document["namespace"]
    return {key: _alarm(key, found, space) for key, found in document["alarms"].items()}


def _alarm(key: str, found: Mapping[str, Any], space: str) -> Alarm:
    watched = found.get("metrics") or {"value": found}
    return Alarm(
        key=key,
        name=found["name"],
        parts=tuple(_part(name, one, space) for name, one in watched.items()),
        expression=found.get("expression", "value"),
        comparison=found["comparison"],
        threshold=found["threshold"],
        period=found["period_seconds"],
        periods=found["periods"],
        missing=found["missing"],
        means=found["means"],
        do=found["do"],
    )


def _part(name: str, found: Mapping[str, Any], space: str) -> Part:
    of = series(found.get("namespace", space), found["metric"], found["dimensions"])
    return Part(name, of, found["statistic"])


def judge(alarm: Alarm, points: Points, now: float) -> Judged:
    """Say whether an alarm is raised at a moment."""
    values = tuple(_values(alarm, points, now))
    over = [
        alarm.missing == "breaching"
        if value is None
        else OVER[alarm.comparison](value, alarm.threshold)
        for value in values
    ]
    return Judged(alarm, all(over), values)


def _values(alarm: Alarm, points: Points, now: float) -> Iterator[float | None]:
    for number in range(alarm.periods):
        end = now - number * alarm.period
        metrics = {
            part.id: statistic(part.statistic, points.between(part.of, end - alarm.period, end))
            for part in alarm.parts
        }
        yield evaluate(alarm.expression, metrics)
