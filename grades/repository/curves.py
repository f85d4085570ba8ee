"""The history of each assessment's curve: an event is written once, with what it changes."""

import json

from grades import keys, rules
from grades.domain import Assessment, Curve, CurveAct, CurveEvent
from grades.models import CurveItem
from grades.repository.assessments import item_of, unchanged
from grades.repository.courses import dirty_item
from luca.aws import audit, store
from luca.aws.audit import Action
from luca.kernel.errors import PreconditionFailed
from luca.kernel.ids import AssessmentId, PersonId
from tenants.domain import Course

ACTIONS = {CurveAct.APPLIED: Action.CURVE_APPLIED, CurveAct.UNDONE: Action.CURVE_UNDONE}


def get(course: Course, assessment: str, number: int) -> CurveEvent | None:
    found = store.get(CurveItem, _place(course), keys.curve(assessment, number), consistent=True)
    return None if found is None else _event(found)


def last(course: Course, assessment: str) -> int:
    """The number of the newest event; 0 when there is none."""
    sk = CurveItem.sk.startswith(keys.curves_of(assessment))
    page = store.query(CurveItem, _place(course), sk, consistent=True, newest_first=True, limit=1)
    return page.items[0].number if page.items else 0


def page_of(
    course: Course, assessment: str, limit: int, start: store.Key | None
) -> tuple[list[CurveEvent], store.Key | None]:
    """A page of an assessment's history, the newest first."""
    sk = CurveItem.sk.startswith(keys.curves_of(assessment))
    page = store.query(
        CurveItem, _place(course), sk, consistent=True, newest_first=True, limit=limit, start=start
    )
    return [_event(item) for item in page.items], page.next


def add(course: Course, assessment: Assessment, event: CurveEvent) -> None:
    """Store an event, the assessment as it leaves it, the marker and the entry, or nothing.

    Of two at once one finds the assessment changed, or the number taken.
    """
    work = store.Transaction()
    work.put(_item(course, event), CurveItem.pk.does_not_exist())
    work.put(item_of(course, assessment), unchanged(assessment.version - 1))
    work.put(dirty_item(course))
    audit.join(
        work,
        ACTIONS[event.act],
        f"course:{course.subject}/{course.period}",
        reason=event.reason,
        assessment=assessment.id,
        event=str(event.number),
        curve=f"{event.curve.kind},{event.curve.version}" if event.curve else "none",
    )
    try:
        store.patiently(work)
    except store.ConditionFailed as error:
        if get(course, assessment.id, event.number) == event:
            return  # our own write: its answer was lost, and the SDK had sent it again
        raise PreconditionFailed(
            "Somebody changed this assessment meanwhile: read it again and decide anew."
        ) from error


def _place(course: Course) -> str:
    return keys.course(course.subject, course.period)


def _item(course: Course, event: CurveEvent) -> CurveItem:
    return CurveItem(
        _place(course),
        keys.curve(event.assessment, event.number),
        assessment=event.assessment,
        number=event.number,
        act=event.act.value,
        curve=_text(event.curve),
        before=event.before,
        at=event.at,
        by=event.by,
        reason=event.reason,
        leaves=event.leaves,
    )


def _text(curve: Curve | None) -> str | None:
    if curve is None:
        return None
    return json.dumps(rules.curve_as_mapping(curve), separators=(",", ":"))


def _event(item: CurveItem) -> CurveEvent:
    return CurveEvent(
        assessment=AssessmentId(item.assessment),
        number=item.number,
        act=CurveAct(item.act),
        curve=rules.parse_curve(json.loads(item.curve)) if item.curve else None,
        before=item.before,
        at=item.at,
        by=None if item.by is None else PersonId(item.by),
        reason=item.reason,
        leaves=item.leaves,
    )
