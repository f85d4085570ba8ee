"""Consolidated grades and their history."""

import json
from collections.abc import Iterable, Sequence
from decimal import Decimal

from pynamodb.expressions.condition import Condition

from grades import keys
from grades.domain import (
    Evaluation,
    Grade,
    GradeVersion,
    Publish,
    Result,
    SyncState,
    Verdict,
)
from grades.models import GradeItem, VersionItem
from grades.repository import evaluations
from luca.aws import store
from luca.aws.table import TenantItem
from luca.kernel.ids import PeriodId, StudentId, SubjectId
from luca.kernel.iterate import chunks
from tenants.domain import Course

AT_ONCE = store.LIMIT - 2  # flags that fit beside the grade and its version


def get(student: str, course: Course) -> Grade | None:
    place = keys.grade(course.subject, course.period)
    found = store.get(GradeItem, keys.student(student), place, consistent=True)
    return None if found is None else grade_of(found)


def several(students: Iterable[str], course: Course) -> dict[str, Grade]:
    """Return the grades of many students in one course, read consistently."""
    place = keys.grade(course.subject, course.period)
    wanted = [(keys.student(student), place) for student in students]
    found = store.batch_get(GradeItem, wanted, consistent=True)
    return {item.student: grade_of(item) for item in found}


def of_people(
    students: Sequence[str], course: Course
) -> tuple[dict[str, Grade], dict[str, TenantItem]]:
    """Return many students' grades in a course, and their own items, in one read of a hundred."""
    place = keys.grade(course.subject, course.period)
    wanted = [(keys.student(one), sk) for one in students for sk in (place, keys.PROFILE)]
    found = list(store.batch_get(TenantItem, wanted, consistent=True))
    grades = {one.student: grade_of(one) for one in found if isinstance(one, GradeItem)}
    own = {str(getattr(one, "id", "")): one for one in found if one.sk == keys.PROFILE}
    return grades, own


def with_profile(student: str) -> tuple[list[Grade], TenantItem | None]:
    """Return all grades and the student's own item, in one Query.

    No other sort key of a student lies between `GRADE#` and `PROFILE`.
    """
    sk = TenantItem.sk.between(keys.FIRST_GRADE, keys.PROFILE)
    found = list(store.every(TenantItem, keys.student(student), sk, consistent=True))
    own = next((item for item in found if item.sk == keys.PROFILE), None)
    return [grade_of(item) for item in found if isinstance(item, GradeItem)], own


def page_of(
    student: str, limit: int, start: store.Key | None
) -> tuple[list[Grade], store.Key | None]:
    sk = GradeItem.sk.startswith(keys.grades())
    page = store.query(GradeItem, keys.student(student), sk, limit=limit, start=start)
    return [grade_of(item) for item in page.items], page.next


def history(student: str, course: Course) -> list[GradeVersion]:
    sk = VersionItem.sk.startswith(keys.versions_of(course.subject, course.period))
    found = store.every(VersionItem, keys.student(student), sk, consistent=True)
    return [version_of(item) for item in found]


def version(student: str, course: Course, number: int) -> GradeVersion | None:
    """Return one entry of a grade's history."""
    place = keys.version(course.subject, course.period, number)
    found = store.get(VersionItem, keys.student(student), place, consistent=True)
    return None if found is None else version_of(found)


def newest(student: str, course: Course) -> GradeVersion | None:
    """Return the grade as it stands, with its explanation: it is written together with both."""
    sk = VersionItem.sk.startswith(keys.versions_of(course.subject, course.period))
    place = keys.student(student)
    page = store.query(VersionItem, place, sk, consistent=True, newest_first=True, limit=1)
    return version_of(page.items[0]) if page.items else None


def present_versions(found: Iterable[Grade]) -> dict[tuple[str, Course], GradeVersion]:
    """Return the history entries of grades as they stand, with their explanations."""
    wanted = [
        (keys.student(one.student), keys.version(one.subject, one.period, one.version))
        for one in found
    ]
    items = store.batch_get(VersionItem, wanted, consistent=True)
    return {
        (item.student, Course(SubjectId(item.subject), PeriodId(item.period))): version_of(item)
        for item in items
    }


def commit(grade: Grade, result: Result, pending: Sequence[Evaluation], seen: Grade | None) -> None:
    """Write a new version of a grade, its history and the flags of what it is made of.

    It happens together, and only if the grade is still the one that was seen
    and every pending evaluation is still as it was read. More flags than one
    transaction holds follow afterwards: killed in between, they are still
    pending, and the next run finds the grade unchanged and flags them.
    """
    work = store.Transaction()
    work.put(_grade_item(grade), _still(seen))
    work.put(_version_item(grade, result), VersionItem.pk.does_not_exist())
    together = pending if len(pending) <= AT_ONCE else ()
    for evaluation in together:
        evaluations.flag(work, evaluation)
    store.patiently(work)
    if not together:
        settle(pending)


def settle(pending: Sequence[Evaluation]) -> None:
    """Flag evaluations that a stored grade contains already."""
    for some in chunks(pending, store.LIMIT):
        work = store.Transaction()
        for evaluation in some:
            evaluations.flag(work, evaluation)
        store.patiently(work)


def confirm(seen: Grade, pending: Sequence[Evaluation]) -> None:
    """Count that a grade was found right, so that whoever looked earlier cannot write over it."""
    work = store.Transaction()
    place = GradeItem(keys.student(seen.student), keys.grade(seen.subject, seen.period))
    work.update(place, [GradeItem.checks.set(seen.checks + 1)], _still(seen))
    together = pending if len(pending) <= AT_ONCE else ()
    for evaluation in together:
        evaluations.flag(work, evaluation)
    store.patiently(work)
    if not together:
        settle(pending)


def _still(seen: Grade | None) -> Condition:
    if seen is None:
        return GradeItem.pk.does_not_exist()
    unchecked = GradeItem.checks.does_not_exist()
    checked: Condition = GradeItem.checks == seen.checks if seen.checks else unchecked
    still: Condition = (GradeItem.version == seen.version) & checked
    return still


def _grade_item(grade: Grade) -> GradeItem:
    item = GradeItem(
        keys.student(grade.student),
        keys.grade(grade.subject, grade.period),
        student=grade.student,
        subject=grade.subject,
        period=grade.period,
        consolidated_score=grade.score,
        current=grade.current,
        final=grade.final,
        verdict=grade.verdict.value,
        published=grade.published.value,
        evaluations_count=grade.evaluations_count,
        last_calculated=grade.last_calculated,
        version=grade.version,
        rules_version=grade.rules_version,
        places=grade.places,
        trace_hash=grade.trace_hash,
        sync_state=grade.sync_state.value or None,
        sync_batch=grade.sync_batch or None,
    )
    return indexed(item)


def indexed(item: GradeItem) -> GradeItem:
    """What waits for the government is found by that."""
    if item.sync_state == SyncState.PENDING.value:
        item.gsi2pk = keys.sync(item.student)
        item.gsi2sk = keys.sync_candidate(item.period, item.subject, item.student)
    return item


def grade_of(item: GradeItem) -> Grade:
    return Grade(
        student=StudentId(item.student),
        subject=SubjectId(item.subject),
        period=PeriodId(item.period),
        score=_shown(item.consolidated_score, item.places),
        current=_shown(item.current, item.places),
        final=_shown(item.final, item.places),
        verdict=Verdict(item.verdict),
        published=Publish(item.published),
        evaluations_count=item.evaluations_count,
        last_calculated=item.last_calculated,
        version=item.version,
        rules_version=item.rules_version,
        places=item.places,
        trace_hash=item.trace_hash,
        sync_state=SyncState(item.sync_state or ""),
        sync_batch=item.sync_batch or "",
        given_back=int(item.given_back or 0),
        checks=item.checks or 0,
    )


def _version_item(grade: Grade, result: Result) -> VersionItem:
    return VersionItem(
        keys.student(grade.student),
        keys.version(grade.subject, grade.period, grade.version),
        student=grade.student,
        subject=grade.subject,
        period=grade.period,
        version=grade.version,
        consolidated_score=grade.score,
        current=grade.current,
        final=grade.final,
        places=grade.places,
        published=grade.published.value,
        calculated=grade.last_calculated,
        trace=json.dumps(result.trace, sort_keys=True, separators=(",", ":")),
        trace_hash=grade.trace_hash,
    )


def version_of(item: VersionItem) -> GradeVersion:
    return GradeVersion(
        version=item.version,
        score=_shown(item.consolidated_score, item.places),
        current=_shown(item.current, item.places),
        final=_shown(item.final, item.places),
        published=Publish(item.published),
        calculated=item.calculated,
        trace=json.loads(item.trace),
        trace_hash=item.trace_hash,
    )


def _shown(number: Decimal | None, places: int) -> Decimal | None:
    """Give a number back the zeros that it was published with."""
    return None if number is None else number.quantize(Decimal(1).scaleb(-places))
