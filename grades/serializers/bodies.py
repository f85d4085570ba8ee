"""What comes in: bodies read straight into types, numbers exactly."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any

import msgspec

from grades import domain
from grades.domain import Assessment, Keep, NewEvaluation, Status
from luca.kernel import clock
from luca.kernel.ids import AssessmentId, PeriodId, StudentId, SubjectId, uuid7

Instant = Annotated[datetime, msgspec.Meta(tz=True)]  # without a zone it is nobody's time


class Row(msgspec.Struct, forbid_unknown_fields=True):
    """One result as a teacher sends it."""

    student: str
    subject: str
    period: str
    assessment: str
    score: Decimal | None = None
    type: str | None = None
    category: str | None = None
    max: Decimal | None = None
    weight: Decimal | None = None
    status: Status = Status.GRADED
    submitted_at: Instant | None = None
    reason: str = ""

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
            status=self.status,
            submitted_at=self.submitted_at,
            reason=self.reason,
        )


class NewAssessment(msgspec.Struct, forbid_unknown_fields=True):
    """What a course is to ask for; without an id it gets one."""

    id: str = ""
    name: str = ""
    type: str = "general"
    category: str | None = None
    max: Decimal = Decimal(100)
    weight: Decimal = Decimal(1)
    extra_credit: bool = False
    due: Instant | None = None
    group: str | None = None
    published: bool = True

    def value(self) -> Assessment:
        return Assessment(
            id=AssessmentId(self.id or uuid7()),
            name=self.name,
            type=self.type,
            category=self.category or "",
            max=self.max,
            weight=self.weight,
            extra_credit=self.extra_credit,
            due=whole(self.due),
            group=self.group or "",
            published=self.published,
        )


class ChangedAssessment(msgspec.Struct, forbid_unknown_fields=True):
    """The fields that are to change; null takes a due date, a group or a category away."""

    name: str | msgspec.UnsetType = msgspec.UNSET
    type: str | msgspec.UnsetType = msgspec.UNSET
    category: str | msgspec.UnsetType | None = msgspec.UNSET
    max: Decimal | msgspec.UnsetType = msgspec.UNSET
    weight: Decimal | msgspec.UnsetType = msgspec.UNSET
    extra_credit: bool | msgspec.UnsetType = msgspec.UNSET
    due: Instant | msgspec.UnsetType | None = msgspec.UNSET
    group: str | msgspec.UnsetType | None = msgspec.UNSET
    published: bool | msgspec.UnsetType = msgspec.UNSET

    def fields(self) -> dict[str, Any]:
        given = {
            name: value
            for name, value in msgspec.structs.asdict(self).items()
            if value is not msgspec.UNSET
        }
        for name in {"category", "group"} & given.keys():
            given[name] = given[name] or ""
        if "due" in given:
            given["due"] = whole(given["due"])
        return given


def whole(at: datetime | None) -> datetime | None:
    """In whole milliseconds, as it is stored and answered."""
    return None if at is None else clock.parse(clock.stamp(at))


class Rows(msgspec.Struct):
    """Several results; a body without `evaluations` is one."""

    evaluations: list[msgspec.Raw] | msgspec.UnsetType = msgspec.UNSET


class Change(msgspec.Struct, forbid_unknown_fields=True):
    """A correction; the version is here or in If-Match."""

    reason: str
    score: Decimal | None = None
    status: Status = Status.GRADED
    submitted_at: Instant | msgspec.UnsetType | None = msgspec.UNSET
    version: int | None = None

    def value(self) -> domain.Change:
        at = self.submitted_at
        kept = Keep.KEEP if isinstance(at, msgspec.UnsetType) else at
        return domain.Change(self.score, self.status, kept)


class Why(msgspec.Struct, forbid_unknown_fields=True):
    """A change that says all by its address: excusing, voiding."""

    reason: str
    version: int | None = None


class Move(msgspec.Struct, forbid_unknown_fields=True):
    category: str
    reason: str
    version: int | None = None


class Consolidation(msgspec.Struct, forbid_unknown_fields=True):
    """What is to be computed; nothing named means all that is pending."""

    period: str | None = None
    subject: str | None = None
