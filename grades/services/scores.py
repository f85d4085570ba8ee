"""Which scores an assessment takes."""

from decimal import Decimal

from grades import rules
from grades.domain import Assessment
from luca.kernel.errors import FieldError, Invalid


def checked_score(score: Decimal, assessment: Assessment) -> Decimal:
    try:
        exact = rules.exact(score)
    except ValueError as error:
        raise _bad_score(str(error)) from error
    if not 0 <= exact <= assessment.max:
        raise _bad_score(f"must be from 0 to {assessment.max}")
    return exact


def _bad_score(fault: str) -> Invalid:
    message = f"The score {fault}."
    return Invalid(message, code="score_invalid", errors=(FieldError("score", message),))
