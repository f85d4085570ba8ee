"""Short ways to curve the exam of the cast, and to see what came of it."""

from decimal import Decimal
from typing import Any

from grades import services
from grades.domain import CurveWish
from grades.tests.cast import (
    ADA,
    AUTUMN,
    BLAS,
    CARLA,
    COURSE,
    EXAM,
    MATHS,
    given,
    grade_of,
)
from luca.aws import audit, store
from luca.aws.audit import Action, AuditItem
from luca.kernel import clock

CURVE = f"/courses/{MATHS}/{AUTUMN}/assessments/{EXAM}/curve"
BOSS = "principal/school_admin"
FLAT = CurveWish("flat", Decimal(10))


def version() -> int:
    return next(one.version for one in services.assessments_of(MATHS, AUTUMN) if one.id == EXAM)


def applied(wish: CurveWish = FLAT) -> Any:
    return services.apply_curve(COURSE, EXAM, wish, reason="Muy difícil", version=version())


def undone() -> Any:
    return services.undo_curve(COURSE, EXAM, reason="Fue un error", version=version())


def consolidated() -> list[Decimal | None]:
    services.consolidate()
    return [grade_of(one).current for one in (ADA, BLAS, CARLA)]


def results(*scores: int) -> None:
    for student, score in zip((ADA, BLAS, CARLA), scores, strict=False):
        given(student, score)


def entries(action: Action) -> list[AuditItem]:
    today = audit.day(clock.now().date())
    return [one for one in store.every(AuditItem, today) if one.action == action.value]
