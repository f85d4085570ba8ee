"""Nights: one for each school and date."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

OVERDUE = timedelta(hours=4)  # after two o'clock: before a school day begins


class NightState(StrEnum):
    CLAIMED = "claimed"  # a scheduler has taken it
    ENQUEUED = "enqueued"  # its work is on its way
    RUNNING = "running"
    FINISHED = "finished"
    FAILED = "failed"  # some grade could not be computed, or the whole run


OVER = frozenset({NightState.FINISHED, NightState.FAILED})


@dataclass(frozen=True, slots=True)
class Night:
    """What became of one night of a school."""

    date: str
    state: NightState
    claimed_at: datetime
    ended_at: datetime | None = None
    written: int = 0
    failed: int = 0
    left: int = 0
    error: str = ""  # the kind of error that ended the run

    def overdue(self, now: datetime) -> bool:
        return self.state not in OVER and now - self.claimed_at > OVERDUE
