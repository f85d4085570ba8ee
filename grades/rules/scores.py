"""One student's results as a file holds them: read strictly, named when wrong."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from grades.domain import Curve, Item, Status
from grades.rules.asking import UNCOUNTED
from grades.rules.curves import parse_curve
from grades.rules.forms import Form, between, boolean, one_of, whole
from luca.kernel.errors import FieldError, Invalid

FIELDS = frozenset(
    {
        "assessment",
        "category",
        "max",
        "weight",
        "status",
        "score",
        "version",
        "extra_credit",
        "late_hours",
        "curve",
        "reason",
    }
)
MOST = 10**9
ROWS_AT_MOST = 1000
REASON_AT_MOST = 500
USUAL_MAX, USUAL_WEIGHT, IN_TIME = Decimal(100), Decimal(1), Decimal(0)


def parse_scores(given: Any) -> list[Item]:
    """Return the items of `{"scores": [...]}` or of the bare list, or raise Invalid.

    >>> parse_scores([{"assessment": "exam-1", "score": 87.5}])[0].score
    Decimal('87.5')
    """
    rows = given.get("scores") if isinstance(given, Mapping) else given
    if not isinstance(rows, list) or not 0 < len(rows) <= ROWS_AT_MOST:
        raise Invalid(f"Scores are a list of 1 to {ROWS_AT_MOST} results.", code="scores_invalid")
    form = Form({"scores": {str(n): row for n, row in enumerate(rows)}})
    inside = form.inside("scores", frozenset(map(str, range(len(rows)))))
    items = [] if inside is None else [_item(inside, str(n)) for n in range(len(rows))]
    _agree(form, items)
    form.refuse("The scores cannot be used.", "scores_invalid")
    return items


def _item(form: Form, n: str) -> Item:
    row = form.inside(n, FIELDS)
    if row is None:
        if form.given[n] is None:
            form.wrong(n, f"scores.{n} must be an object.")
        row = Form({"assessment": n})
    if row.given.get("assessment") is None:
        row.wrong("assessment", f"{row.within}assessment is missing.")
    by_score = Status.MISSING if row.given.get("score") is None else Status.GRADED
    amount = between(0, MOST)
    return Item(
        assessment=row.read("assessment", n, _name),
        category=row.read("category", "general", _name),
        max=row.read("max", USUAL_MAX, _maximum),
        weight=row.read("weight", USUAL_WEIGHT, amount),
        status=row.read("status", by_score, lambda value: one_of(Status, value)),
        score=row.read("score", None, amount),
        version=row.read("version", 0, whole(MOST)),
        extra_credit=row.read("extra_credit", False, boolean),  # noqa: FBT003 -- the default
        late_hours=row.read("late_hours", IN_TIME, amount),
        curve=_curve(row),
        reason=row.read("reason", "", _reason),
    )


def _name(value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError("must be a text")
    return value


def _reason(value: Any) -> str:
    if len(_name(value)) > REASON_AT_MOST:
        raise ValueError(f"must have at most {REASON_AT_MOST} characters")
    return str(value).strip()


def _maximum(value: Any) -> Decimal:
    number = between(0, MOST)(value)
    if not number:
        raise ValueError("must be above 0")
    return number


def _curve(row: Form) -> Curve | None:
    given = row.given.get("curve")
    if given is None:
        return None
    if not isinstance(given, Mapping):
        row.wrong("curve", f"{row.within}curve must be an object.")
        return None
    try:
        return parse_curve(given)
    except Invalid as error:
        for fault in error.errors:
            row.wrong(f"curve.{fault.field}", f"{row.within}curve.{fault.message}")
        return None


def _agree(form: Form, items: list[Item]) -> None:
    """Check what no field can know alone."""
    seen: set[str] = set()
    wrong = {fault.field.split(".")[1] for fault in form.errors}
    for n, item in enumerate(items):
        if str(n) in wrong:
            continue
        where = f"scores.{n}"
        if item.assessment in seen:
            form.errors.append(_fault(f"{where}.assessment", "is in the list twice"))
        seen.add(item.assessment)
        if item.status is Status.GRADED and item.score is None:
            form.errors.append(_fault(f"{where}.score", "is missing, and the status is graded"))
        if item.reason and item.status not in UNCOUNTED:
            form.errors.append(_fault(f"{where}.reason", "says why a result does not count"))
        if item.score is not None and item.score > item.max:
            form.errors.append(_fault(f"{where}.score", f"must be from 0 to {item.max}"))


def _fault(field: str, message: str) -> FieldError:
    return FieldError(field, f"{field} {message}.")
