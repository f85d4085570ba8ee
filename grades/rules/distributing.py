"""Many students' numbers at a glance: exact sums, rounded once, naming nobody."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from fractions import Fraction

from grades.domain import Distribution, Population, Rounding, Scale, Shift, Verdict
from grades.rules.numbers import root, rounded

PLACES = 2
TENTHS = 10
PERCENT = Scale()
Pair = tuple[Fraction, Fraction]


def distribution(numbers: Iterable[Fraction], scale: Scale = PERCENT) -> Distribution:
    """Return what some numbers have in common; those beyond the scale are in its last tenth."""
    found = sorted(numbers)
    if not found:
        return Distribution(0, None, None, None, None, None, (0,) * TENTHS)
    mean = _mean(found)
    variance = _mean([number * number for number in found]) - mean * mean
    middle = found[(len(found) - 1) // 2 : len(found) // 2 + 1]
    return Distribution(
        count=len(found),
        mean=_shown(mean),
        deviation=_shown(root(variance)),
        lowest=_shown(found[0]),
        median=_shown(_mean(middle)),
        highest=_shown(found[-1]),
        tenths=_tenths(found, scale),
    )


def summary(of: Population) -> Distribution:
    """Return what a curve's sums say, in percent; who is lowest or in the middle they do not."""
    mean = of.total / of.count
    return Distribution(
        count=of.count,
        mean=_shown(100 * mean),
        deviation=_shown(100 * root(of.squares / of.count - mean * mean)),
        lowest=None,
        median=None,
        highest=_shown(100 * of.highest),
        tenths=(),
    )


def shift(pairs: Iterable[Pair], verdicts: Iterable[tuple[Verdict, Verdict]] = ()) -> Shift:
    """Return how many numbers change, by how much, and who crosses the threshold."""
    differences = [after - before for before, after in pairs if after != before]
    crossed = list(verdicts)
    return Shift(
        students=len(differences),
        raised=sum(difference > 0 for difference in differences),
        lowered=sum(difference < 0 for difference in differences),
        smallest=_shown(min(differences, key=abs)) if differences else None,
        largest=_shown(max(differences, key=abs)) if differences else None,
        mean=_shown(_mean(differences)) if differences else None,
        to_passed=crossed.count((Verdict.FAILED, Verdict.PASSED)),
        to_failed=crossed.count((Verdict.PASSED, Verdict.FAILED)),
    )


def _mean(numbers: Sequence[Fraction]) -> Fraction:
    return sum(numbers, Fraction()) / len(numbers)


def _shown(number: Fraction) -> Decimal:
    """Round half away from zero, so that what falls is told as what rises."""
    size = rounded(abs(number), PLACES, Rounding.HALF_UP)
    return -size if number < 0 else size


def _tenths(numbers: Iterable[Fraction], scale: Scale) -> tuple[int, ...]:
    lowest, whole = Fraction(scale.lowest), Fraction(scale.highest) - Fraction(scale.lowest)
    found = [0] * TENTHS
    for number in numbers:
        found[min(max(int((number - lowest) / whole * TENTHS), 0), TENTHS - 1)] += 1
    return tuple(found)
