"""What other rules would change: student by student, and all of them together, exactly."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor
from typing import Any

from grades.domain import (
    Comparison,
    Crossing,
    GradingRules,
    Result,
    Rounding,
    Scale,
    Shown,
    Verdict,
)
from grades.rules.numbers import rounded
from luca.kernel.ids import StudentId

BARS = 100  # of the histogram, on each side of nothing
PLACES = 3  # of the mean, for people; the exact one stands beside it


def compare(student: StudentId, before: Result, after: Result) -> Comparison:
    return Comparison(student, _shown(before), _shown(after))


def _shown(result: Result) -> Shown:
    return Shown(result.published, result.verdict, result.letter)


@dataclass(slots=True)
class Summary:
    """Counts comparisons one by one and keeps none, so that a school of any size fits."""

    scale: Scale  # of the rules that are tried
    comparable: bool = True  # both rules publish on one scale
    students: int = 0
    changed: int = 0
    letters: int = 0
    without: int = 0  # students of whom one of the two numbers is undefined
    total: Fraction = Fraction()
    least: Decimal | None = None
    most: Decimal | None = None
    crossings: Counter[Crossing] = field(default_factory=Counter)
    verdicts: Counter[tuple[Verdict, Verdict]] = field(default_factory=Counter)
    bars: Counter[int] = field(default_factory=Counter)

    @classmethod
    def of(cls, before: GradingRules, after: GradingRules) -> "Summary":
        return cls(after.scale, comparable=before.scale == after.scale)

    def add(self, one: Comparison) -> None:
        self.students += 1
        self.changed += one.changed
        self.letters += one.letter_changed
        self.verdicts[one.before.verdict, one.after.verdict] += 1
        if one.crossing is not None:
            self.crossings[one.crossing] += 1
        self._differ(one.difference)

    def _differ(self, difference: Decimal | None) -> None:
        if difference is None:
            self.without += 1
            return
        self.total += Fraction(difference)
        self.least = difference if self.least is None else min(self.least, difference)
        self.most = difference if self.most is None else max(self.most, difference)
        widths = Fraction(difference) / self.width
        self.bars[ceil(widths) if difference > 0 else floor(widths)] += 1

    @property
    def width(self) -> Fraction:
        """Of one bar: a hundredth of the scale."""
        return Fraction(self.scale.highest - self.scale.lowest) / BARS

    @property
    def mean(self) -> Fraction | None:
        known = self.students - self.without
        return self.total / known if known else None

    def as_mapping(self) -> dict[str, Any]:
        """Return it as reports hold it; numbers are texts."""
        mean = self.mean
        return {
            "students": self.students,
            "changed": self.changed,
            "letters_changed": self.letters,
            "crossed": {one.value: self.crossings[one] for one in Crossing},
            "verdicts": [
                {"before": before, "after": after, "students": number}
                for (before, after), number in sorted(self.verdicts.items())
            ],
            "comparable": self.comparable,
            "without_difference": self.without,
            "difference": {
                "mean": None if mean is None else _spelled(mean),
                "mean_exact": None if mean is None else str(mean),
                "min": None if self.least is None else format(self.least, "f"),
                "max": None if self.most is None else format(self.most, "f"),
            },
            "histogram": list(self._histogram()),
        }

    def _histogram(self) -> Iterator[dict[str, Any]]:
        """The bars that are not empty: who changes by nothing has one of their own."""
        for bar, number in sorted(self.bars.items()):
            inner = bar - (bar > 0) + (bar < 0)
            ends = [_number(end * self.width) for end in sorted((bar, inner))]
            yield {"from": ends[0], "to": ends[1], "students": number}


def _spelled(value: Fraction) -> str:
    """To a few places for people, half away from nothing on either side."""
    number = rounded(abs(value), PLACES, Rounding.HALF_UP)
    return format(-number if value < 0 and number else number, "f")


def _number(value: Fraction) -> str:
    # A scale has few places, so a hundredth of it is a decimal.
    number = Decimal(value.numerator) / Decimal(value.denominator)
    return format(number.normalize() + 0, "f")
