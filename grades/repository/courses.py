"""What a course asks for: assessments, rules, and the marker that all are to be recomputed."""

import json
from collections.abc import Iterable, Sequence

from grades import keys, rules
from grades.domain import Assessment, GradingRules
from grades.models import AssessmentItem, DirtyItem, RulesItem
from luca.aws import audit, store
from luca.aws.audit import Action
from luca.kernel import clock, context
from luca.kernel.errors import Conflict
from luca.kernel.ids import AssessmentId, SubjectId, uuid7
from luca.kernel.iterate import chunks
from tenants.domain import Course

ROOM = store.LIMIT - 2  # for assessments or markers, beside a marker or rules and the entry
NAMED = 3  # assessments that an entry spells out


def assessments(course: Course) -> list[Assessment]:
    sk = AssessmentItem.sk.startswith(keys.assessments())
    place = keys.course(course.subject, course.period)
    return [_assessment(item) for item in store.every(AssessmentItem, place, sk, consistent=True)]


def assessment(course: Course, identity: str) -> Assessment | None:
    found = store.get(
        AssessmentItem,
        keys.course(course.subject, course.period),
        keys.assessment(identity),
        consistent=True,
    )
    return None if found is None else _assessment(found)


def add_assessment(course: Course, assessment: Assessment) -> bool:
    """Define an assessment and mark the course, together; False if it exists already."""
    work = store.Transaction()
    work.put(_assessment_item(course, assessment), AssessmentItem.pk.does_not_exist())
    work.put(_dirty_item(course))
    try:
        store.patiently(work)
    except store.ConditionFailed:
        return False
    return True


def save_assessments(course: Course, assessments: Iterable[Assessment]) -> None:
    """Define or replace assessments; everybody in the course is recomputed."""
    for some in chunks(assessments, ROOM):
        work = store.Transaction()
        for one in some:
            work.put(_assessment_item(course, one))
        work.put(_dirty_item(course))
        audit.join(
            work,
            Action.ASSESSMENT_CHANGED,
            f"course:{course.subject}/{course.period}",
            number=str(len(some)),
            assessments=",".join(one.id for one in some[:NAMED]),
        )
        store.patiently(work)


def mark(course: Course) -> None:
    """Ask for everybody in the course to be recomputed."""
    store.put(_dirty_item(course))


def marker(course: Course) -> str | None:
    """Return the token of the last change that concerns everybody, or None."""
    place = keys.course(course.subject, course.period)
    found = store.get(DirtyItem, place, keys.DIRTY, consistent=True)
    return None if found is None else found.token


def unmark(course: Course, token: str) -> bool:
    """Clear the marker unless something changed since it was read."""
    item = DirtyItem(keys.course(course.subject, course.period), keys.DIRTY)
    try:
        store.delete(item, DirtyItem.token == token)
    except store.ConditionFailed:
        return False
    return True


def latest_rules(subject: str) -> GradingRules | None:
    sk = RulesItem.sk.startswith(keys.rules_of(subject))
    page = store.query(RulesItem, keys.config(), sk, consistent=True, newest_first=True, limit=1)
    return _rules(page.items[0]) if page.items else None


def rules_of_version(subject: str, number: int) -> GradingRules | None:
    found = store.get(RulesItem, keys.config(), keys.rules(subject, number), consistent=True)
    return None if found is None else _rules(found)


def add_rules(subject: SubjectId, given: GradingRules, concerned: Sequence[Course]) -> None:
    """Store the next version of a subject's rules and mark the courses, together.

    Two at once cannot take one number.
    """
    work = store.Transaction()
    work.put(_rules_item(subject, given), RulesItem.pk.does_not_exist())
    audit.join(work, Action.RULES_PUBLISHED, f"subject:{subject}", version=str(given.version))
    for course in concerned[:ROOM]:
        work.put(_dirty_item(course))
    try:
        store.patiently(work)
    except store.ConditionFailed as error:
        raise Conflict(
            "Somebody published rules at the same moment; look at them first."
        ) from error
    for course in concerned[ROOM:]:
        mark(course)


def _rules_item(subject: SubjectId, given: GradingRules) -> RulesItem:
    return RulesItem(
        keys.config(),
        keys.rules(subject, given.version),
        subject=subject,
        version=given.version,
        rules=json.dumps(rules.as_mapping(given), separators=(",", ":")),
        published_at=clock.now(),
        published_by=context.actor(),
    )


def _rules(item: RulesItem) -> GradingRules:
    return rules.parse(json.loads(item.rules), version=item.version)


def _assessment_item(course: Course, one: Assessment) -> AssessmentItem:
    return AssessmentItem(
        keys.course(course.subject, course.period),
        keys.assessment(one.id),
        assessment=one.id,
        type=one.type,
        category=one.category or None,
        max=one.max,
        weight=one.weight,
    )


def _assessment(item: AssessmentItem) -> Assessment:
    return Assessment(
        id=AssessmentId(item.assessment),
        type=item.type,
        category=item.category or "",
        max=item.max,
        weight=item.weight,
    )


def _dirty_item(course: Course) -> DirtyItem:
    item = DirtyItem(
        keys.course(course.subject, course.period),
        keys.DIRTY,
        subject=course.subject,
        period=course.period,
        token=uuid7(),
        at=clock.now(),
    )
    item.gsi2pk = keys.consolidation(f"{course.subject}/{course.period}")
    item.gsi2sk = keys.pending_course(course.period, course.subject)
    return item
