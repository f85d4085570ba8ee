"""Changing a result afterwards: with a reason, over the version that was seen, and remembered."""

from collections.abc import Sequence
from dataclasses import replace

from grades.domain import Assessment, Change, Correction, Evaluation, Keep, NewEvaluation, Status
from grades.repository import evaluations, grades
from grades.services import assessments, courses
from grades.services.access import check_may_grade, check_writable, enrolments_for
from grades.services.courses import checked_id
from grades.services.moment import this_moment
from grades.services.reasons import checked_reason
from grades.services.scores import checked_result, checked_time
from luca.aws.audit import Action
from luca.kernel.errors import Conflict, NotFound, PreconditionFailed
from luca.kernel.ids import AssessmentId, PersonId, StudentId
from tenants import services as tenants
from tenants.domain import Course, PeriodState

MOST_CORRECTIONS = 200  # all of them lie in one item


def evaluation(student: StudentId, course: Course, assessment: AssessmentId) -> Evaluation:
    """One result with its history, for whoever may see the student."""
    tenants.see_student(student)
    found = _found(student, course, assessment)
    if not assessments.visible_results([found]):
        raise _unknown()
    tenants.note_look(student, "evaluation")
    return found


def correct(  # noqa: PLR0913 -- a result is named by four ids
    actor: PersonId | None,
    student: StudentId,
    course: Course,
    assessment: AssessmentId,
    change: Change,
    *,
    reason: str,
    version: int,
) -> Evaluation:
    """Give a result another score, status or time. What it was stays in its history."""
    before = _changeable(actor, student, course, assessment)
    handed_in = before.submitted_at if change.submitted_at is Keep.KEEP else change.submitted_at
    after = replace(
        before,
        status=change.status,
        score=checked_result(change.status, change.score, _definition(before)),
        submitted_at=checked_time(handed_in),
    )
    return _changed(before, after, actor, Action.GRADE_CORRECTED, reason, version)


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
    after = replace(before, status=Status.EXCUSED, score=None)
    return _changed(before, after, actor, Action.GRADE_EXCUSED, reason, version)


def void(
    actor: PersonId | None,
    student: StudentId,
    course: Course,
    assessment: AssessmentId,
    *,
    reason: str,
    version: int,
) -> Evaluation:
    """Take a result back, as if nothing had been recorded; its history keeps what it was."""
    before = _changeable(actor, student, course, assessment)
    after = replace(before, status=Status.MISSING, score=None, submitted_at=None, moved_to="")
    return _changed(before, after, actor, Action.GRADE_VOIDED, reason, version)


def move(  # noqa: PLR0913 -- a result is named by four ids
    actor: PersonId | None,
    student: StudentId,
    course: Course,
    assessment: AssessmentId,
    *,
    category: str,
    reason: str,
    version: int,
) -> Evaluation:
    """Count a result in another category, for this student only; "" puts it back."""
    before = _changeable(actor, student, course, assessment)
    if category:
        checked_id(category, "category")
        assessments.check_counts(category, _categories(student, course), "category")
    own = _definition(before).counts_as
    after = replace(before, moved_to="" if category == own else category)
    return _changed(before, after, actor, Action.GRADE_MOVED, reason, version)


def _categories(student: StudentId, course: Course) -> Sequence[str] | None:
    """What the rules weigh by which the result counts: in a closed period the grade's own."""
    if tenants.period(course.period).state is PeriodState.CLOSED:
        official = grades.get(student, course)
        if official is not None:
            return courses.categories_of(course.subject, official.rules_version)
    return courses.remembered_categories(course.subject, course.period)


def _found(student: StudentId, course: Course, assessment: AssessmentId) -> Evaluation:
    found = evaluations.get(student, course, assessment)
    if found is None:
        raise _unknown()
    return found


def _unknown() -> NotFound:
    return NotFound("There is no such evaluation.", code="evaluation_not_found")


def _changeable(
    actor: PersonId | None, student: StudentId, course: Course, assessment: AssessmentId
) -> Evaluation:
    enrolment = enrolments_for(actor, course, {student}).get(student)
    if enrolment is None:
        tenants.see_student(student)
        tenants.student(student)
        raise _unknown()
    check_may_grade(actor, student, enrolment.group, course.subject)
    check_writable(course.period)
    return _found(student, course, assessment)


def _definition(before: Evaluation) -> Assessment:
    return assessments.asked(
        NewEvaluation(before.student, before.subject, before.period, before.assessment, None)
    )


def _changed(
    before: Evaluation,
    after: Evaluation,
    actor: PersonId | None,
    act: Action,
    reason: str,
    version: int,
) -> Evaluation:
    why = checked_reason(reason, before.student)
    if before.version != version:
        raise PreconditionFailed(
            f"The result is of version {before.version} by now: read it again and decide anew."
        )
    if after == before:
        return before
    if len(before.history) >= MOST_CORRECTIONS:
        raise Conflict("This result was corrected too often.", code="too_many_corrections")
    after = replace(
        after,
        version=before.version + 1,
        consolidated=False,
        recorded_at=this_moment(),
        recorded_by=actor,
        reason=why,
        history=(*before.history, _past(before)),
    )
    evaluations.replace(after, seen=before.version, act=act)
    return after


def _past(before: Evaluation) -> Correction:
    return Correction(
        version=before.version,
        status=before.status,
        score=before.score,
        at=before.recorded_at,
        by=before.recorded_by or "",
        reason=before.reason,
        submitted_at=before.submitted_at,
        moved_to=before.moved_to,
    )


def _excused_at_once(
    actor: PersonId | None,
    student: StudentId,
    course: Course,
    assessment: AssessmentId,
    reason: str,
    version: int,
) -> Evaluation:
    why = checked_reason(reason, student)
    enrolment = tenants.enrolment(student, course.subject, course.period)
    if enrolment is None:
        raise _unknown()
    if version:
        raise PreconditionFailed("Nothing is recorded yet, so there is no version to change.")
    row = NewEvaluation(student, course.subject, course.period, assessment, None)
    definition = assessments.asked(row)
    assessments.check_asked(definition, enrolment.group)
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
    evaluations.replace(fresh, seen=0, act=Action.GRADE_EXCUSED)
    return fresh
