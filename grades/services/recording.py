"""Recording results: stored at once, graded at night."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from grades.domain import (
    Done,
    Evaluation,
    NewEvaluation,
    Outcome,
    Status,
)
from grades.repository import evaluations
from grades.services import assessments
from grades.services.access import check_may_grade, check_writable, enrolments_for
from grades.services.moment import this_moment
from grades.services.pool import at_once
from grades.services.reasons import checked_reason
from grades.services.scores import checked_result, checked_time
from luca.aws.audit import Action
from luca.aws.idempotency import Ticket
from luca.aws.store import ConditionFailed
from luca.kernel.errors import Conflict, FieldError, Invalid, LucaError, NotFound
from luca.kernel.ids import PersonId, StudentId
from luca.telemetry import metric
from tenants import services as tenants
from tenants.domain import Course, Enrolment


@dataclass(frozen=True, slots=True)
class _Class:
    """What all rows of one course have in common."""

    enrolled: dict[StudentId, Enrolment]
    closed: Conflict | None


def record(
    actor: PersonId | None, rows: Sequence[NewEvaluation], *, ticket: Ticket | None = None
) -> list[Outcome]:
    """Store new results, each on its own: one bad row does not stop the others.

    A result that is there already with the same score is left as it is, so a
    call may be repeated, also after the period was closed. A single row may
    bring a ticket: its answer is stored with it.
    """
    classes = _classes(actor, rows)
    first = _first_of_each(rows)

    def one(index: int) -> Outcome:
        row = rows[index]
        try:
            if first[row.course, row.student, row.assessment] != index:
                raise Invalid(
                    "Another row of this call is for the same result.", code="repeated_row"
                )
            found = classes[row.course]
            if isinstance(found, LucaError):
                raise found
            return _outcome(index, row, found, actor, ticket)
        except LucaError as error:
            return Outcome(index, Done.REFUSED, error=error)

    outcomes = at_once(one, range(len(rows)))
    for done in Done:
        count = sum(outcome.done is done for outcome in outcomes)
        if count:
            metric("Evaluations", count, outcome=done.value)
    return outcomes


def _first_of_each(rows: Sequence[NewEvaluation]) -> dict[tuple[Course, str, str], int]:
    first: dict[tuple[Course, str, str], int] = {}
    for index, row in enumerate(rows):
        first.setdefault((row.course, row.student, row.assessment), index)
    return first


def _classes(
    actor: PersonId | None, rows: Sequence[NewEvaluation]
) -> dict[Course, _Class | LucaError]:
    students: dict[Course, set[StudentId]] = defaultdict(set)
    for row in rows:
        students[row.course].add(row.student)
    return {course: _class(actor, course, wanted) for course, wanted in students.items()}


def _class(actor: PersonId | None, course: Course, students: set[StudentId]) -> _Class | LucaError:
    closed = None
    try:
        tenants.open_period(course.period)
    except Conflict as error:
        closed = error
    except NotFound as error:
        return error
    return _Class(enrolments_for(actor, course, students), closed)


def _outcome(
    index: int, row: NewEvaluation, of: _Class, actor: PersonId | None, ticket: Ticket | None
) -> Outcome:
    enrolment = of.enrolled.get(row.student)
    if enrolment is None:
        raise _absent(row)
    check_may_grade(actor, row.student, enrolment.group, row.subject)
    if of.closed is not None and not _after_close(row, of.closed):
        return Outcome(index, Done.UNCHANGED, _same(row, of.closed))
    fresh = _fresh(row, enrolment, actor)
    try:
        evaluations.add(fresh, ticket, Action.GRADE_LATE if of.closed else None)
    except ConditionFailed:
        raise  # the key of the request was used before: its answer is stored
    except Conflict as conflict:
        return Outcome(index, Done.UNCHANGED, _same(row, conflict))
    return Outcome(index, Done.STORED, fresh)


def _after_close(row: NewEvaluation, closed: Conflict) -> bool:
    """Whether a row is an admin's, with a reason; then it may not define anything new."""
    if not row.reason:
        return False
    check_writable(row.period)
    if assessments.known(row) is None:
        raise closed
    return True


def _fresh(row: NewEvaluation, enrolment: Enrolment, actor: PersonId | None) -> Evaluation:
    if row.status is Status.EXCUSED:
        raise Invalid(
            "Excusing needs a reason: it has its own address.",
            errors=(FieldError("status", "Not excused."),),
        )
    reason = checked_reason(row.reason, row.student) if row.reason else ""
    submitted = checked_time(row.submitted_at)
    # The last step that may refuse, for it may define the assessment as well.
    assessment = assessments.asked(row)
    assessments.check_asked(assessment, enrolment.group)
    return Evaluation(
        student=row.student,
        subject=row.subject,
        period=row.period,
        assessment=row.assessment,
        status=row.status,
        score=checked_result(row.status, row.score, assessment),
        max=assessment.max,
        category=assessment.counts_as,
        group=enrolment.group,
        recorded_at=this_moment(),
        recorded_by=actor,
        reason=reason,
        submitted_at=submitted,
    )


def _absent(row: NewEvaluation) -> LucaError:
    """Say what is missing. A student of another school is as unknown as any other."""
    try:
        tenants.see_student(row.student)
        tenants.student(row.student)
        tenants.course(row.subject, row.period)
    except NotFound as error:
        return error
    return Invalid(
        "The student is not enrolled in this course.",
        code="not_enrolled",
        errors=(FieldError("student", "The student is not enrolled in this course."),),
    )


def _same(row: NewEvaluation, otherwise: Conflict) -> Evaluation:
    """Return the stored result if it says what the row says."""
    found = evaluations.get(row.student, row.course, row.assessment)
    if found is None or (found.status, found.score) != (row.status, row.score):
        raise otherwise
    if row.submitted_at is not None and found.submitted_at != checked_time(row.submitted_at):
        raise otherwise
    return found
