"""What a course asks of one student, and what of it is there."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from decimal import ROUND_UP, Decimal

from grades.domain import Assessment, Evaluation, Item, Status

UNCOUNTED = (Status.EXCUSED, Status.EXEMPT, Status.MISSING)
IN_TIME = Decimal(0)
STEP = Decimal("0.000001")  # of an hour: as exact as any interval that rules may name
HOUR, MICROSECOND = timedelta(hours=1), timedelta(microseconds=1)


def items_of(
    assessments: Iterable[Assessment],
    evaluations: Iterable[Evaluation],
    *,
    at: datetime | None = None,
    group: str | None = None,
) -> list[Item]:
    """Set what a student achieved beside what the course asks for.

    An assessment without a result is missing, or pending while it is not due;
    without `at` everything is due, as at the end of a period. What is not
    published, or is asked of another group only, is not there. `group` is the
    student's own; without it, the one of the latest result. The definition decides
    maximum, weight and category, so that changing it changes every student.
    """
    known = list(evaluations)
    found = {one.assessment: one for one in known}
    own = _group_of(known) if group is None else group
    return [
        _item(asked, found.get(asked.id), at)
        for asked in assessments
        if asked.published and (asked.group in {"", own} or _answered(found.get(asked.id)))
    ]


def _answered(evaluation: Evaluation | None) -> bool:
    """A voided result is as if it had not been."""
    return evaluation is not None and evaluation.status is not Status.MISSING


def _group_of(evaluations: Sequence[Evaluation]) -> str:
    newest = max(evaluations, key=lambda one: (one.recorded_at, one.assessment), default=None)
    return newest.group if newest else ""


def _item(asked: Assessment, evaluation: Evaluation | None, at: datetime | None) -> Item:
    status = Status.MISSING if evaluation is None else evaluation.status
    still_open = (
        status is Status.MISSING and at is not None and asked.due is not None and at < asked.due
    )
    return Item(
        assessment=asked.id,
        category=(evaluation.moved_to if evaluation else "") or asked.counts_as,
        max=asked.max,
        weight=asked.weight,
        status=Status.PENDING if still_open else status,
        score=None if evaluation is None else evaluation.score,
        version=0 if evaluation is None else evaluation.version,
        extra_credit=asked.extra_credit,
        late_hours=IN_TIME
        if evaluation is None
        else late_hours(asked.due, evaluation.submitted_at),
        curve=asked.curve,
        open=still_open,
        reason="" if evaluation is None else reason_of(evaluation),
    )


def reason_of(evaluation: Evaluation) -> str:
    """Return why nothing counts; moving such a result afterwards gives no new reason for that."""
    if evaluation.status not in UNCOUNTED:
        return ""
    reason, moved_to = evaluation.reason, evaluation.moved_to
    for was in reversed(evaluation.history):
        if was.status is not evaluation.status or was.moved_to == moved_to:
            break
        reason, moved_to = was.reason, was.moved_to
    return reason


def late_hours(due: datetime | None, submitted: datetime | None) -> Decimal:
    """Return by how many hours something was late, upwards to a millionth.

    Upwards, so that no start of an interval is lost; whole intervals come out whole.
    """
    if due is None or submitted is None or submitted <= due:
        return IN_TIME
    late = Decimal((submitted - due) // MICROSECOND) / Decimal(HOUR // MICROSECOND)
    return late.quantize(STEP, ROUND_UP).normalize() + 0
