"""Curves: whoever teaches the subject to all whose results change, and school admins."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

from grades import services as grades
from grades.domain import Assessment, CurveWish, NewEvaluation
from luca.kernel.ids import AssessmentId
from tests.permissions.words import Row
from tests.permissions.world import ADA, AUTUMN, COURSE, FIRST_A, MATHS, Target, fresh

CURVE = "courses/<id:subject>/<id:period>/assessments/<id:assessment>/curve"
MAY = "teacher admin"
WISH = {"kind": "flat", "amount": 5}


def with_results(target: Target) -> Target:
    """An assessment of 1A, another one each time, of version 1."""
    if not target.exists:
        return target
    quiz = AssessmentId(fresh("quiz"))
    with target.place.entered():
        grades.add_assessment(COURSE, Assessment(quiz, type="exam", group=FIRST_A))
        (outcome,) = grades.record(None, [NewEvaluation(ADA, MATHS, AUTUMN, quiz, Decimal(7))])
    assert outcome.error is None, outcome.error
    return replace(target, assessment=quiz)


def with_curve(target: Target) -> Target:
    """The same of version 2, with a curve."""
    ready = with_results(target)
    if target.exists:
        with target.place.entered():
            grades.apply_curve(
                COURSE,
                AssessmentId(ready.assessment),
                CurveWish("flat", Decimal(5)),
                reason="Muy difícil",
                version=1,
            )
    return ready


def applying(_target: Target) -> dict[str, Any]:
    return {**WISH, "reason": "Muy difícil"}


ROWS = (
    Row(
        f"POST {CURVE}",
        "Ajustar los resultados con una curva",
        "Adjust results with a curve",
        MAY,
        hidden="colleague",
        seen="other_teacher",
        prepare=with_results,
        headers=lambda _: {"If-Match": '"1"'},
        body=applying,
    ),
    Row(
        f"POST {CURVE}/preview",
        "Ver qué haría una curva",
        "See what a curve would do",
        MAY,
        hidden="colleague",
        seen="other_teacher",
        prepare=with_results,
        body=lambda _: WISH,
    ),
    Row(
        f"POST {CURVE}/undo",
        "Deshacer una curva",
        "Undo a curve",
        MAY,
        hidden="colleague",
        seen="other_teacher",
        prepare=with_curve,
        headers=lambda _: {"If-Match": '"2"'},
        body=lambda _: {"reason": "Era otro examen"},
    ),
    Row(
        f"GET {CURVE}/events",
        "Ver qué curvas se aplicaron",
        "See which curves were applied",
        MAY,
        hidden="colleague",
        seen="other_teacher",
        prepare=with_curve,
    ),
)
