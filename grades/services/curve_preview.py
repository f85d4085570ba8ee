"""What a curve would do to everybody's results and grades, without doing it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from fractions import Fraction

from grades import rules
from grades.domain import (
    Assessment,
    BeforeAfter,
    CurvePreview,
    CurveWish,
    Evaluation,
    GradingRules,
    GroupPreview,
    Result,
    Shift,
)
from grades.repository import assessments as definitions
from grades.repository import curves as repository
from grades.repository import evaluations
from grades.services import courses
from grades.services.curving import bare, made_for, population_of, seen
from grades.services.moment import this_moment
from grades.services.pool import at_once
from luca.kernel.ids import AssessmentId
from tenants import services as tenants
from tenants.domain import Course, Enrolment


@dataclass(frozen=True, slots=True)
class _Student:
    """One student before and after. It stays in here: what is answered names nobody."""

    group: str
    results: tuple[Fraction, Fraction] | None  # in percent; None without a graded one
    before: Result
    after: Result


@dataclass(frozen=True, slots=True)
class _Question:
    """What is the same for all students: the rules, and the course with and without the curve."""

    by: GradingRules
    at: datetime
    before: Sequence[Assessment]
    was: Assessment
    becomes: Assessment

    @property
    def after(self) -> list[Assessment]:
        return [self.becomes if one.id == self.becomes.id else one for one in self.before]


def preview_curve(course: Course, identity: AssessmentId, wish: CurveWish) -> CurvePreview:
    """Return what `apply_curve` and a consolidation would change, were they run now."""
    assessment, roster = seen(course, identity)
    period = tenants.open_period(course.period)
    recorded = at_once(lambda one: evaluations.of_course(one.student, course), roster)
    own = [one for of in recorded for one in of if one.assessment == identity]
    population = population_of(course, assessment, own)
    curve = made_for(wish, population, repository.last(course, identity) + 1)
    question = _Question(
        by=courses.rules_for(course.subject, period),
        at=this_moment(),
        before=definitions.of_course(course),
        was=assessment,
        becomes=replace(assessment, curve=curve),
    )
    found = [_student(question, *one) for one in zip(roster, recorded, strict=True)]
    return CurvePreview(
        curve=curve,
        version=assessment.version,
        results=rules.shift(one.results for one in found if one.results),
        grades=_grades_shift(found),
        groups=tuple(
            _group(question.by, name, [one for one in found if one.group == name])
            for name in sorted({one.group for one in found})
        ),
    )


def _student(asked: _Question, attends: Enrolment, recorded: Sequence[Evaluation]) -> _Student:
    before, after = (
        rules.grade(asked.by, rules.items_of(every, recorded, at=asked.at, group=attends.group))
        for every in (asked.before, asked.after)
    )
    own = next((one for one in recorded if one.assessment == asked.was.id), None)
    return _Student(
        group=attends.group,
        results=None if own is None else _results(asked, own),
        before=before,
        after=after,
    )


def _results(asked: _Question, result: Evaluation) -> tuple[Fraction, Fraction] | None:
    item = bare(asked.was, result)
    was = rules.worth(asked.by, replace(item, curve=asked.was.curve))
    becomes = rules.worth(asked.by, replace(item, curve=asked.becomes.curve))
    return None if was is None or becomes is None else (100 * was, 100 * becomes)


def _grades_shift(found: Iterable[_Student]) -> Shift:
    return rules.shift(
        [
            (Fraction(one.before.published), Fraction(one.after.published))
            for one in found
            if one.before.published is not None and one.after.published is not None
        ],
        [(one.before.verdict, one.after.verdict) for one in found],
    )


def _group(by: GradingRules, name: str, found: Sequence[_Student]) -> GroupPreview:
    results = [one.results for one in found if one.results]
    return GroupPreview(
        group=name,
        results=BeforeAfter(
            rules.distribution(was for was, _ in results),
            rules.distribution(becomes for _, becomes in results),
        ),
        grades=BeforeAfter(
            rules.distribution(_published(one.before for one in found), by.scale),
            rules.distribution(_published(one.after for one in found), by.scale),
        ),
    )


def _published(found: Iterable[Result]) -> list[Fraction]:
    return [Fraction(one.published) for one in found if one.published is not None]
