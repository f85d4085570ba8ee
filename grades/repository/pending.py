"""What waits: indexes nominate it, base items decide."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain
from typing import Any

from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from grades import keys
from grades.domain import Grade, SyncState
from grades.models import AssessmentItem, DirtyItem, EvaluationItem, GradeItem
from grades.repository.grades import get, grade_of
from luca.aws import store
from luca.aws.table import TenantItem
from luca.kernel import clock, context
from luca.kernel.ids import PeriodId, StudentId, SubjectId
from luca.kernel.iterate import chunks
from tenants.domain import Course


@dataclass(slots=True)
class Named:
    """Who waits in a course; `everybody` when something changed that concerns all."""

    students: set[StudentId] = field(default_factory=set)
    everybody: bool = False
    due: list[tuple[str, datetime]] = field(default_factory=list)  # assessments whose date passed


TOGETHER = 50  # grades in one transaction: half of what it may hold, so that few meet
Manner = tuple[list[Action], Condition]  # how grades are changed, and when
Versioned = tuple[StudentId, Course, int]  # a grade at the version that was seen


def consolidation(pool: Executor, period: str | None) -> dict[Course, Named]:
    """Return what an index believes to be pending, by course.

    Indexes lag: work may be missing that was written a moment ago (the next run
    finds it), and work may be named that is done (its base item says so).
    """
    shards = pool.map(context.carried(_shard), keys.ALL_SHARDS, [period] * len(keys.ALL_SHARDS))
    work: dict[Course, Named] = defaultdict(Named)
    now = clock.now()
    for item in chain.from_iterable(shards):
        if isinstance(item, EvaluationItem):
            work[_course(item)].students.add(StudentId(item.student))
        elif isinstance(item, DirtyItem):
            work[_course(item)].everybody = True
        elif isinstance(item, AssessmentItem) and item.due is not None and item.due <= now:
            work[_course(item)].due.append((item.assessment, item.due))
    return work


def _shard(number: str, period: str | None) -> list[TenantItem]:
    sk = None if period is None else TenantItem.gsi2sk.startswith(keys.pending_of_period(period))
    place = keys.consolidation_shard(number)
    return store.insistently(lambda: list(store.every(TenantItem, place, sk, index="GSI2")))


def _course(item: EvaluationItem | DirtyItem | AssessmentItem) -> Course:
    return Course(SubjectId(item.subject or ""), PeriodId(item.period or ""))


def candidates(period: str) -> Iterator[Grade]:
    """Yield the grades of a period that wait for the government, each read consistently."""
    for number in keys.ALL_SHARDS:
        sk = TenantItem.gsi2sk.startswith(keys.pending_of_period(period))
        nominated = store.places(GradeItem, keys.sync_shard(number), sk, index="GSI2")
        for item in store.batch_get(GradeItem, nominated, consistent=True):
            if item.sync_state == SyncState.PENDING.value:
                yield grade_of(item)


def nominate(grade: Grade) -> None:
    """Make a stored grade a candidate without a new version of it."""
    item = _place(grade.student, grade.course)
    _change(
        item,
        _queued(grade.student, grade.course),
        (GradeItem.version == grade.version) & GradeItem.sync_state.does_not_exist(),
    )


def claim(student: str, course: Course, version: int, batch: str) -> bool:
    """Freeze a candidate into a batch; True again for the batch that holds it already."""
    if _change(_place(student, course), *_claiming(version, batch)):
        return True
    return _is(SyncState.CLAIMED, student, course, version, batch)


def claim_all(wanted: Sequence[Versioned], batch: str) -> list[bool]:
    """Claim many candidates, some in one transaction; one by one where one of them refuses."""
    return [
        claimed
        for some in chunks(wanted, TOGETHER)
        for claimed in (
            [True] * len(some)
            if _together(
                [(_place(student, course), (version, batch)) for student, course, version in some],
                _claiming,
            )
            else [claim(*one, batch) for one in some]
        )
    ]


def release(student: str, course: Course, version: int, batch: str) -> bool:
    """Give a claimed grade back to the queue, and count it."""
    return _change(_place(student, course), _again(student, course), _held(version, batch))


def give_back(student: str, course: Course, version: int, batch: str) -> bool:
    """The same with one that the authority had, and that is to be sent anew."""
    sent = GradeItem.sync_state == SyncState.SYNCED.value
    its = (GradeItem.version == version) & (GradeItem.sync_batch == batch) & sent
    actions = _again(student, course)
    return _change(_place(student, course), actions, _held(version, batch) | its)


def _again(student: str, course: Course) -> list[Action]:
    count = GradeItem.given_back.set((GradeItem.given_back | 0) + 1)
    return [*_queued(student, course), GradeItem.sync_batch.remove(), count]


def mark_synced(student: str, course: Course, version: int, batch: str, outcome: str) -> bool:
    """Note that the authority has a grade; False when a newer version exists."""
    if _change(_place(student, course), *_marking(version, batch, outcome)):
        return True
    return _is(SyncState.SYNCED, student, course, version, batch)


def mark_all_synced(accepted: Sequence[tuple[Versioned, str]], batch: str) -> list[bool]:
    """Note the same of many grades, each with its outcome."""
    return [
        marked
        for some in chunks(accepted, TOGETHER)
        for marked in (
            [True] * len(some)
            if _together(
                [
                    (_place(student, course), (version, batch, outcome))
                    for (student, course, version), outcome in some
                ],
                _marking,
            )
            else [mark_synced(*one, batch, outcome) for one, outcome in some]
        )
    ]


def _claiming(version: int, batch: str) -> Manner:
    actions: list[Action] = [
        GradeItem.sync_state.set(SyncState.CLAIMED.value),
        GradeItem.sync_batch.set(batch),
        GradeItem.gsi2pk.remove(),
        GradeItem.gsi2sk.remove(),
    ]
    waiting = GradeItem.sync_state == SyncState.PENDING.value
    return actions, (GradeItem.version == version) & waiting


def _marking(version: int, batch: str, outcome: str) -> Manner:
    actions: list[Action] = [
        GradeItem.sync_state.set(SyncState.SYNCED.value),
        GradeItem.sync_outcome.set(outcome),
        GradeItem.synced_at.set(clock.now()),
    ]
    return actions, _held(version, batch)


def _is(state: SyncState, student: str, course: Course, version: int, batch: str) -> bool:
    found = get(student, course)
    return (
        found is not None
        and found.version == version
        and found.sync_state is state
        and found.sync_batch == batch
    )


def _held(version: int, batch: str) -> Condition:
    held: Condition = (
        (GradeItem.sync_state == SyncState.CLAIMED.value)
        & (GradeItem.version == version)
        & (GradeItem.sync_batch == batch)
    )
    return held


def _queued(student: str, course: Course) -> list[Action]:
    place = keys.sync_candidate(course.period, course.subject, student)
    return [
        GradeItem.sync_state.set(SyncState.PENDING.value),
        GradeItem.gsi2pk.set(keys.sync(student)),
        GradeItem.gsi2sk.set(place),
    ]


def _place(student: str, course: Course) -> GradeItem:
    return GradeItem(keys.student(student), keys.grade(course.subject, course.period))


def _change(item: GradeItem, actions: list[Action], condition: Condition) -> bool:
    try:
        store.update(item, actions, condition)
    except store.ConditionFailed:
        return False
    return True


def _together(
    wanted: list[tuple[GradeItem, tuple[Any, ...]]], manner: Callable[..., Manner]
) -> bool:
    """Change grades in one transaction; False, and nothing changed, if any of them refuses.

    Grades that are changed in one manner are told so once.
    """
    alike: dict[tuple[Any, ...], list[GradeItem]] = defaultdict(list)
    for item, given in wanted:
        alike[given].append(item)
    work = store.Transaction()
    for given, items in alike.items():
        work.update_alike(items, *manner(*given))
    try:
        store.patiently(work)
    except store.ConditionFailed:
        return False
    return True
