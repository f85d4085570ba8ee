"""Why somebody changed a result: needed, storable, and naming nobody."""

from collections.abc import Iterable

from luca.aws.audit import LONGEST_REASON
from luca.kernel.errors import FieldError, Invalid
from luca.kernel.ids import StudentId
from tenants import services as tenants


def checked_reason(reason: str, student: StudentId) -> str:
    tidy = _tidy(reason)
    tenants.check_names_nobody(tidy, student)
    return tidy


def checked_reason_for_all(reason: str, students: Iterable[StudentId]) -> str:
    """The same for what concerns many: it names none of them."""
    tidy = _tidy(reason)
    tenants.check_names_none_of(tidy, students)
    return tidy


def _tidy(reason: str) -> str:
    tidy = reason.strip()
    if not tidy or len(tidy) > LONGEST_REASON or not _storable(tidy):
        message = f"A change needs a reason of at most {LONGEST_REASON} characters."
        raise Invalid(message, code="reason_missing", errors=(FieldError("reason", message),))
    return tidy


def _storable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
