"""Items written again as they once were, with what finds them now."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from grades.models import AssessmentItem, EvaluationItem, GradeItem, RulesItem
from grades.repository import assessments, courses, evaluations, grades
from luca.aws import store
from luca.aws.table import TenantItem
from tenants.domain import Course

Image = Mapping[str, Any]


def join(
    work: store.Transaction, image: Image, seen: Image | None, course: Course | None, today: date
) -> None:
    """Put an item that is not there, or in place of what was seen, into a transaction.

    A result is put as one that no grade contains: the next night looks at its student.
    """
    item = _indexed(TenantItem.from_raw_data(dict(image)), course, today)
    if seen is None:
        work.put(item, TenantItem.pk.does_not_exist())
    else:
        work.put(item, store.is_still(TenantItem.from_raw_data(dict(seen))))


def mark(work: store.Transaction, course: Course) -> None:
    """Have everybody in the course computed again."""
    work.put(courses.dirty_item(course))


def _indexed(item: TenantItem, course: Course | None, today: date) -> TenantItem:
    match item:
        case EvaluationItem():
            item.consolidated = False
            return evaluations.indexed(item)
        case GradeItem():
            return grades.indexed(item)
        case AssessmentItem() if course is not None:
            return assessments.indexed(course, item)
        case RulesItem() if (item.valid_from or "") > today.isoformat():
            return item if item.withdrawn_at else courses.waiting(item)
    return item
