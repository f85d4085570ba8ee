"""What is recorded about students: values without behaviour, and without I/O."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import Enum, StrEnum
from typing import Any

from grades.domain.grading import Publish, Result, Status, Verdict
from luca.kernel.errors import LucaError
from luca.kernel.ids import AssessmentId, PeriodId, PersonId, StudentId, SubjectId
from tenants.domain import Course


@dataclass(frozen=True, slots=True)
class Correction:
    """A version of an evaluation that was replaced: what it said, who recorded it and when.

    The reason is that version's own, so the first one has none: why it was
    replaced is the reason of the version after it.
    """

    version: int
    status: Status
    score: Decimal | None
    at: datetime
    by: str
    reason: str
    submitted_at: datetime | None = None
    moved_to: str = ""


class Keep(Enum):
    """In the place of a value: leave it as it is."""

    KEEP = "keep"


@dataclass(frozen=True, slots=True)
class Change:
    """What a correction makes of a result."""

    score: Decimal | None
    status: Status = Status.GRADED
    submitted_at: datetime | Keep | None = Keep.KEEP


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
    score: Decimal | None
    type: str | None = None
    category: str | None = None
    max: Decimal | None = None
    weight: Decimal | None = None
    status: Status = Status.GRADED
    submitted_at: datetime | None = None
    reason: str = ""  # an admin's, for a result in a closed period

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
    submitted_at: datetime | None = None  # when it was handed in; None is in time
    moved_to: str = ""  # the category in which it counts for this student only

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
    given_back: int = 0  # how often this version is sent anew after a batch had it
    checks: int = 0  # how often this version was found right by a run that recomputed everybody

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
class Explanation:
    """How one number came about, for a parent to read and for a program to check."""

    of: GradeVersion  # version 0: the provisional result, which is stored nowhere
    sentences: tuple[str, ...]
    as_of: datetime
    up_to_date: bool = True  # False: something has changed that this number does not know yet
    provisional: Result | None = None  # what it would be with that


@dataclass(frozen=True, slots=True)
class CourseResult:
    """What a student sees of one course: the official grade, and how it stands today."""

    subject: SubjectId
    period: PeriodId
    official: Grade | None
    provisional: Result
    pending: int  # evaluations that the official grade does not know yet
    up_to_date: bool  # whether the official grade knows everything: results, assessments, rules


@dataclass(frozen=True, slots=True)
class Profile:
    student: StudentId
    name: str
    period: PeriodId
    as_of: datetime
    courses: tuple[CourseResult, ...]
