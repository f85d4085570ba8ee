"""Which scores an assessment takes."""

from datetime import datetime, timedelta
from decimal import Decimal

from grades import rules
from grades.domain import Assessment, Status
from luca.kernel import clock
from luca.kernel.errors import FieldError, Invalid

AHEAD = timedelta(minutes=5)  # that somebody's clock may be fast


def checked_result(status: Status, score: Decimal | None, assessment: Assessment) -> Decimal | None:
    """Return the score that goes with a status, or raise Invalid.

    What is graded has one, what is handed in may have one to be confirmed (a test that a
    machine marked), and nothing else has any.
    """
    if status in {Status.GRADED, Status.PENDING} and score is not None:
        return checked_score(score, assessment)
    if status is Status.GRADED:
        raise _bad_score("is missing: a graded result has one")
    if score is not None:
        raise _bad_score(f"does not go with {status}")
    return None


def checked_time(submitted: datetime | None) -> datetime | None:
    """Return when something was handed in, as exactly as it is stored, or raise Invalid."""
    if submitted is None:
        return None
    if submitted.tzinfo is None or submitted > clock.now() + AHEAD:
        message = "submitted_at is a time with its zone, and not in the future."
        raise Invalid(message, errors=(FieldError("submitted_at", message),))
    return clock.parse(clock.stamp(submitted))


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
