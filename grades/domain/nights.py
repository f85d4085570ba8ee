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
class Failure:
    """What could not be computed, and the kind of error; never whose it was."""

    subject: str
    period: str
    error: str  # the name of an error of the code
    whole: bool = False  # the course could not be read: nobody of it was computed
    count: int = 1


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
    unchanged: int = 0
    courses: int = 0
    seconds: float = 0.0  # of the run that ended it
    failures: tuple[Failure, ...] = ()
    done: int = 0  # how far a run has come that is under way
    total: int = 0

    @property
    def over(self) -> bool:
        return self.state in OVER

    def overdue(self, now: datetime) -> bool:
        return not self.over and now - self.claimed_at > OVERDUE
