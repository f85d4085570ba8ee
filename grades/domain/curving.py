"""Lifting the results of one assessment: what is asked, what it would do, and what was done."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from grades.domain.grading import Curve
from luca.kernel.ids import AssessmentId, PersonId


class CurveAct(StrEnum):
    APPLIED = "applied"
    UNDONE = "undone"  # the curve before it is in force again, or none


@dataclass(frozen=True, slots=True)
class CurveWish:
    """A curve as somebody asks for it: without the population, which is read and not believed."""

    kind: str
    amount: Decimal | str | None = None  # as it was written; `rules.parse_curve` judges it
    deviation: Decimal | str | None = None
    above_max: bool = False


@dataclass(frozen=True, slots=True)
class CurveEvent:
    """One act in the history of an assessment's curve.

    A curve's version is the number of the event that applied it.
    """

    assessment: AssessmentId
    number: int
    act: CurveAct
    curve: Curve | None  # in force from then on
    before: int  # applied: the version of the curve it replaced, 0 for none; undone: whose
    at: datetime
    by: PersonId | None
    reason: str
    leaves: int  # the version of the assessment that it made


@dataclass(frozen=True, slots=True)
class Distribution:
    """Some numbers at a glance, and nobody's in particular; None where there are none."""

    count: int
    mean: Decimal | None
    deviation: Decimal | None  # of these numbers, and not of a sample
    lowest: Decimal | None
    median: Decimal | None
    highest: Decimal | None
    tenths: tuple[int, ...]  # how many are in each tenth of what is possible


@dataclass(frozen=True, slots=True)
class Shift:
    """How some numbers change."""

    students: int
    raised: int
    lowered: int
    smallest: Decimal | None  # change among those that change
    largest: Decimal | None
    mean: Decimal | None
    to_passed: int = 0
    to_failed: int = 0


@dataclass(frozen=True, slots=True)
class BeforeAfter:
    before: Distribution
    after: Distribution


@dataclass(frozen=True, slots=True)
class GroupPreview:
    group: str
    results: BeforeAfter  # in this assessment, in percent, after lateness
    grades: BeforeAfter  # in the course, as they would be published today


@dataclass(frozen=True, slots=True)
class CurvePreview:
    """What a curve would do, if it were applied to what is recorded now."""

    curve: Curve
    version: int  # of the assessment, for whoever then applies it
    results: Shift
    grades: Shift
    groups: tuple[GroupPreview, ...]
