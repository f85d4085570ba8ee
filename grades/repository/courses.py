"""By which rules a course is graded, and the marker that all are to be recomputed."""

import json
from collections.abc import Sequence

from grades import keys, rules
from grades.domain import GradingRules
from grades.models import DirtyItem, RulesItem
from luca.aws import audit, store
from luca.aws.audit import Action
from luca.kernel import clock, context
from luca.kernel.errors import Conflict
from luca.kernel.ids import SubjectId, uuid7
from tenants.domain import Course

ROOM = store.LIMIT - 2  # for markers, beside the rules and the entry


def mark(course: Course) -> None:
    """Ask for everybody in the course to be recomputed."""
    store.put(dirty_item(course))


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
        work.put(dirty_item(course))
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


def dirty_item(course: Course) -> DirtyItem:
    """The marker, for a transaction that changes what everybody is asked."""
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
