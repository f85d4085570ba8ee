"""The last hours of a home: what was measured in each five minutes, and which alarms are raised."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from botocore.exceptions import BotoCoreError, ClientError

from luca.localaws.eyes import aws
from luca.localaws.eyes.alarms import Judged, alarms, judge
from luca.localaws.eyes.points import Points, Series, percentile, read, statistic
from luca.localaws.home import Home

SLOT = 300.0  # seconds


@dataclass(frozen=True, slots=True)
class Row:
    """One metric over the whole time."""

    series: Series
    unit: str
    count: int
    total: float
    p50: float
    p95: float
    p99: float
    most: float


@dataclass(frozen=True, slots=True)
class Summary:
    made: datetime
    begin: float
    points: Points
    rows: Sequence[Row]
    judged: Sequence[Judged]  # those that are raised first
    asked: bool  # whether the emulator answered: without it queues are unknown

    @property
    def raised(self) -> list[Judged]:
        return [one for one in self.judged if one.raised]

    @property
    def labels(self) -> list[str]:
        """The begin of each five minutes, in UTC."""
        return [f"{datetime.fromtimestamp(at, UTC):%H:%M}" for at in self.slots]

    @property
    def slots(self) -> list[float]:
        number = math.ceil((self.made.timestamp() - self.begin) / SLOT)
        return [self.begin + SLOT * n for n in range(number)]

    def slotted(self, of: Series, name: str) -> list[float | None]:
        """A statistic of each five minutes."""
        return [
            statistic(name, self.points.between(of, begin, begin + SLOT)) for begin in self.slots
        ]

    def values(self, of: Series) -> list[float]:
        return self.points.between(of, self.begin, self.made.timestamp())


def summarise(home: Home, now: datetime, hours: float) -> Summary:
    """Read the logs of every process of a home, and ask its AWS for what that reports."""
    every = alarms()
    points = read(sorted(home.logs.glob("*.log")))
    moment = now.timestamp()
    begin = (moment - hours * 3600) // SLOT * SLOT
    rows = [_row(points, one, begin, moment) for one in points.values]
    asked = _ask(home, points, moment)
    judged = sorted(
        (_fair(judge(one, points, moment), points, moment) for one in every.values()),
        key=lambda one: (not one.raised, not one.told),
    )
    shown = sorted(
        (row for row in rows if row is not None), key=lambda row: (row.series.name, str(row.series))
    )
    return Summary(now, begin, points, shown, judged, asked)


def _fair(judged: Judged, points: Points, now: float) -> Judged:
    """Silence is no alarm of a home that is younger than the silence that would be one."""
    alarm = judged.alarm
    first = min((at for values in points.values.values() for at, _ in values), default=now)
    young = now - first < alarm.period * alarm.periods
    return replace(judged, raised=judged.raised and (judged.told or not young))


def _ask(home: Home, points: Points, now: float) -> bool:
    try:
        aws.ask(aws.cloudwatch(home), aws.watched(alarms()), points, now)
    except (BotoCoreError, ClientError, KeyError):
        return False  # it is stopped, or was never started
    return True


def _row(points: Points, of: Series, begin: float, end: float) -> Row | None:
    values = points.between(of, begin, end)
    if not values:
        return None
    return Row(
        series=of,
        unit=points.units[of],
        count=len(values),
        total=math.fsum(values),
        p50=percentile(values, 50),
        p95=percentile(values, 95),
        p99=percentile(values, 99),
        most=max(values),
    )
