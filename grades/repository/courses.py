"""By which rules a course is graded, and the marker that all are to be recomputed."""

import json
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import date, timedelta
from typing import TYPE_CHECKING

from grades import keys, rules
from grades.domain import ALWAYS, GradingRules, RulesVersion
from grades.models import DirtyItem, RulesItem
from luca.aws import audit, store
from luca.aws.audit import Action
from luca.kernel import clock
from luca.kernel.errors import Conflict
from luca.kernel.ids import PersonId, SubjectId, uuid7
from tenants.domain import Course

if TYPE_CHECKING:
    from pynamodb.expressions.condition import Condition
    from pynamodb.expressions.update import Action as Act

ROOM = store.LIMIT - 2  # for markers, beside the rules and the entry
FEW = 10  # versions of a page: the one in force is among the newest


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


def versions(subject: str) -> Iterator[RulesVersion]:
    """Yield every version of a subject's rules, the newest first."""
    sk = RulesItem.sk.startswith(keys.rules_of(subject))
    found = store.every(RulesItem, keys.config(), sk, consistent=True, newest_first=True, limit=FEW)
    return map(version_of, found)


def every_version() -> list[RulesVersion]:
    """Every version of every subject's rules, the newest first within each subject."""
    sk = RulesItem.sk.startswith(keys.all_rules())
    found = store.every(RulesItem, keys.config(), sk, consistent=True, newest_first=True)
    return [version_of(one) for one in found]


def versions_page(
    subject: str, limit: int, start: store.Key | None
) -> tuple[list[RulesVersion], store.Key | None]:
    sk = RulesItem.sk.startswith(keys.rules_of(subject))
    page = store.query(
        RulesItem,
        keys.config(),
        sk,
        consistent=True,
        newest_first=True,
        limit=limit,
        start=start,
    )
    return [version_of(item) for item in page.items], page.next


def version_on(subject: str, day: date) -> RulesVersion | None:
    """The version in force on a day of the school."""
    return rules.in_force(versions(subject), day)


def rules_on(subject: str, day: date) -> GradingRules | None:
    """The rules in force on a day of the school, if there are any."""
    found = version_on(subject, day)
    return None if found is None else found.rules


def version(subject: str, number: int) -> RulesVersion | None:
    found = store.get(RulesItem, keys.config(), keys.rules(subject, number), consistent=True)
    return None if found is None else version_of(found)


def rules_of_version(subject: str, number: int) -> GradingRules | None:
    found = version(subject, number)
    return None if found is None else found.rules


def add_rules(
    fresh: RulesVersion, concerned: Sequence[Course], *, waits: bool, reason: str = ""
) -> None:
    """Store the next version of a subject's rules and mark the courses, together.

    Two at once cannot take one number. A version whose day has not come `waits`, and
    nominates itself for it.
    """
    work = store.Transaction()
    work.put(_rules_item(fresh, waits=waits), RulesItem.pk.does_not_exist())
    _tell(work, Action.RULES_PUBLISHED, fresh, reason)
    try:
        _mark_all(work, concerned)
    except store.ConditionFailed as error:
        raise Conflict(
            "Somebody published rules at the same moment; look at them first."
        ) from error


def withdraw_rules(version: RulesVersion, today: date, reason: str = "") -> None:
    """Note that a version will never be in force; its number is not given again."""
    work = store.Transaction()
    actions: list[Act] = [
        RulesItem.withdrawn_at.set(clock.now()),
        RulesItem.gsi2pk.remove(),
        RulesItem.gsi2sk.remove(),
    ]
    waits: Condition = RulesItem.withdrawn_at.does_not_exist()
    waits &= RulesItem.valid_from > today.isoformat()
    work.update(_place(version.subject, version.number), actions, waits)
    _tell(work, Action.RULES_WITHDRAWN, version, reason)
    try:
        store.patiently(work)
    except store.ConditionFailed as error:
        raise Conflict(
            "These rules are in force already, or are withdrawn.", code="rules_in_force"
        ) from error


def beginning(today: date) -> list[tuple[SubjectId, int, date]]:
    """Which versions' day has come, as an index believes: subject, number and day."""
    sk = RulesItem.gsi2sk < (today + timedelta(days=1)).isoformat()
    found = store.every(RulesItem, keys.pending_rules(), sk, index="GSI2")
    return [(SubjectId(one.subject), one.version, _day(one)) for one in found]


def begin(subject: SubjectId, number: int, concerned: Sequence[Course]) -> None:
    """Mark the courses because a version's day has come, which then waits no longer."""
    work = store.Transaction()
    actions: list[Act] = [RulesItem.gsi2pk.remove(), RulesItem.gsi2sk.remove()]
    work.update(_place(subject, number), actions, RulesItem.gsi2pk.exists())
    with suppress(store.ConditionFailed):  # another run did it, or it was withdrawn
        _mark_all(work, concerned)


def _mark_all(work: store.Transaction, concerned: Sequence[Course]) -> None:
    """Commit with the markers that fit; the others come first, so that none is forgotten."""
    for course in concerned[ROOM:]:
        mark(course)
    for course in concerned[:ROOM]:
        work.put(dirty_item(course))
    store.patiently(work)


def _tell(work: store.Transaction, act: Action, version: RulesVersion, reason: str) -> None:
    audit.join(
        work,
        act,
        f"subject:{version.subject}",
        reason=reason,
        version=str(version.number),
        valid_from=version.valid_from.isoformat(),
    )


def _place(subject: str, number: int) -> RulesItem:
    return RulesItem(keys.config(), keys.rules(subject, number))


def _rules_item(fresh: RulesVersion, *, waits: bool) -> RulesItem:
    item = RulesItem(
        keys.config(),
        keys.rules(fresh.subject, fresh.number),
        subject=fresh.subject,
        version=fresh.number,
        rules=json.dumps(rules.as_mapping(fresh.rules), separators=(",", ":")),
        valid_from=fresh.valid_from.isoformat(),
        published_at=fresh.published_at,
        published_by=fresh.published_by,
    )
    return waiting(item) if waits else item


def waiting(item: RulesItem) -> RulesItem:
    """Rules whose day has not come are found when it does."""
    item.gsi2pk = keys.pending_rules()
    item.gsi2sk = keys.rules_beginning(item.valid_from, item.subject, item.version)
    return item


def version_of(item: RulesItem) -> RulesVersion:
    return RulesVersion(
        subject=SubjectId(item.subject),
        rules=rules.parse(json.loads(item.rules), version=item.version),
        valid_from=_day(item),
        published_at=item.published_at,
        published_by=None if item.published_by is None else PersonId(item.published_by),
        withdrawn_at=item.withdrawn_at,
    )


def _day(item: RulesItem) -> date:
    return ALWAYS if item.valid_from is None else date.fromisoformat(item.valid_from)


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
