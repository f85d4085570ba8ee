"""Adjusting the results of one assessment for everybody: applied, undone, remembered.

A curve is decided for the results that are there, and frozen with their sums: a result that
comes later is lifted by the same curve, and moves nobody else.
"""

import secrets
from collections.abc import Set as AbstractSet
from dataclasses import replace

from grades import rules
from grades.domain import (
    Assessment,
    Curve,
    CurveAct,
    CurveEvent,
    CurveWish,
    Evaluation,
    Item,
    Population,
)
from grades.repository import assessments as definitions
from grades.repository import curves as repository
from grades.repository import evaluations
from grades.services import courses
from grades.services.access import ADMIN, TEACHER, check_admin
from grades.services.assessments import forget
from grades.services.moment import this_moment
from grades.services.reasons import checked_reason_for_all
from luca.aws.store import Key
from luca.kernel import context
from luca.kernel.errors import Conflict, Forbidden, NotFound, PreconditionFailed
from luca.kernel.ids import AssessmentId, TeacherId
from tenants import services as tenants
from tenants.domain import Course, Enrolment

NONE = 0  # the version of no curve


def apply_curve(
    course: Course, identity: AssessmentId, wish: CurveWish, *, reason: str, version: int
) -> CurveEvent:
    """Lift the results by a curve that is made for them; it replaces the one before it."""
    before, roster = curvable(course, identity, version)
    tidy = checked_reason_for_all(reason, [one.student for one in roster])
    recorded = evaluations.of_assessment([one.student for one in roster], course, identity)
    number = repository.last(course, identity) + 1
    event = CurveEvent(
        assessment=identity,
        number=number,
        act=CurveAct.APPLIED,
        curve=replace(
            made_for(wish, population_of(course, before, recorded), number),
            salt=secrets.token_hex(16),
        ),
        before=before.curve.version if before.curve else NONE,
        at=this_moment(),
        by=context.actor(),
        reason=tidy,
        leaves=version + 1,
    )
    return _stored(course, before, event)


def undo_curve(course: Course, identity: AssessmentId, *, reason: str, version: int) -> CurveEvent:
    """Put back the curve before the one in force, with its own population, or none."""
    before, roster = curvable(course, identity, version)
    tidy = checked_reason_for_all(reason, [one.student for one in roster])
    if before.curve is None:
        raise Conflict("No curve is in force: there is nothing to undo.", code="curve_missing")
    undone = before.curve.version
    applied = repository.get(course, identity, undone)
    former = repository.get(course, identity, applied.before) if applied else None
    event = CurveEvent(
        assessment=identity,
        number=repository.last(course, identity) + 1,
        act=CurveAct.UNDONE,
        curve=former.curve if former else None,
        before=undone,
        at=this_moment(),
        by=context.actor(),
        reason=tidy,
        leaves=version + 1,
    )
    return _stored(course, before, event)


def curve_events(
    course: Course, identity: AssessmentId, limit: int, start: Key | None
) -> tuple[list[CurveEvent], Key | None]:
    """A page of what was done, the newest first."""
    seen(course, identity)
    return repository.page_of(course, identity, limit, start)


def curve_assessment(course: Course, identity: AssessmentId) -> Assessment:
    """The assessment, for whoever may adjust it."""
    return seen(course, identity)[0]


def curve_desk(
    course: Course, identity: AssessmentId, limit: int
) -> tuple[Assessment, list[CurveEvent]]:
    """The assessment and what was done to it last, for the office, which adjusts any."""
    check_admin()
    found = definitions.get(course, identity)
    if found is None:
        raise NotFound("There is no such assessment.", code="assessment_not_found")
    events, _following = repository.page_of(course, identity, limit, None)
    return found, events


def seen(course: Course, identity: AssessmentId) -> tuple[Assessment, list[Enrolment]]:
    """The assessment and who attends the course, for whoever may adjust all of its results."""
    tenants.course(course.subject, course.period)
    own = _taught(course)
    found = definitions.get(course, identity)
    if found is None:
        raise NotFound("There is no such assessment.", code="assessment_not_found")
    roster = tenants.roster(course.subject, course.period)
    asked = {found.group} if found.group else {str(one.group) for one in roster}
    if own is not None and not asked <= own:
        raise Forbidden(
            "A curve changes the results of groups that you do not teach; ask a school admin.",
            code="foreign_group",
        )
    return found, roster


def _taught(course: Course) -> AbstractSet[str] | None:
    """The groups to whom the actor teaches the subject; None for all."""
    actor = context.actor()
    if actor is None or ADMIN in context.groups():
        return None
    taught = tenants.teaching_of(TeacherId(actor)) if TEACHER in context.groups() else ()
    own = {str(one.group) for one in taught if one.subject == course.subject}
    if not own:
        raise NotFound("There is no such course.", code="course_not_found")
    return own


def curvable(
    course: Course, identity: AssessmentId, version: int
) -> tuple[Assessment, list[Enrolment]]:
    found, roster = seen(course, identity)
    tenants.open_period(course.period)
    if found.version != version:
        raise PreconditionFailed(
            f"The assessment is of version {found.version} by now: read it and decide anew."
        )
    return found, roster


def population_of(course: Course, assessment: Assessment, recorded: list[Evaluation]) -> Population:
    """What a curve compares: the enrolled students' graded results, after lateness."""
    by = courses.rules_for(course.subject, tenants.open_period(course.period))
    found = rules.population_of(by, [bare(assessment, one) for one in recorded])
    if not found.count:
        raise Conflict(
            "Nobody in the course has a graded result in this assessment yet.",
            code="curve_without_population",
        )
    return found


def bare(assessment: Assessment, result: Evaluation) -> Item:
    """A result without any curve, also of an assessment that is not published yet."""
    (item,) = rules.items_of([replace(assessment, published=True, curve=None)], [result])
    return item


def made_for(wish: CurveWish, population: Population, version: int) -> Curve:
    written = {
        "kind": wish.kind,
        "amount": wish.amount,
        "deviation": wish.deviation,
        "above_max": wish.above_max,
        "population": rules.population_as_mapping(population),
        "version": version,
    }
    return rules.parse_curve({name: value for name, value in written.items() if value is not None})


def _stored(course: Course, assessment: Assessment, event: CurveEvent) -> CurveEvent:
    # Reading a large course takes its time, and closing waits only for who asked a moment ago.
    tenants.open_period(course.period)
    repository.add(course, replace(assessment, curve=event.curve, version=event.leaves), event)
    forget(course)
    return event
