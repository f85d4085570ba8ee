"""What is printed for families, and what staff look at before grades are final."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from grades.domain.grading import Rounding, Verdict
from luca.kernel.ids import SubjectId
from tenants.domain import Period, PeriodState, School, Student


class Standing(StrEnum):
    """Whether a number may be read as the final one."""

    OFFICIAL = "official"  # the period is closed, and the grade knows every result
    PROVISIONAL = "provisional"  # it may still change
    MISSING = "missing"  # there is no number


@dataclass(frozen=True, slots=True)
class ReportLine:
    """One subject: what the consolidated grade says, or that there is none."""

    subject: SubjectId
    score: Decimal | None = None
    letter: str | None = None
    verdict: Verdict = Verdict.UNDEFINED
    rounding: Rounding | None = None  # how the exact result became the number
    places: int = 0
    version: int = 0
    as_of: datetime | None = None
    standing: Standing = Standing.MISSING
    name: str = ""  # what people call the subject; empty: nobody has named it

    @property
    def title(self) -> str:
        return self.name or self.subject


@dataclass(frozen=True, slots=True)
class ReportCard:
    """A student's period, as the school tells it."""

    school: School
    cct_doubtful: bool  # the code does not look like one of the ministry's
    student: Student
    groups: tuple[str, ...]  # in which the student attends the period's courses, by name
    period: Period
    lines: tuple[ReportLine, ...]
    day: date  # on which it was made, where the school is

    @property
    def is_official(self) -> bool:
        """Nothing on it can be mistaken for final that is not."""
        return self.period.state is PeriodState.CLOSED and all(
            line.standing is not Standing.PROVISIONAL for line in self.lines
        )


class Hangs(StrEnum):
    """Why a verdict is a near thing."""

    ROUNDING = "rounding"  # the exact value, or the other way to round, would say otherwise
    LAST_PLACE = "last_place"  # one unit of the last place, or less, from the threshold
    ITEM = "item"  # one result that is not there would turn it


@dataclass(frozen=True, slots=True)
class Decisive:
    """One result that is not there and decides."""

    assessment: str
    open: bool  # not due yet
    if_full: Decimal | None
    if_zero: Decimal | None
    verdict_if_full: Verdict
    verdict_if_zero: Verdict


@dataclass(frozen=True, slots=True)
class Boundary:
    """A grade whose verdict hangs on little."""

    number: Decimal
    exact: Fraction  # before rounding, on the scale that people see
    min_passing: Decimal
    verdict: Verdict
    hangs_on: tuple[Hangs, ...]
    items: tuple[Decisive, ...] = ()


@dataclass(frozen=True, slots=True)
class BoundaryRow:
    """The same with whose and which grade it is."""

    student: Student
    subject: SubjectId
    version: int
    as_of: datetime
    boundary: Boundary
