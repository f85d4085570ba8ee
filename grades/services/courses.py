"""What a course asks for: assessments and rules, and how they are remembered for a while."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from threading import Lock
from typing import Any

from grades import rules
from grades.domain import Assessment, Evaluation, GradingRules, NewEvaluation, Weighting
from grades.repository import courses as repository
from grades.services.access import check_admin
from grades.services.scores import checked_score
from luca.kernel.errors import Conflict, FieldError, Invalid, NotFound
from luca.kernel.ids import PeriodId, SubjectId, check_id
from tenants import services as tenants
from tenants.domain import Course
from tenants.services.cached import LINKS, Remembered

_assessments: Remembered[list[Assessment]] = Remembered(LINKS)
_rules: Remembered[GradingRules] = Remembered(LINKS)
_defining = Lock()


def publish_rules(subject: SubjectId, given: Mapping[str, Any]) -> GradingRules:
    """Make these the school's rules for a subject from now on.

    Everybody in its open courses is recomputed. Publishing the rules that are
    in force already changes nothing.
    """
    check_admin()
    _check_id(subject, "subject")
    wanted = rules.parse(given, version=0)
    latest = repository.latest_rules(subject)
    number = latest.version if latest else 0
    if latest is not None and replace(wanted, version=number) == latest:
        return latest
    fresh = replace(wanted, version=number + 1)
    open_periods = {period.id for period in tenants.periods() if period.is_open}
    concerned = [
        course
        for course in tenants.courses()
        if course.subject == subject and course.period in open_periods
    ]
    repository.add_rules(subject, fresh, concerned)
    _rules.forget(subject)
    return fresh


def rules_for(subject: SubjectId) -> GradingRules:
    """The rules in force; without any, every assessment carries its own weight."""
    return repository.latest_rules(subject) or GradingRules()


def rules_as_written(subject: SubjectId) -> dict[str, Any]:
    """The same in the form in which they are published."""
    return rules.as_mapping(rules_for(subject))


def remembered_rules(subject: SubjectId) -> GradingRules:
    """The same, up to half a minute old: for provisional results and for checks."""
    return _rules.fetch(subject, lambda: rules_for(subject)) or GradingRules()


def save_assessments(
    subject: SubjectId, period: PeriodId, assessments: Iterable[Assessment]
) -> int:
    """Define assessments of a course, or change them; return how many changed.

    A closed period is left as it is: repeating an import changes nothing, and
    a definition that differs is refused.
    """
    check_admin()
    course = Course(subject, period)
    wanted = {one.id: one for one in map(_valid, assessments)}
    known = {one.id: one for one in repository.assessments(course)}
    changed = [one for one in wanted.values() if known.get(one.id) != one]
    if changed:
        tenants.open_period(period)
        repository.save_assessments(course, changed)
        _assessments.forget(course)
    return len(changed)


def assessments_of(subject: SubjectId, period: PeriodId) -> list[Assessment]:
    return repository.assessments(Course(subject, period))


def remembered_assessments(course: Course) -> list[Assessment]:
    """Definitions, up to half a minute old; an empty course is looked at again each time."""
    return _assessments.fetch(course, lambda: repository.assessments(course) or None) or []


def definitions_of(course: Course, results: Sequence[Evaluation]) -> list[Assessment]:
    """Remembered definitions, read anew when a result is for one that is newer than them."""
    known = remembered_assessments(course)
    if {one.assessment for one in results} <= {one.id for one in known}:
        return known
    _assessments.forget(course)
    return remembered_assessments(course)


def asked(row: NewEvaluation) -> Assessment:
    """The assessment that a row speaks of: a known one, or one that the row defines."""
    _check_id(row.assessment, "assessment")
    known = _known(row)
    if known is None:
        with _defining:  # of the rows of one call the first defines it and the others find it
            known = _known(row) or _define(row)
    _check_agrees(row, known)
    return known


def _known(row: NewEvaluation) -> Assessment | None:
    for one in remembered_assessments(row.course):
        if one.id == row.assessment:
            return one
    found = repository.assessment(row.course, row.assessment)
    if found is not None:
        _assessments.forget(row.course)
    return found


def _define(row: NewEvaluation) -> Assessment:
    if row.type is None and row.category is None and row.max is None and row.weight is None:
        raise NotFound(
            "There is no such assessment in this course; give its type and maximum to define it.",
            code="assessment_not_found",
        )
    fresh = _valid(_described(row))
    _check_category(row, fresh)
    checked_score(row.score, fresh)  # or a refused result defines what all others then miss
    if not repository.add_assessment(row.course, fresh):
        fresh = repository.assessment(row.course, row.assessment) or fresh
    _assessments.forget(row.course)
    return fresh


def _described(row: NewEvaluation) -> Assessment:
    given = Assessment(row.assessment)
    return Assessment(
        id=row.assessment,
        type=row.type or row.category or given.type,
        category=row.category or "",
        max=given.max if row.max is None else row.max,
        weight=given.weight if row.weight is None else row.weight,
    )


def _check_category(row: NewEvaluation, fresh: Assessment) -> None:
    """A new assessment in a category that the rules do not weigh would never count."""
    by = remembered_rules(row.subject)
    known = [name for name, _ in by.weights]
    if by.weighting is Weighting.CATEGORIES and fresh.counts_as not in known:
        field = "category" if row.category else "type"
        message = f"The rules of this subject weigh: {', '.join(known)}."
        raise Invalid(
            "The assessment belongs to no category of the rules.",
            code="category_unknown",
            errors=(FieldError(field, message),),
        )


def _check_agrees(row: NewEvaluation, known: Assessment) -> None:
    given = {
        "type": (row.type, known.type),
        "category": (row.category, known.counts_as),
        "max": (row.max, known.max),
        "weight": (row.weight, known.weight),
    }
    errors = tuple(
        FieldError(field, f"The assessment is defined with {is_now}.")
        for field, (wanted, is_now) in given.items()
        if wanted is not None and wanted != is_now
    )
    if errors:
        raise Conflict(
            "The assessment is defined differently already.",
            code="assessment_differs",
            errors=errors,
        )


def _valid(one: Assessment) -> Assessment:
    """Return the definition with its numbers spelled one way, or raise Invalid."""
    _check_id(one.id, "assessment")
    _check_id(one.type, "type")
    if one.category:
        _check_id(one.category, "category")
    numbers = {}
    for field, value in (("max", one.max), ("weight", one.weight)):
        try:
            numbers[field] = rules.exact(value)
        except ValueError as error:
            raise _wrong(field, str(error)) from error
    if numbers["max"] <= 0:
        raise _wrong("max", "must be above 0")
    if numbers["weight"] < 0:
        raise _wrong("weight", "must not be negative")
    return replace(one, max=numbers["max"], weight=numbers["weight"])


def _check_id(text: str, field: str) -> None:
    try:
        check_id(text, field)
    except ValueError as error:
        raise Invalid("An id is malformed.", errors=(FieldError(field, str(error)),)) from error


def _wrong(field: str, message: str) -> Invalid:
    return Invalid(
        "The assessment cannot be used.", errors=(FieldError(field, f"{field} {message}."),)
    )
