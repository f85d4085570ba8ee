"""Changing a result afterwards: with a reason, over the version that was seen, and remembered."""

from dataclasses import replace
from decimal import Decimal

from grades.domain import Assessment, Correction, Evaluation, NewEvaluation, Status
from grades.repository import evaluations
from grades.services import courses
from grades.services.access import check_may_grade
from grades.services.moment import this_moment
from grades.services.scores import checked_score
from luca.aws.audit import LONGEST_REASON, Action
from luca.kernel.errors import Conflict, FieldError, Invalid, NotFound, PreconditionFailed
from luca.kernel.ids import AssessmentId, PersonId, StudentId
from tenants import services as tenants
from tenants.domain import Course

ACTS = {Status.GRADED: Action.GRADE_CORRECTED, Status.EXCUSED: Action.GRADE_EXCUSED}
MOST_CORRECTIONS = 200  # all of them lie in one item


def evaluation(student: StudentId, course: Course, assessment: AssessmentId) -> Evaluation:
    """One result with its history, for whoever may see the student."""
    tenants.see_student(student)
    found = _found(student, course, assessment)
    tenants.note_look(student, "evaluation")
    return found


def correct(  # noqa: PLR0913 -- a result is named by four ids
    actor: PersonId | None,
    student: StudentId,
    course: Course,
    assessment: AssessmentId,
    *,
    score: Decimal,
    reason: str,
    version: int,
) -> Evaluation:
    """Give a result another score. What it was stays in its history."""
    before = _changeable(actor, student, course, assessment)
    fresh = checked_score(score, _definition(before))
    return _changed(before, actor, Status.GRADED, fresh, reason, version)


def excuse(
    actor: PersonId | None,
    student: StudentId,
    course: Course,
    assessment: AssessmentId,
    *,
    reason: str,
    version: int,
) -> Evaluation:
    """Make an assessment not concern a student; version 0 when nothing is recorded yet."""
    try:
        before = _changeable(actor, student, course, assessment)
    except NotFound as error:
        if error.code != "evaluation_not_found":
            raise
        return _excused_at_once(actor, student, course, assessment, reason, version)
    return _changed(before, actor, Status.EXCUSED, None, reason, version)


def _found(student: StudentId, course: Course, assessment: AssessmentId) -> Evaluation:
    found = evaluations.get(student, course, assessment)
    if found is None:
        raise NotFound("There is no such evaluation.", code="evaluation_not_found")
    return found


def _changeable(
    actor: PersonId | None, student: StudentId, course: Course, assessment: AssessmentId
) -> Evaluation:
    enrolment = tenants.enrolment(student, course.subject, course.period)
    if enrolment is None:
        tenants.see_student(student)
        tenants.student(student)
        raise NotFound("There is no such evaluation.", code="evaluation_not_found")
    check_may_grade(actor, student, enrolment.group, course.subject)
    tenants.open_period(course.period)
    return _found(student, course, assessment)


def _definition(before: Evaluation) -> Assessment:
    return courses.asked(
        NewEvaluation(before.student, before.subject, before.period, before.assessment, Decimal(0))
    )


def _changed(
    before: Evaluation,
    actor: PersonId | None,
    status: Status,
    score: Decimal | None,
    reason: str,
    version: int,
) -> Evaluation:
    why = _checked_reason(reason, before.student)
    if before.version != version:
        raise PreconditionFailed(
            f"The result is of version {before.version} by now: read it again and decide anew."
        )
    if (before.status, before.score) == (status, score):
        return before
    if len(before.history) >= MOST_CORRECTIONS:
        raise Conflict("This result was corrected too often.", code="too_many_corrections")
    was = Correction(
        version=before.version,
        status=before.status,
        score=before.score,
        at=before.recorded_at,
        by=before.recorded_by or "",
        reason=before.reason,
    )
    after = replace(
        before,
        status=status,
        score=score,
        version=before.version + 1,
        consolidated=False,
        recorded_at=this_moment(),
        recorded_by=actor,
        reason=why,
        history=(*before.history, was),
    )
    evaluations.replace(after, seen=before.version, act=ACTS[status])
    return after


def _excused_at_once(
    actor: PersonId | None,
    student: StudentId,
    course: Course,
    assessment: AssessmentId,
    reason: str,
    version: int,
) -> Evaluation:
    why = _checked_reason(reason, student)
    enrolment = tenants.enrolment(student, course.subject, course.period)
    if enrolment is None:
        raise NotFound("There is no such evaluation.", code="evaluation_not_found")
    if version:
        raise PreconditionFailed("Nothing is recorded yet, so there is no version to change.")
    row = NewEvaluation(student, course.subject, course.period, assessment, Decimal(0))
    definition = courses.asked(row)
    fresh = Evaluation(
        student=student,
        subject=course.subject,
        period=course.period,
        assessment=assessment,
        status=Status.EXCUSED,
        score=None,
        max=definition.max,
        category=definition.counts_as,
        group=enrolment.group,
        recorded_at=this_moment(),
        recorded_by=actor,
        reason=why,
    )
    evaluations.replace(fresh, seen=0, act=ACTS[Status.EXCUSED])
    return fresh


def _checked_reason(reason: str, student: StudentId) -> str:
    tidy = reason.strip()
    if not tidy or len(tidy) > LONGEST_REASON or not _storable(tidy):
        message = f"A change needs a reason of at most {LONGEST_REASON} characters."
        raise Invalid(message, code="reason_missing", errors=(FieldError("reason", message),))
    tenants.check_names_nobody(tidy, student)
    return tidy


def _storable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
