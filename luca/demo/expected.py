"""What every grade must be: worked out again, from the raw results, without Luca's engine.

Deliberately simple and deliberately separate: nothing here imports `grades`. It
says in thirty lines what `current` and `final` mean, and a grade that differs
from it is wrong.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable


class Work(NamedTuple):
    """One assessment of one student; no score means that it is missing."""

    category: str
    max: Fraction
    weight: Fraction
    score: Fraction | None
    excused: bool = False


class Expected(NamedTuple):
    """Both results in tenths, half up; None is undefined and never 0."""

    current: str | None
    final: str | None


def grade(work: Iterable[Work], categories: dict[str, Fraction] | None = None) -> Expected:
    """The grade in per cent, by weighted items or, given weights, by categories."""
    counts = [one for one in work if not one.excused]
    done = [one for one in counts if one.score is not None]
    handed = [one if one.score is not None else one._replace(score=Fraction()) for one in counts]
    if categories is None:
        return Expected(one_place(_items(done)), one_place(_items(handed)))
    return Expected(
        one_place(_categories(done, categories)), one_place(_categories(handed, categories))
    )


def _items(work: list[Work]) -> Fraction | None:
    total = sum((one.weight for one in work), Fraction())
    if not total:
        return None
    earned = sum((one.weight * (one.score or 0) / one.max for one in work), Fraction())
    return 100 * earned / total


def _categories(work: list[Work], weights: dict[str, Fraction]) -> Fraction | None:
    earned, total = Fraction(), Fraction()
    for category, weight in weights.items():
        here = [one for one in work if one.category == category]
        most = sum((one.max for one in here), Fraction())
        if most:  # a category in which nothing counts does not count itself
            total += weight
            earned += weight * sum((one.score or Fraction() for one in here), Fraction()) / most
    return 100 * earned / total if total else None


def one_place(value: Fraction | None) -> str | None:
    """Spell a number with one decimal, ties upwards, from the exact value.

    >>> one_place(Fraction(8245, 100))
    '82.5'
    """
    if value is None:
        return None
    tenths = (20 * value + 1) // 2
    return f"{tenths // 10}.{tenths % 10}"
