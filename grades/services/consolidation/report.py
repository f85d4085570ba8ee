"""What a run did, counted."""

from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum


class Did(StrEnum):
    """What became of one student in one course."""

    WRITTEN = "written"  # a new version of the grade
    UNCHANGED = "unchanged"  # the grade says it already
    LEFT = "left"  # changed under our hands again and again: the next run's
    FAILED = "failed"


@dataclass(slots=True)
class Report:
    """What a run did for one school."""

    period: str | None
    close: bool
    courses: int = 0
    counts: Counter[Did] = field(default_factory=Counter)
    complete: bool = True  # False: it stopped before its deadline and goes on later
    closed: bool = False
    seconds: float = 0.0

    @property
    def computed(self) -> int:
        return self.counts.total()

    @property
    def written(self) -> int:
        return self.counts[Did.WRITTEN]

    @property
    def unchanged(self) -> int:
        return self.counts[Did.UNCHANGED]

    @property
    def left(self) -> int:
        return self.counts[Did.LEFT]

    @property
    def failed(self) -> int:
        return self.counts[Did.FAILED]
