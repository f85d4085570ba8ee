"""Raw results: one item per student and assessment, replaced only over the version seen."""

import json
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from grades import keys
from grades.domain import Correction, Evaluation, Status
from grades.models import EvaluationItem
from luca.aws import audit, store
from luca.aws.idempotency import PART, Ticket
from luca.aws.table import TenantItem
from luca.kernel import clock
from luca.kernel.errors import Conflict, PreconditionFailed
from luca.kernel.ids import AssessmentId, PeriodId, PersonId, StudentId, SubjectId
from tenants.domain import Course


def get(student: str, course: Course, assessment: str) -> Evaluation | None:
    found = store.get(
        EvaluationItem,
        keys.student(student),
        keys.evaluation(course.subject, course.period, assessment),
        consistent=True,
    )
    return None if found is None else evaluation_of(found)


def with_surroundings(
    student: str, course: Course, assessment: str
) -> tuple[Evaluation | None, TenantItem | None, TenantItem | None]:
    """Return a result, the student's own item and what is asked, in one read."""
    place = keys.evaluation(course.subject, course.period, assessment)
    own = keys.student(student)
    asked = keys.course(course.subject, course.period), keys.assessment(assessment)
    wanted = [(own, place), (own, keys.PROFILE), asked]
    found = {item.sk: item for item in store.batch_get(TenantItem, wanted, consistent=True)}
    result = found.get(place)
    return (
        evaluation_of(result) if isinstance(result, EvaluationItem) else None,
        found.get(keys.PROFILE),
        found.get(asked[1]),
    )


def of_course(student: str, course: Course, *, consistent: bool = True) -> list[Evaluation]:
    """Return all results of a student in a course."""
    sk = EvaluationItem.sk.startswith(keys.evaluations_of(course.subject, course.period))
    found = store.every(EvaluationItem, keys.student(student), sk, consistent=consistent)
    return [evaluation_of(item) for item in found]


def of_period(student: str, period: str) -> list[Evaluation]:
    """Return a student's results in all courses of a period, in one Query.

    The key begins with the subject, so the other periods are filtered out by
    DynamoDB after it read them.
    """
    sk = EvaluationItem.sk.startswith(keys.evaluations())
    found = store.every(
        EvaluationItem,
        keys.student(student),
        sk,
        consistent=True,
        where=EvaluationItem.period == period,
    )
    return [evaluation_of(item) for item in found]


def of_student(student: str) -> list[Evaluation]:
    """Return all results of a student, whatever the period."""
    sk = EvaluationItem.sk.startswith(keys.evaluations())
    found = store.every(EvaluationItem, keys.student(student), sk, consistent=True)
    return [evaluation_of(item) for item in found]


def of_assessment(students: Iterable[str], course: Course, assessment: str) -> list[Evaluation]:
    """Return the results that some students have in one assessment."""
    place = keys.evaluation(course.subject, course.period, assessment)
    wanted = [(keys.student(student), place) for student in students]
    return [
        evaluation_of(item) for item in store.batch_get(EvaluationItem, wanted, consistent=True)
    ]


def of_cells(course: Course, cells: Iterable[tuple[str, str]]) -> list[Evaluation]:
    """Return those of some results (student and assessment) that are there."""
    wanted = [
        (keys.student(student), keys.evaluation(course.subject, course.period, assessment))
        for student, assessment in cells
    ]
    return [
        evaluation_of(item) for item in store.batch_get(EvaluationItem, wanted, consistent=True)
    ]


def of_group(course: Course, group: str, first: str, last: str) -> list[Evaluation]:
    """Return the results of a group's students from one id to another, in one Query.

    It reads the index: more than its page of 1 MB takes another, and it may lag.
    """
    place = keys.gradebook(course.subject, course.period, group)
    sk = EvaluationItem.gsi1sk.between(keys.gradebook_from(first), keys.gradebook_up_to(last))
    return [evaluation_of(item) for item in store.every(EvaluationItem, place, sk, index="GSI1")]


def group_page(
    course: Course, group: str, limit: int, start: store.Key | None
) -> tuple[list[Evaluation], store.Key | None]:
    """A page of a group's results by student; it reads the index, which may lag."""
    place = keys.gradebook(course.subject, course.period, group)
    page = store.query(EvaluationItem, place, index="GSI1", limit=limit, start=start)
    return [evaluation_of(item) for item in page.items], page.next


def page_of(
    student: str, limit: int, start: store.Key | None
) -> tuple[list[Evaluation], store.Key | None]:
    sk = EvaluationItem.sk.startswith(keys.evaluations())
    page = store.query(EvaluationItem, keys.student(student), sk, limit=limit, start=start)
    return [evaluation_of(item) for item in page.items], page.next


def add(
    evaluation: Evaluation, ticket: Ticket | None = None, act: audit.Action | None = None
) -> None:
    """Store a result that must not exist yet: one conditional write.

    The answer to the request, which a ticket asks for, and the entry of an act are
    stored in the same transaction.
    """
    absent = EvaluationItem.pk.does_not_exist()
    try:
        if ticket is None and act is None:
            store.put(_item(evaluation), absent)
            return
        work = store.Transaction()
        work.put(_item(evaluation), absent)
        if ticket is not None:
            ticket.join(work, evaluation)
        if act is not None:
            _tell(work, act, evaluation)
        store.patiently(work)
    except store.ConditionFailed as error:
        if PART in error.failed:
            raise
        raise Conflict(
            "This result is recorded already; correct it instead.", code="already_graded"
        ) from error


def _tell(work: store.Transaction, act: audit.Action, evaluation: Evaluation) -> None:
    audit.join(
        work,
        act,
        f"student:{evaluation.student}",
        reason=evaluation.reason,
        subject=evaluation.subject,
        period=evaluation.period,
        assessment=evaluation.assessment,
        version=str(evaluation.version),
    )


def replace(evaluation: Evaluation, *, seen: int, act: audit.Action) -> None:
    """Store a result over the version that was seen, and that it was changed; 0: there was none."""
    unchanged = EvaluationItem.version == seen if seen else EvaluationItem.pk.does_not_exist()
    work = store.Transaction()
    work.put(_item(evaluation), unchanged)
    _tell(work, act, evaluation)
    try:
        store.patiently(work)
    except store.ConditionFailed as error:
        course = Course(evaluation.subject, evaluation.period)
        if get(evaluation.student, course, evaluation.assessment) == evaluation:
            return  # our own write: its answer was lost, and the SDK had sent it again
        raise PreconditionFailed(
            "Somebody changed this result meanwhile: read it again and decide anew."
        ) from error


def flag(work: store.Transaction, evaluation: Evaluation) -> None:
    """Mark a result as consolidated in a transaction, if it is still what was read."""
    place = EvaluationItem(
        keys.student(evaluation.student),
        keys.evaluation(evaluation.subject, evaluation.period, evaluation.assessment),
    )
    work.update(
        place,
        [
            EvaluationItem.consolidated.set(True),
            EvaluationItem.gsi2pk.remove(),
            EvaluationItem.gsi2sk.remove(),
        ],
        EvaluationItem.version == evaluation.version,
    )


def _item(evaluation: Evaluation) -> EvaluationItem:
    item = EvaluationItem(
        keys.student(evaluation.student),
        keys.evaluation(evaluation.subject, evaluation.period, evaluation.assessment),
        student=evaluation.student,
        subject=evaluation.subject,
        period=evaluation.period,
        assessment=evaluation.assessment,
        status=evaluation.status.value,
        score=evaluation.score,
        max=evaluation.max,
        category=evaluation.category,
        group=evaluation.group or None,
        recorded_at=evaluation.recorded_at,
        recorded_by=evaluation.recorded_by,
        version=evaluation.version,
        consolidated=evaluation.consolidated,
        reason=evaluation.reason or None,
        history=_history_text(evaluation.history),
        submitted_at=evaluation.submitted_at,
        moved_to=evaluation.moved_to or None,
    )
    return indexed(item)


def indexed(item: EvaluationItem) -> EvaluationItem:
    """With what the indexes find it by."""
    if item.group:
        item.gsi1pk = keys.gradebook(item.subject, item.period, item.group)
        item.gsi1sk = keys.gradebook_cell(item.student, item.assessment)
    if not item.consolidated:
        item.gsi2pk = keys.consolidation(item.student)
        item.gsi2sk = keys.pending_evaluation(
            item.period, item.subject, item.student, item.assessment
        )
    return item


def evaluation_of(item: EvaluationItem) -> Evaluation:
    return Evaluation(
        student=StudentId(item.student),
        subject=SubjectId(item.subject),
        period=PeriodId(item.period),
        assessment=AssessmentId(item.assessment),
        status=Status(item.status),
        score=item.score,
        max=item.max,
        category=item.category,
        group=item.group or "",
        recorded_at=item.recorded_at,
        recorded_by=None if item.recorded_by is None else PersonId(item.recorded_by),
        version=item.version,
        consolidated=item.consolidated,
        reason=item.reason or "",
        history=_history(item.history),
        submitted_at=item.submitted_at,
        moved_to=item.moved_to or "",
    )


def _history_text(history: tuple[Correction, ...]) -> str | None:
    if not history:
        return None
    return json.dumps([_past(one) for one in history], separators=(",", ":"))


def _past(one: Correction) -> dict[str, Any]:
    written = {
        "version": one.version,
        "status": one.status.value,
        "score": None if one.score is None else str(one.score),
        "at": clock.stamp(one.at),
        "by": one.by,
        "reason": one.reason,
    }
    if one.submitted_at:
        written["submitted_at"] = clock.stamp(one.submitted_at)
    if one.moved_to:
        written["moved_to"] = one.moved_to
    return written


def _history(text: str | None) -> tuple[Correction, ...]:
    return tuple(
        Correction(
            version=one["version"],
            status=Status(one["status"]),
            score=None if one["score"] is None else Decimal(one["score"]),
            at=clock.parse(one["at"]),
            by=one["by"],
            reason=one["reason"],
            submitted_at=clock.parse(one["submitted_at"]) if "submitted_at" in one else None,
            moved_to=one.get("moved_to", ""),
        )
        for one in json.loads(text or "[]")
    )
