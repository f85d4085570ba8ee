"""What a course asks for: how it is defined, changed, and remembered for a while."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from threading import Lock

from grades import rules
from grades.domain import Assessment, Evaluation, NewEvaluation
from grades.repository import assessments as repository
from grades.repository import courses
from grades.services.access import check_admin
from grades.services.courses import checked_id, remembered_categories
from grades.services.scores import checked_result
from luca.kernel.errors import Conflict, FieldError, Invalid, NotFound
from luca.kernel.ids import GroupId, PeriodId, StudentId, SubjectId
from tenants import services as tenants
from tenants.domain import Course
from tenants.services.cached import LINKS, Remembered

_assessments: Remembered[list[Assessment]] = Remembered(LINKS)
_defining = Lock()
LONGEST_NAME = 120  # characters


def save_assessments(
    subject: SubjectId, period: PeriodId, assessments: Iterable[Assessment]
) -> int:
    """Define assessments of a course, or change them; return how many changed.

    A closed period is left as it is: repeating an import changes nothing, and
    a definition that differs is refused. Versions and curves stay what they are.
    """
    check_admin()
    course = Course(subject, period)
    known = {one.id: one for one in repository.of_course(course)}
    wanted = {one.id: _as_known(valid(one), known.get(one.id)) for one in assessments}
    changed = [one for one in wanted.values() if known.get(one.id) != one]
    if changed:
        tenants.open_period(period)
        seen = {one.id: one.version for one in known.values()}
        repository.save(
            course,
            [
                (replace(one, version=seen.get(one.id, 0) + 1), seen.get(one.id, 0))
                for one in changed
            ],
        )
        forget(course)
    return len(changed)


def _as_known(one: Assessment, known: Assessment | None) -> Assessment:
    """What an import does not speak of."""
    if known is None:
        return replace(one, version=1, curve=None)
    return replace(one, version=known.version, curve=known.curve)


def assessments_of(subject: SubjectId, period: PeriodId) -> list[Assessment]:
    return repository.of_course(Course(subject, period))


def remembered_assessments(course: Course) -> list[Assessment]:
    """Definitions, up to half a minute old; an empty course is looked at again each time."""
    return _assessments.fetch(course, lambda: repository.of_course(course) or None) or []


def remember(course: Course, asked: list[Assessment], until: float) -> None:
    """Keep definitions that were read beside something else."""
    _assessments.put(course, asked, until)


def forget(course: Course) -> None:
    """Read the definitions anew the next time: this process has changed one."""
    _assessments.forget(course)


def definitions_of(course: Course, results: Sequence[Evaluation]) -> list[Assessment]:
    """Remembered definitions, read anew when a result is for one that is newer than them."""
    known = remembered_assessments(course)
    if {one.assessment for one in results} <= {one.id for one in known}:
        return known
    forget(course)
    return remembered_assessments(course)


def groups_of(
    course: Course, assessments: Iterable[Assessment], students: Sequence[StudentId]
) -> Mapping[StudentId, GroupId]:
    """In which group they attend the course, if any of its assessments depends on that."""
    if not any(one.group for one in assessments):
        return {}
    found = tenants.enrolments(course.subject, course.period, students)
    return {student: at.group for student, at in found.items()}


def is_family(student: StudentId) -> bool:
    """Whether the actor reads of the student as the family does, and not as staff."""
    return not tenants.sees_as_staff(student)


def visible_results(results: Sequence[Evaluation]) -> list[Evaluation]:
    """Those that the actor may see: of what is not published, families see nothing."""
    families = {one for one in {result.student for result in results} if is_family(one)}
    if not families:
        return list(results)
    shown = {
        (course, one.id)
        for course in {result.course for result in results}
        for one in definitions_of(course, [one for one in results if one.course == course])
        if one.published
    }
    return [
        one
        for one in results
        if one.student not in families or (one.course, one.assessment) in shown
    ]


def asked(row: NewEvaluation) -> Assessment:
    """The assessment that a row speaks of: a known one, or one that the row defines."""
    checked_id(row.assessment, "assessment")
    found = known(row)
    if found is None:
        with _defining:  # of the rows of one call the first defines it and the others find it
            found = known(row) or _define(row)
    _check_agrees(row, found)
    return found


def group_changed(course: Course) -> None:
    """Recompute everybody, if the course asks something of one group only."""
    forget(course)
    if any(one.group for one in remembered_assessments(course)):
        courses.mark(course)


def check_asked(assessment: Assessment, group: str) -> None:
    """Refuse a result in what is asked of another group only."""
    if assessment.group not in {"", group}:
        message = "This assessment is not asked of the student's group."
        raise Invalid(message, code="not_asked", errors=(FieldError("assessment", message),))


def known(row: NewEvaluation) -> Assessment | None:
    for one in remembered_assessments(row.course):
        if one.id == row.assessment:
            return one
    found = repository.get(row.course, row.assessment)
    if found is not None:
        forget(row.course)
    return found


def _define(row: NewEvaluation) -> Assessment:
    if row.type is None and row.category is None and row.max is None and row.weight is None:
        raise NotFound(
            "There is no such assessment in this course; give its type and maximum to define it.",
            code="assessment_not_found",
        )
    fresh = valid(_described(row))
    check_category(row.course, fresh, "category" if row.category else "type")
    # Or a refused result defines what all others then miss.
    checked_result(row.status, row.score, fresh)
    if not repository.add(row.course, fresh):
        fresh = repository.get(row.course, row.assessment) or fresh
    forget(row.course)
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


def check_category(course: Course, fresh: Assessment, field: str) -> None:
    """An assessment in a category that the rules do not weigh would never count."""
    check_counts(fresh.counts_as, remembered_categories(course.subject, course.period), field)


def check_counts(category: str, known: Sequence[str] | None, field: str) -> None:
    if known is not None and category not in known:
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


def valid(one: Assessment) -> Assessment:
    """Return the definition with its numbers spelled one way, or raise Invalid."""
    for field in ("id", "type", "category", "group"):
        if getattr(one, field) or field in {"id", "type"}:
            checked_id(getattr(one, field), "assessment" if field == "id" else field)
    name = one.name.strip()
    if len(name) > LONGEST_NAME or not name.isprintable():
        raise _wrong("name", f"must be one line of at most {LONGEST_NAME} characters")
    most, weight = _number("max", one.max), _number("weight", one.weight)
    if most <= 0:
        raise _wrong("max", "must be above 0")
    if weight < 0:
        raise _wrong("weight", "must not be negative")
    return replace(one, max=most, weight=weight, name=name)


def _number(field: str, value: object) -> Decimal:
    try:
        return rules.exact(value)
    except ValueError as error:
        raise _wrong(field, str(error)) from error


def _wrong(field: str, message: str) -> Invalid:
    return Invalid(
        "The assessment cannot be used.", errors=(FieldError(field, f"{field} {message}."),)
    )
