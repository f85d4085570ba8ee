"""Assessments as teachers define them: one at a time, over the version that was seen."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from grades.domain import Assessment, Evaluation
from grades.repository import assessments as repository
from grades.repository import evaluations
from grades.services.access import TEACHER, WHOLE_SCHOOL, check_admin
from grades.services.assessments import check_category, forget, valid
from grades.services.reasons import checked_reason_for_all
from luca.aws.store import Key
from luca.kernel import context
from luca.kernel.errors import (
    Conflict,
    FieldError,
    Forbidden,
    Invalid,
    NotFound,
    PreconditionFailed,
)
from luca.kernel.ids import AssessmentId, GuardianId, StudentId, TeacherId
from tenants import services as tenants
from tenants.domain import AuditEntry, Course

__all__ = [
    "acts_on",
    "add_assessment",
    "assessment",
    "assessments_page",
    "change_assessment",
    "office_assessment",
    "remove_assessment",
]
FIRST = 1
ACTS = 200  # of a course, among which those of one assessment are looked for


def assessments_page(
    course: Course, limit: int, start: Key | None
) -> tuple[list[Assessment], Key | None]:
    """A page of what a course asks for: all of it to staff, what is published to families."""
    groups = _seen_by(course)
    found, following = repository.page_of(course, limit, start)
    return [one for one in found if _is_shown(one, groups)], following


def assessment(course: Course, identity: AssessmentId) -> Assessment:
    groups = _seen_by(course)
    found = _found(course, identity)
    if not _is_shown(found, groups):
        raise _unknown()
    return found


def office_assessment(course: Course, identity: AssessmentId) -> Assessment:
    """The same for the office, in one read."""
    check_admin()
    return _found(course, identity)


def acts_on(course: Course, identity: AssessmentId) -> list[AuditEntry]:
    """What was done to an assessment, the newest first, of the last that was done in the course.

    An import of more than a few names only those in the audit log.
    """
    check_admin()
    entries = tenants.acts_about(f"course:{course.subject}/{course.period}", limit=ACTS)
    return [one for one in entries if identity in _concerned(one)]


def _concerned(one: AuditEntry) -> list[str]:
    return [one.details.get("assessment", ""), *one.details.get("assessments", "").split(",")]


def add_assessment(course: Course, given: Assessment) -> Assessment:
    """Define an assessment that is not there yet; everybody in the course is recomputed."""
    fresh = replace(valid(given), version=FIRST, curve=None)
    _check_may_define(course, fresh.group)
    check_category(course, fresh, "category" if fresh.category else "type")
    tenants.open_period(course.period)
    try:
        repository.save(course, [(fresh, 0)])
    except PreconditionFailed as error:
        raise Conflict(
            "The course has an assessment of this id already.", code="assessment_exists"
        ) from error
    forget(course)
    return fresh


def change_assessment(
    course: Course, identity: AssessmentId, fields: Mapping[str, Any], *, version: int
) -> Assessment:
    """Change some fields; results keep their points, and everybody is recomputed."""
    before = _changeable(course, identity, version)
    after = valid(replace(before, **fields))
    if after == before:
        return before
    _check_may_define(course, after.group)
    if after.counts_as != before.counts_as:
        check_category(course, after, "category" if after.category else "type")
    _check_results(course, before, after)
    fresh = replace(after, version=before.version + 1)
    repository.save(course, [(fresh, before.version)])
    forget(course)
    return fresh


def remove_assessment(
    course: Course, identity: AssessmentId, *, version: int, reason: str = ""
) -> None:
    """Take an assessment away that nobody has a result in; who gives a reason names nobody."""
    before = _changeable(course, identity, version)
    students = [one.student for one in tenants.roster(course.subject, course.period)]
    tidy = checked_reason_for_all(reason, students) if reason else ""
    if evaluations.of_assessment(students, course, identity):
        raise _has_results("removed")
    repository.remove(course, before, tidy)
    forget(course)


def _changeable(course: Course, identity: AssessmentId, version: int) -> Assessment:
    _check_may_define(course, "")
    before = _found(course, identity)
    _check_may_define(course, before.group)
    tenants.open_period(course.period)
    if before.version != version:
        raise PreconditionFailed(
            f"The assessment is of version {before.version} by now: read it and decide anew."
        )
    return before


def _check_results(course: Course, before: Assessment, after: Assessment) -> None:
    """Refuse what would contradict results that are there."""
    hides = before.published and not after.published
    if not hides and after.max >= before.max:
        return
    found = _results(course, before.id)
    if found and hides:
        raise _has_results("hidden again")
    if any(one.score is not None and one.score > after.max for one in found):
        message = "A student has more points than that already."
        raise Conflict(message, code="max_below_scores", errors=(FieldError("max", message),))


def _results(course: Course, identity: AssessmentId) -> list[Evaluation]:
    students = [one.student for one in tenants.roster(course.subject, course.period)]
    return evaluations.of_assessment(students, course, identity)


def _has_results(what: str) -> Conflict:
    return Conflict(
        f"Students have results in this assessment; it cannot be {what}.",
        code="assessment_has_results",
    )


def _found(course: Course, identity: AssessmentId) -> Assessment:
    found = repository.get(course, identity)
    if found is None:
        raise _unknown()
    return found


def _unknown() -> NotFound:
    return NotFound("There is no such assessment.", code="assessment_not_found")


def _check_may_define(course: Course, group: str) -> None:
    """Who teaches the subject defines what it asks for; of another group only who teaches that."""
    tenants.course(course.subject, course.period)
    actor = context.actor()
    if group and group not in {one.id for one in tenants.groups()}:
        message = "There is no such group."
        raise Invalid(message, errors=(FieldError("group", message),))
    if actor is None or WHOLE_SCHOOL & context.groups():
        return
    taught = tenants.teaching_of(TeacherId(actor)) if TEACHER in context.groups() else ()
    own = {one.group for one in taught if one.subject == course.subject}
    if not own:
        raise NotFound("There is no such course.", code="course_not_found")
    if group and group not in own:
        raise Forbidden("You do not teach this subject to this group.", code="foreign_group")


def _seen_by(course: Course) -> set[str] | None:
    """The groups whose assessments the actor may see; None for all, and for what is not published.

    A course that does not concern the actor answers as one that does not exist.
    """
    if context.actor() is None or WHOLE_SCHOOL & context.groups() or _teaches(course):
        tenants.course(course.subject, course.period)
        return None
    groups = _attended(course)
    if not groups:
        raise NotFound("There is no such course.", code="course_not_found")
    return {"", *groups}


def _teaches(course: Course) -> bool:
    actor = context.actor()
    taught = tenants.teaching_of(TeacherId(str(actor))) if TEACHER in context.groups() else ()
    return any(one.subject == course.subject for one in taught)


def _attended(course: Course) -> set[str]:
    myself, groups = str(context.actor()), context.groups()
    people = [StudentId(myself)] if "student" in groups else []
    if "guardian" in groups:
        people += tenants.children_of(GuardianId(myself))
    found = tenants.enrolments(course.subject, course.period, people)
    return {str(at.group) for at in found.values()}


def _is_shown(one: Assessment, groups: set[str] | None) -> bool:
    return groups is None or (one.published and one.group in groups)
