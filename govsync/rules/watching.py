"""When a period that has arrived is looked at again, and when nobody has to any more."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from luca.kernel.ids import PeriodId

DAY, HOUR = timedelta(days=1), timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Watch:
    """A period whose records are compared with the authority's every day."""

    period: PeriodId
    since: datetime  # the last run of it was read back
    until: datetime  # it closes with the first check after this that finds nothing
    due: datetime  # when somebody has to look at it
    checked: datetime | None = None  # the last check that came to its end
    found: Mapping[str, int] = field(default_factory=dict)  # by it, by kind
    waiting: int = 0  # grades that a correction run would send, as it found them
    file: str = ""  # what it found, one by one; empty: nothing
    closed: datetime | None = None
    closed_by: str = ""  # a person's id; empty for Luca itself and the command line
    began: datetime | None = None  # the check under way
    cursor: str = ""  # where it goes on reading
    pages: int = 0  # that it has read
    slot: str = ""  # its turn at the authority
    version: int = 0

    @property
    def findings(self) -> int:
        return sum(self.found.values())

    @property
    def overtime(self) -> bool:
        """Its days have passed, and what was found keeps it open."""
        return self.closed is None and self.checked is not None and self.checked >= self.until


def begun(
    period: PeriodId, now: datetime, days: float, seen: Watch | None, scale: float = 1
) -> Watch:
    """Watch a period whose run has just been read back, from now on."""
    fresh = Watch(period, now, now + days * DAY * scale, now + DAY * scale)
    if seen is None:
        return fresh
    return replace(
        fresh,
        checked=seen.checked,
        found=seen.found,
        waiting=seen.waiting,
        file=seen.file,
        version=seen.version,
    )


def checked(
    watch: Watch, now: datetime, found: Mapping[str, int], waiting: int, scale: float = 1
) -> Watch:
    """A check has come to its end: the next one is in a day, if it was not the last."""
    over = now >= watch.until and not found and not waiting
    return replace(
        _idle(watch),
        checked=now,
        found=found,
        waiting=waiting,
        due=now + DAY * scale,
        closed=now if over else None,
    )


def put_off(watch: Watch, now: datetime, scale: float = 1) -> Watch:
    """A check that cannot go on begins anew in an hour."""
    return replace(_idle(watch), due=now + HOUR * scale)


def _idle(watch: Watch) -> Watch:
    return replace(watch, began=None, cursor="", pages=0, slot="")
