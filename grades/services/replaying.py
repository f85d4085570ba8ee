"""Grades computed again from items as they once were: the lake's door.

An image is an item as DynamoDB spells it, of whatever day. The computation is consolidation's
own; only what it reads comes from elsewhere. Nothing is read or written here.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from grades import rules
from grades.domain import Assessment, Evaluation, Grade, GradingRules, Result, RulesVersion
from grades.repository import images
from grades.services.consolidation.student import Facts, computed
from luca.kernel.ids import GroupId, StudentId
from tenants.domain import Course, Period, PeriodState

Image = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Then:
    """What a course's students had in common at one moment."""

    course: Course
    period: Period
    zone: ZoneInfo
    assessments: Sequence[Assessment]
    versions: Sequence[RulesVersion]  # of the subject's rules, the newest first


def evaluation(image: Image) -> Evaluation:
    return images.evaluation(image)


def assessment(image: Image) -> Assessment:
    return images.assessment(image)


def rules_version(image: Image) -> RulesVersion:
    return images.rules_version(image)


def grade(image: Image) -> Grade:
    return images.grade(image)


def result(
    then: Then,
    student: StudentId,
    recorded: Sequence[Evaluation],
    *,
    group: GroupId | None,
    at: datetime,
    before: Grade | None,
) -> Result | None:
    """What a consolidation at that moment had to compute; None: it had to leave the grade.

    `before` is the grade that it found: a closed period's is computed by its own rules.
    """
    asked_of_groups = any(one.group for one in then.assessments)
    facts = Facts(
        course=then.course,
        assessments=then.assessments,
        rules=lambda seen: _rules(then, seen, at),
        final=not then.period.is_open,
        at=at if then.period.is_open else None,
        groups={student: group} if asked_of_groups and group else {},
    )
    return computed(facts, student, before, recorded)


def says_the_same(grade: Grade, result: Result) -> bool:
    """Whether a stored grade is the result: its numbers, its verdict and its explanation."""
    numbers = (grade.score, grade.current, grade.final, grade.evaluations_count, grade.verdict)
    theirs = (result.published, result.current, result.final, result.graded, result.verdict)
    return grade.trace_hash == result.hash and numbers == theirs


def _rules(then: Then, seen: Grade | None, at: datetime) -> GradingRules:
    """As a consolidation chooses them: by the day, or by when the period began to close."""
    if then.period.state is PeriodState.CLOSED and seen is not None:
        found = (one for one in then.versions if one.number == seen.rules_version)
        frozen = next(found, None)
        return GradingRules() if frozen is None else frozen.rules
    moment = then.period.closing_since or at
    day = min(moment.astimezone(then.zone).date(), then.period.ends)
    present = rules.in_force(then.versions, day)
    return GradingRules() if present is None else present.rules
