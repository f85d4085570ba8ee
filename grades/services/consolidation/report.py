"""What a run did, counted."""

from collections import Counter
from dataclasses import dataclass, field, replace
from enum import StrEnum

from grades.domain.nights import Failure
from luca.telemetry import log, measure, together

MOST_FAILURES = 50  # kinds of them that are kept; all are in the log
logger = log(__name__)


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
    subject: str | None = None
    courses: int = 0
    broken: int = 0  # courses of which something could not be read
    counts: Counter[Did] = field(default_factory=Counter)
    why: list[Failure] = field(default_factory=list)  # one for each student or course
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
        return self.counts[Did.FAILED] + self.broken

    @property
    def failures(self) -> list[Failure]:
        """What failed and why, each once and counted, the most frequent first."""
        counted = Counter(replace(one, count=0) for one in self.why)
        return [replace(one, count=n) for one, n in counted.most_common(MOST_FAILURES)]

    def publish(self) -> None:
        """Tell operators, as metrics and as a line of the log."""
        together(
            measure("ConsolidationSeconds", self.seconds, "Seconds"),
            measure("GradesWritten", self.written),
            measure("GradesFailed", self.failed),
            measure("GradesLeft", self.left),
        )
        logger.info(
            "consolidation_done" if self.complete else "consolidation_interrupted",
            period=self.period,
            subject=self.subject,
            close=self.close,
            closed=self.closed,
            computed=self.computed,
            written=self.written,
            unchanged=self.unchanged,
            left=self.left,
            failed=self.failed,
            duration_ms=round(self.seconds * 1000),
        )
