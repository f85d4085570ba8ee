"""What comes in: bodies read straight into types, numbers exactly."""

from decimal import Decimal

import msgspec

from grades.domain import NewEvaluation
from luca.kernel.ids import AssessmentId, PeriodId, StudentId, SubjectId


class Row(msgspec.Struct, forbid_unknown_fields=True):
    """One result as a teacher sends it."""

    student: str
    subject: str
    period: str
    assessment: str
    score: Decimal
    type: str | None = None
    category: str | None = None
    max: Decimal | None = None
    weight: Decimal | None = None

    def value(self) -> NewEvaluation:
        return NewEvaluation(
            student=StudentId(self.student),
            subject=SubjectId(self.subject),
            period=PeriodId(self.period),
            assessment=AssessmentId(self.assessment),
            score=self.score,
            type=self.type,
            category=self.category,
            max=self.max,
            weight=self.weight,
        )


class Rows(msgspec.Struct):
    """Several results; a body without `evaluations` is one."""

    evaluations: list[msgspec.Raw] | msgspec.UnsetType = msgspec.UNSET


class Change(msgspec.Struct, forbid_unknown_fields=True):
    """A correction; the version is here or in If-Match."""

    score: Decimal
    reason: str
    version: int | None = None


class Excuse(msgspec.Struct, forbid_unknown_fields=True):
    reason: str
    version: int | None = None
