"""Which version of a subject's rules counts on which day."""

from collections.abc import Iterable
from datetime import date

from grades.domain import RulesVersion, Standing


def in_force(versions: Iterable[RulesVersion], day: date) -> RulesVersion | None:
    """Return the newest version that has begun; they come newest first.

    The order of versions is the order of dates, so the first that fits is it.
    """
    begun = (one for one in versions if one.withdrawn_at is None and one.valid_from <= day)
    return next(begun, None)


def standing(version: RulesVersion, present: RulesVersion | None, day: date) -> Standing:
    """Say where a version stands on a day on which `present` is in force."""
    if version.withdrawn_at is not None:
        return Standing.WITHDRAWN
    if version.valid_from > day:
        return Standing.FUTURE
    same = present is not None and present.number == version.number
    return Standing.IN_FORCE if same else Standing.PAST
