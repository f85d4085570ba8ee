"""The figures of the first page: kept in one small partition, read in one Query."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from grades.domain import CourseTally
from luca.aws import store
from luca.aws.table import TenantItem
from luca.kernel import clock
from luca.kernel.ids import PeriodId, SubjectId
from luca.office import models
from luca.office.models import AttentionItem, CourseTallyItem, DayTallyItem
from tenants.domain import Course

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pynamodb.expressions.condition import Condition
    from pynamodb.expressions.update import Action

    from behavior.services import DayTally

FRESH = timedelta(minutes=1)  # what needs attention: what is over must not be asked for long
FRESH_CHARTS = timedelta(hours=26)  # a night comes in between
BUSY = timedelta(minutes=15)  # after which whoever was asked to count is taken for dead
WATCHED = timedelta(days=30)  # for so long a school is counted every night after somebody looked
KEPT = timedelta(days=90)  # a course's figures, after they were last counted
KEPT_DAYS = timedelta(days=60)


@dataclass(slots=True)
class Board:
    """All that was counted, and when; empty for a school that nobody has looked at."""

    attention: Mapping[str, Any] | None = None
    asked: datetime | None = None
    counted: datetime | None = None
    charts_asked: datetime | None = None
    charted: datetime | None = None
    courses: list[CourseTally] = field(default_factory=list)
    days: dict[date, tuple[int, int]] = field(default_factory=dict)  # events, students

    @property
    def busy(self) -> bool:
        """Somebody is counting."""
        return self.attending or _awaited(self.charts_asked, self.charted)

    @property
    def attending(self) -> bool:
        """Somebody is counting what needs attention."""
        return _awaited(self.asked, self.counted)

    @property
    def stale(self) -> bool:
        return _old(self.counted, FRESH) and not self.attending

    @property
    def charts_stale(self) -> bool:
        return _old(self.charted, FRESH_CHARTS) and not _awaited(self.charts_asked, self.charted)

    @property
    def watched(self) -> bool:
        return not _old(self.asked, WATCHED)


def read() -> Board:
    """Read everything in one page; a school with more courses than fit into it has them cut off."""
    board = Board()
    for item in store.query(TenantItem, models.place()).items:
        _take(board, item)
    return board


def ask(board: Board, *, charts: bool) -> bool:
    """Note that somebody wants fresh figures; False when somebody else was faster."""
    now = clock.now()
    actions: list[Action] = [AttentionItem.asked.set(now)]
    if charts:
        actions.append(AttentionItem.charts_asked.set(now))
    try:
        _note(actions, _as_seen(board.asked))
    except store.ConditionFailed:
        return False
    board.asked = now
    board.charts_asked = now if charts else board.charts_asked
    return True


def save_attention(found: Mapping[str, Any], began: datetime) -> None:
    told = json.dumps(found, separators=(",", ":"))
    _note([AttentionItem.found.set(told), AttentionItem.counted.set(began)])


def save_courses(tallies: Iterable[CourseTally], began: datetime) -> None:
    store.batch_put(_course_item(one, began) for one in tallies)


def save_days(tallies: Iterable[DayTally]) -> None:
    store.batch_put(_day_item(one) for one in tallies)


def charted(began: datetime) -> None:
    """All charts have been counted, from what was stored at a moment."""
    _note([AttentionItem.charted.set(began)])


def _note(actions: list[Action], condition: Condition | None = None) -> None:
    """Change what is said of the school, which is there from the first word on."""
    kind: Any = AttentionItem.kind
    item = AttentionItem(models.place(), models.ATTENTION)
    store.update(item, [kind.set(AttentionItem), *actions], condition)


def _as_seen(asked: datetime | None) -> Condition:
    seen: Condition = AttentionItem.asked.does_not_exist()
    return seen if asked is None else AttentionItem.asked == asked


def _old(at: datetime | None, age: timedelta) -> bool:
    return at is None or clock.now() - at > age


def _awaited(asked: datetime | None, done: datetime | None) -> bool:
    return not _old(asked, BUSY) and (done is None or asked is None or done < asked)


def _take(board: Board, item: TenantItem) -> None:
    if isinstance(item, AttentionItem):
        board.attention = json.loads(item.found) if item.found else None
        board.asked, board.counted = item.asked, item.counted
        board.charts_asked, board.charted = item.charts_asked, item.charted
    elif isinstance(item, CourseTallyItem):
        board.courses.append(_tally(item))
    elif isinstance(item, DayTallyItem):
        found = json.loads(item.found)
        day = date.fromisoformat(item.sk.removeprefix(models.ACTIVITY))
        board.days[day] = (found["events"], found["students"])


def _course_item(one: CourseTally, began: datetime) -> CourseTallyItem:
    found = {
        "students": one.students,
        "undefined": one.undefined,
        "failed": one.failed,
        "mean": None if one.mean is None else str(one.mean),
        "tenths": list(one.tenths),
        "scale": [str(one.lowest), str(one.highest)],
        "weeks": {day.isoformat(): number for day, number in sorted(one.weeks.items())},
    }
    return CourseTallyItem(
        models.place(),
        models.course(one.course.period, one.course.subject),
        period=one.course.period,
        subject=one.course.subject,
        found=json.dumps(found, separators=(",", ":")),
        counted=began,
        ttl=int((began + KEPT).timestamp()),
    )


def _tally(item: CourseTallyItem) -> CourseTally:
    found = json.loads(item.found)
    lowest, highest = map(Decimal, found["scale"])
    return CourseTally(
        course=Course(SubjectId(item.subject), PeriodId(item.period)),
        students=found["students"],
        undefined=found["undefined"],
        failed=found["failed"],
        mean=None if found["mean"] is None else Decimal(found["mean"]),
        tenths=tuple(found["tenths"]),
        lowest=lowest,
        highest=highest,
        weeks={date.fromisoformat(day): number for day, number in found["weeks"].items()},
    )


def _day_item(one: DayTally) -> DayTallyItem:
    found = {"events": one.events, "students": one.students}
    return DayTallyItem(
        models.place(),
        models.day(one.day.isoformat()),
        found=json.dumps(found, separators=(",", ":")),
        ttl=int((clock.now() + KEPT_DAYS).timestamp()),
    )
