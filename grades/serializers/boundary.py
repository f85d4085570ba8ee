"""The promotion-boundary list as JSON."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

from grades.domain.reports import BoundaryRow, Decisive
from grades.serializers.answers import instant, number


def row(one: BoundaryRow) -> dict[str, Any]:
    near = one.boundary
    return {
        "student": one.student.id,
        "name": " ".join(filter(None, (one.student.given_name, one.student.family_name))),
        "subject": one.subject,
        "score": number(near.number),
        "exact": str(near.exact),
        "exact_decimal": _decimal(near.exact),
        "min_passing": number(near.min_passing),
        "verdict": near.verdict,
        "hangs_on": list(near.hangs_on),
        "items": [_item(item) for item in near.items],
        "version": one.version,
        "as_of": instant(one.as_of),
    }


def _item(one: Decisive) -> dict[str, Any]:
    return {
        "assessment": one.assessment,
        "open": one.open,
        "if_full": {"score": number(one.if_full), "verdict": one.verdict_if_full},
        "if_zero": {"score": number(one.if_zero), "verdict": one.verdict_if_zero},
    }


def _decimal(exact: Fraction) -> str:
    """The same for people, cut (and not rounded up) after six places."""
    whole = exact.numerator * 10**6 // exact.denominator
    plain = f"{Decimal(whole).scaleb(-6):f}".rstrip("0")
    return plain.removesuffix(".")
