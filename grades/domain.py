"""The words of grading: values without behaviour, and without I/O."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Any

from luca.kernel.errors import LucaError
from luca.kernel.ids import (
    AssessmentId,
    PeriodId,
    PersonId,
    StudentId,
    SubjectId,
)
from tenants.domain import Course


class Status(StrEnum):
    """Where one result stands. A score of 0 is GRADED, and not MISSING."""

    GRADED = "graded"
    PENDING = "pending"  # handed in, not yet marked
    MISSING = "missing"  # nothing is recorded
    EXCUSED = "excused"  # does not concern this student: as if it did not exist


class Weighting(StrEnum):
    CATEGORIES = "categories"  # the rules weigh categories
    ITEMS = "items"  # each assessment carries its own weight


class Aggregation(StrEnum):
    """How the items of one category become one ratio."""

    POINTS = "points"  # the sum of scores over the sum of maxima
    MEAN_OF_RATIOS = "mean_of_ratios"  # every item counts the same


class Rounding(StrEnum):
    HALF_UP = "half_up"
    TRUNCATE = "truncate"


class Publish(StrEnum):
    """Which of the two results a school shows as the grade."""

    CURRENT = "current"  # what is graded so far; missing is ignored
    FINAL = "final"  # missing counts as zero


class Verdict(StrEnum):
    PASSED = "passed"
    FAILED = "failed"
    UNDEFINED = "undefined"  # no grade, or no threshold


@dataclass(frozen=True, slots=True)
class GradingRules:
    """How a school grades a subject. Made by `rules.parse`, which checks it."""

    weighting: Weighting = Weighting.ITEMS
    weights: tuple[tuple[str, Fraction], ...] = ()  # sorted by category
    aggregation: Aggregation = Aggregation.POINTS
    rounding: Rounding = Rounding.HALF_UP
    places: int = 1
    min_passing: Decimal | None = None
    publish: Publish = Publish.CURRENT
    normalise: bool = False
    version: int = 0  # 0: the default, nobody published any


@dataclass(frozen=True, slots=True)
class Assessment:
    """Something that is graded: an exam, a piece of homework."""

    id: AssessmentId
    type: str = "general"
    max: Decimal = Decimal(100)
    weight: Decimal = Decimal(1)
    category: str = ""  # empty: the type is the category

    @property
    def counts_as(self) -> str:
        return self.category or self.type


@dataclass(frozen=True, slots=True)
class Item:
    """What the engine needs to know about one assessment of one student."""

    assessment: str
    category: str
    max: Decimal
    weight: Decimal
    status: Status
    score: Decimal | None = None
    version: int = 0  # of the evaluation; 0 when there is none


@dataclass(frozen=True, slots=True)
class Result:
    """What the engine says, and why.

    None is "undefined": nothing carries weight. It is never the same as 0.
    """

    current: Decimal | None
    final: Decimal | None
    published: Decimal | None
    verdict: Verdict
    graded: int
    flags: tuple[str, ...]
    trace: Mapping[str, Any]
    hash: str  # of the trace


@dataclass(frozen=True, slots=True)
class Correction:
    """What an evaluation was before somebody changed it, and why they did."""

    version: int
    status: Status
    score: Decimal | None
    at: datetime
    by: str
    reason: str


@dataclass(frozen=True, slots=True)
class NewEvaluation:
    """One row of what a teacher sends.

    The metadata may name an assessment that nobody defined yet; for a known
    one it must agree with the definition.
    """

    student: StudentId
    subject: SubjectId
    period: PeriodId
    assessment: AssessmentId
    score: Decimal
    type: str | None = None
    category: str | None = None
    max: Decimal | None = None
    weight: Decimal | None = None

    @property
    def course(self) -> Course:
        return Course(self.subject, self.period)


@dataclass(frozen=True, slots=True)
class Evaluation:
    """One student's raw result in one assessment, as stored."""

    student: StudentId
    subject: SubjectId
    period: PeriodId
    assessment: AssessmentId
    status: Status
    score: Decimal | None
    max: Decimal
    category: str
    recorded_at: datetime
    recorded_by: PersonId | None
    group: str = ""  # in which the student attends the course
    version: int = 1
    consolidated: bool = False
    reason: str = ""  # of the last correction
    history: tuple[Correction, ...] = ()

    @property
    def course(self) -> Course:
        return Course(self.subject, self.period)


class Done(StrEnum):
    """What became of one row of a bulk call."""

    STORED = "stored"
    UNCHANGED = "unchanged"  # the very same result was there already
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Outcome:
    """The answer to one row: an evaluation, or why there is none."""

    index: int
    done: Done
    evaluation: Evaluation | None = None
    error: LucaError | None = None


class SyncState(StrEnum):
    """Where a grade of a closed period stands on its way to the government."""

    NONE = ""
    PENDING = "PENDING"
    CLAIMED = "CLAIMED"  # frozen into a batch
    SYNCED = "SYNCED"


@dataclass(frozen=True, slots=True)
class Grade:
    """A student's consolidated result in a course.

    `score` is the one of the two that the school's policy publishes.
    """

    student: StudentId
    subject: SubjectId
    period: PeriodId
    score: Decimal | None
    current: Decimal | None
    final: Decimal | None
    verdict: Verdict
    published: Publish
    evaluations_count: int
    last_calculated: datetime
    version: int
    rules_version: int
    places: int  # to which its numbers are rounded and shown
    trace_hash: str
    sync_state: SyncState = SyncState.NONE
    sync_batch: str = ""

    @property
    def course(self) -> Course:
        return Course(self.subject, self.period)


@dataclass(frozen=True, slots=True)
class GradeVersion:
    """One entry of a grade's history, with the explanation of its number."""

    version: int
    score: Decimal | None
    current: Decimal | None
    final: Decimal | None
    published: Publish
    calculated: datetime
    trace: Mapping[str, Any]
    trace_hash: str


@dataclass(frozen=True, slots=True)
class CourseResult:
    """What a student sees of one course: the official grade, and how it stands today."""

    subject: SubjectId
    period: PeriodId
    official: Grade | None
    provisional: Result
    pending: int  # evaluations that the official grade does not know yet


@dataclass(frozen=True, slots=True)
class Profile:
    student: StudentId
    name: str
    period: PeriodId
    as_of: datetime
    courses: tuple[CourseResult, ...]
