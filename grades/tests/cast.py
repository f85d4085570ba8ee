"""Who is who, and short ways to say what a student has achieved."""

from decimal import Decimal

from grades import keys, services
from grades.domain import Evaluation, Grade, Item, NewEvaluation, Status
from luca.aws import store
from luca.aws.table import TenantItem
from luca.kernel import context
from luca.kernel.ids import (
    AssessmentId,
    GroupId,
    GuardianId,
    PeriodId,
    StudentId,
    SubjectId,
    TeacherId,
)
from tenants.domain import Course

ADA, BLAS, CARLA = StudentId("ada"), StudentId("blas"), StudentId("carla")
DARIO = StudentId("dario")
TERESA, TOMAS = TeacherId("teresa"), TeacherId("tomas")
GLORIA = GuardianId("gloria")
FIRST_A, FIRST_B = GroupId("1a"), GroupId("1b")
MATHS, AUTUMN = SubjectId("maths"), PeriodId("2026-1")
COURSE = Course(MATHS, AUTUMN)
EXAM, ESSAY = AssessmentId("exam-1"), AssessmentId("essay")


def item(
    score: str | int | None,
    of: str | int = 100,
    *,
    category: str = "exam",
    weight: str | int = 1,
    status: Status | None = None,
    name: str = "",
) -> Item:
    """An item; without a score it is missing, unless a status says otherwise."""
    by_score = Status.MISSING if score is None else Status.GRADED
    return Item(
        assessment=name or f"{category}-{score}-{of}-{weight}",
        category=category,
        max=Decimal(of),
        weight=Decimal(weight),
        status=status or by_score,
        score=None if score is None else Decimal(score),
        version=0 if score is None else 1,
    )


def scored(
    student: StudentId = ADA,
    score: str | int = 80,
    assessment: AssessmentId = EXAM,
    *,
    subject: SubjectId = MATHS,
    period: PeriodId = AUTUMN,
    type: str | None = "exam",  # noqa: A002 -- the field's own name
) -> NewEvaluation:
    """A row that a teacher sends."""
    return NewEvaluation(student, subject, period, assessment, Decimal(score), type=type)


def given(
    student: StudentId = ADA, score: str | int = 80, assessment: AssessmentId = EXAM
) -> Evaluation:
    """Record one result as the context's actor; it must work."""
    (outcome,) = services.record(context.actor(), [scored(student, score, assessment)])
    if outcome.error:
        raise outcome.error
    assert outcome.evaluation is not None
    return outcome.evaluation


def grade_of(student: StudentId = ADA) -> Grade:
    found = services.grade(student, MATHS, AUTUMN)
    assert found is not None
    return found


def waiting() -> int:
    """How many results and courses the work queue holds."""
    return sum(
        len(list(store.every(TenantItem, keys.consolidation_shard(number), index="GSI2")))
        for number in keys.ALL_SHARDS
    )
