"""From the marks of a school year to finals, their average and promotion.

Both levels are truncated to tenths: the final of a field, and the average of
finals that are truncated already.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from grades.domain import Item, Result, Status
from grades.rules.engine import grade
from grades.rules.forms import between
from grades.rules.parsing import parse
from grades.rules.profiles import Promotion, SepProfile
from luca.kernel.errors import FieldError, Invalid

LOWEST, HIGHEST = 5, 10


class YearOutcome(StrEnum):
    """What becomes of a student at the end of the school year."""

    PROMOTED = "promoted"
    NOT_PROMOTED = "not_promoted"
    REVIEW = "review"  # the average passes, a field does not, and the school looks at each case
    UNDEFINED = "undefined"


@dataclass(frozen=True, slots=True)
class YearResult:
    average: Decimal | None  # of the finals that are there
    outcome: YearOutcome  # undefined until all of them are
    failed: tuple[str, ...]  # the fields below the passing grade
    result: Result  # of the average, with its explanation


def final_of_field(profile: SepProfile, marks: Mapping[str, object]) -> Result:
    """Return a field's final grade: the mean of its periods, truncated to tenths.

    A mark of None is not there yet: the final so far is that of the others.
    """
    return grade(parse(profile.rules()), [_item(name, mark) for name, mark in marks.items()])


def year_result(
    profile: SepProfile, finals: Mapping[str, object], *, every_field_passes: bool = False
) -> YearResult:
    """Return the average of the finals, truncated again, and what follows from it.

    `every_field_passes` is the school's choice: then a student whose average
    passes and whose field does not is to be looked at, and not promoted as is.
    No final is below the profile's floor, whoever computed it.
    """
    lifted = {
        name: None if final is None else max(_mark(name, final), profile.floor)
        for name, final in finals.items()
    }
    result = final_of_field(profile, lifted)
    failed = tuple(
        sorted(name for name, final in lifted.items() if final and final < profile.passing)
    )
    average = None if None in lifted.values() else result.published
    outcome = _outcome(profile, average, failed if every_field_passes else ())
    return YearResult(result.published, outcome, failed, result)


def _outcome(profile: SepProfile, average: Decimal | None, failed: tuple[str, ...]) -> YearOutcome:
    if average is None:
        return YearOutcome.UNDEFINED
    if profile.promotion is Promotion.ATTENDED:
        return YearOutcome.PROMOTED
    if average < profile.passing:
        return YearOutcome.NOT_PROMOTED
    return YearOutcome.REVIEW if failed else YearOutcome.PROMOTED


def _item(name: str, mark: object) -> Item:
    return Item(
        assessment=name,
        category="mark",
        max=Decimal(HIGHEST),
        weight=Decimal(1),
        status=Status.MISSING if mark is None else Status.GRADED,
        score=None if mark is None else _mark(name, mark),
    )


def _mark(name: str, mark: object) -> Decimal:
    try:
        return between(LOWEST, HIGHEST)(mark)
    except ValueError as error:
        fault = FieldError(name, f"{name} {error}.")
        raise Invalid("A mark cannot be used.", code="mark_invalid", errors=(fault,)) from error
