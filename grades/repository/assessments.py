"""What a course asks for: one item for each assessment, replaced only over the version seen."""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime

from pynamodb.expressions.condition import Condition

from grades import keys, rules
from grades.domain import Assessment
from grades.models import AssessmentItem
from grades.repository.courses import dirty_item
from luca.aws import audit, store
from luca.aws.audit import Action
from luca.kernel import clock
from luca.kernel.errors import PreconditionFailed
from luca.kernel.ids import AssessmentId
from luca.kernel.iterate import chunks
from tenants.domain import Course

ROOM = store.LIMIT - 2  # for assessments, beside the marker and the entry
NAMED = 3  # assessments that an entry spells out


def of_course(course: Course) -> list[Assessment]:
    sk = AssessmentItem.sk.startswith(keys.assessments())
    place = keys.course(course.subject, course.period)
    return [assessment_of(item) for item in store.every(AssessmentItem, place, sk, consistent=True)]


def page_of(
    course: Course, limit: int, start: store.Key | None
) -> tuple[list[Assessment], store.Key | None]:
    sk = AssessmentItem.sk.startswith(keys.assessments())
    place = keys.course(course.subject, course.period)
    page = store.query(AssessmentItem, place, sk, limit=limit, start=start)
    return [assessment_of(item) for item in page.items], page.next


def get(course: Course, identity: str) -> Assessment | None:
    found = store.get(
        AssessmentItem,
        keys.course(course.subject, course.period),
        keys.assessment(identity),
        consistent=True,
    )
    return None if found is None else assessment_of(found)


def add(course: Course, assessment: Assessment) -> bool:
    """Define an assessment by its first result and mark the course; False if it exists already."""
    work = store.Transaction()
    work.put(item_of(course, assessment), AssessmentItem.pk.does_not_exist())
    work.put(dirty_item(course))
    try:
        store.patiently(work)
    except store.ConditionFailed:
        return False
    return True


def save(course: Course, changes: Iterable[tuple[Assessment, int]]) -> None:
    """Define or replace assessments, each over the version that was seen (0: there was none).

    Everybody in the course is recomputed.
    """
    for some in chunks(list(changes), ROOM):
        work = store.Transaction()
        for one, seen in some:
            work.put(item_of(course, one), unchanged(seen))
        _mark(work, course, Action.ASSESSMENT_CHANGED, [one.id for one, _ in some])
        _commit(work)


def remove(course: Course, assessment: Assessment, reason: str = "") -> None:
    work = store.Transaction()
    place = AssessmentItem(
        keys.course(course.subject, course.period), keys.assessment(assessment.id)
    )
    work.delete(place, unchanged(assessment.version))
    _mark(work, course, Action.ASSESSMENT_REMOVED, [assessment.id], reason)
    _commit(work)


def passed(course: Course, due: Sequence[tuple[str, datetime]], *, mark: bool) -> None:
    """Let due dates that have passed wait no longer, and mark the course because of them.

    A due date that was moved meanwhile keeps its own nomination.
    """
    for assessment, date in due:
        place = AssessmentItem(
            keys.course(course.subject, course.period), keys.assessment(assessment)
        )
        work = store.Transaction()
        if mark:
            work.put(dirty_item(course))
        work.update(
            place,
            [AssessmentItem.gsi2pk.remove(), AssessmentItem.gsi2sk.remove()],
            AssessmentItem.due == date,
        )
        try:
            store.patiently(work)
        except store.ConditionFailed:
            continue


def _commit(work: store.Transaction) -> None:
    try:
        store.patiently(work)
    except store.ConditionFailed as error:
        raise PreconditionFailed(
            "Somebody changed this assessment meanwhile: read it again and decide anew."
        ) from error


def _mark(
    work: store.Transaction, course: Course, act: Action, changed: Sequence[str], reason: str = ""
) -> None:
    work.put(dirty_item(course))
    audit.join(
        work,
        act,
        f"course:{course.subject}/{course.period}",
        reason=reason,
        number=str(len(changed)),
        assessments=",".join(changed[:NAMED]),
    )


def unchanged(seen: int) -> Condition:
    """The condition that an assessment is still of the version that was seen; 0: not there."""
    if not seen:
        return AssessmentItem.pk.does_not_exist()
    same: Condition = AssessmentItem.version == seen
    if seen == 1:
        # An item of before there were versions has none, and is the first.
        same |= AssessmentItem.pk.exists() & AssessmentItem.version.does_not_exist()
    return same


def item_of(course: Course, one: Assessment) -> AssessmentItem:
    """The stored form, also for a transaction that changes more than an assessment."""
    item = AssessmentItem(
        keys.course(course.subject, course.period),
        keys.assessment(one.id),
        assessment=one.id,
        subject=course.subject,
        period=course.period,
        type=one.type,
        category=one.category or None,
        max=one.max,
        weight=one.weight,
        name=one.name or None,
        due=one.due,
        group=one.group or None,
        unpublished=None if one.published else True,
        extra_credit=one.extra_credit or None,
        curve=_curve_text(one),
        version=one.version,
    )
    return indexed(course, item)


def indexed(course: Course, item: AssessmentItem) -> AssessmentItem:
    """It nominates the course for when its due date has passed."""
    if item.due is not None and item.due > clock.now():
        item.gsi2pk = keys.consolidation(f"{course.subject}/{course.period}")
        item.gsi2sk = keys.pending_assessment(course.period, course.subject, item.assessment)
    return item


def _curve_text(one: Assessment) -> str | None:
    if one.curve is None:
        return None
    return json.dumps(rules.curve_as_mapping(one.curve), separators=(",", ":"))


def assessment_of(item: AssessmentItem) -> Assessment:
    return Assessment(
        id=AssessmentId(item.assessment),
        type=item.type,
        category=item.category or "",
        max=item.max,
        weight=item.weight,
        name=item.name or "",
        due=item.due,
        group=item.group or "",
        published=not item.unpublished,
        extra_credit=bool(item.extra_credit),
        curve=rules.parse_curve(json.loads(item.curve)) if item.curve else None,
        version=item.version or 1,
    )
