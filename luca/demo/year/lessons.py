"""What is taught and graded in the made-up year, with everything that makes grading hard.

Missing work, zeros that count, excused work, corrections, assessments of
different maxima, item weights that do not add to 100, students who have nothing
at all, and courses whose grade is undefined.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from luca.demo.year.domain import Assessment, Course, CourseKey, Mark, Sheet

if TYPE_CHECKING:
    from random import Random

    from luca.demo.year.domain import School

CATEGORIES: dict[str, dict[str, Any]] = {
    "matematicas": {"weights": {"exam": 0.7, "homework": 0.2, "quiz": 0.1}, "min_passing": 60},
    "ciencias": {"weights": {"exam": 0.5, "homework": 0.3, "quiz": 0.2}, "min_passing": 60},
}
ITEMS: dict[str, Any] = {"weighting": "items", "min_passing": 60}
# category, how many, the maximum of each
PLAN = (("exam", 2, 100), ("homework", 4, 10), ("quiz", 3, 20))
# Together 80 in the first subject and 100 in the other: both are legal.
WEIGHTS = {"espanol": (5, 10, 15, 20, 30), "historia": (10, 15, 20, 25, 30)}
MISSED, ZERO, CORRECTED, EXCUSED = 0.07, 0.02, 0.02, 0.015
ABSENT = 19  # this student of each group hands in nothing in the first period
EXEMPT = 11  # and this one is excused from all of history there


def fill(school: School, dice: Random, undefined: tuple[str, str] | None) -> None:
    """Set up every course and write every sheet, the teachers' typing errors included."""
    ability = {student.id: dice.gauss(0.78, 0.12) for student in school.students}
    for period in school.periods:
        for subject in school.subjects:
            key = CourseKey(subject, period.id)
            school.courses[key] = _course(key, weightless=key == undefined)
            for assessment in school.courses[key].assessments:
                for group in school.groups:
                    _sheet(school, key, assessment, group, ability, dice)


def _course(key: CourseKey, *, weightless: bool) -> Course:
    if key.subject in CATEGORIES:
        assessments = [
            Assessment(f"{category}-{n + 1}", category, Decimal(top), Decimal(1))
            for category, count, top in PLAN
            for n in range(count)
        ]
        return Course(key, CATEGORIES[key.subject], tuple(assessments))
    weighted = [
        Assessment(
            f"trabajo-{n + 1}",
            "general",
            Decimal(50 if n % 2 else 100),
            Decimal(0 if weightless else weight),
        )
        for n, weight in enumerate(WEIGHTS[key.subject])
    ]
    return Course(key, ITEMS, tuple(weighted))


def _sheet(
    school: School,
    key: CourseKey,
    assessment: Assessment,
    group: str,
    ability: dict[str, float],
    dice: Random,
) -> None:
    first = key.period == school.periods[0].id
    marks = []
    for n, student in enumerate(school.groups[group]):
        mark = _mark(student, assessment, ability[student], dice)
        if first and n == ABSENT:
            continue
        if first and n == EXEMPT and key.subject == "historia":
            marks.append(Mark(student, mark.score, excused=True))
        elif dice.random() >= MISSED:
            marks.append(mark)
    school.sheets.append(
        Sheet(school.teaching[key.subject], group, key, assessment.id, tuple(marks))
    )


def _mark(student: str, assessment: Assessment, ability: float, dice: Random) -> Mark:
    top = int(assessment.max)
    score = _score(ability, top, dice)
    fate = dice.random()
    if fate < ZERO:
        score = Decimal(0)
    elif fate < ZERO + CORRECTED:
        return Mark(student, score, corrected=_score(ability + 0.1, top, dice))
    elif fate < ZERO + CORRECTED + EXCUSED:
        return Mark(student, score, excused=True)
    return Mark(student, score)


def _score(ability: float, top: int, dice: Random) -> Decimal:
    """A score in steps of a half, between nothing and everything."""
    halves = round(2 * top * dice.gauss(ability, 0.1))
    return Decimal(max(0, min(2 * top, halves))) / 2
