"""What other rules make of the same results."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from grades.domain.grading import Verdict
from luca.kernel.ids import StudentId


class Crossing(StrEnum):
    """Which way somebody goes over the threshold of passing."""

    UP = "up"
    DOWN = "down"


@dataclass(frozen=True, slots=True)
class Shown:
    """What people see of one result."""

    number: Decimal | None
    verdict: Verdict
    letter: str | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """One student's grade by the rules in force, and by others."""

    student: StudentId
    before: Shown
    after: Shown

    @property
    def difference(self) -> Decimal | None:
        """By how much the number changes; None where one of the two is undefined."""
        if self.before.number is None or self.after.number is None:
            return None
        return self.after.number - self.before.number

    @property
    def changed(self) -> bool:
        """Whether people would see anything else: 53 and 53.0 are one number."""
        return self.before != self.after

    @property
    def letter_changed(self) -> bool:
        return self.before.letter != self.after.letter

    @property
    def crossing(self) -> Crossing | None:
        """None too where either of them says nothing about passing."""
        return CROSSINGS.get((self.before.verdict, self.after.verdict))


CROSSINGS = {
    (Verdict.FAILED, Verdict.PASSED): Crossing.UP,
    (Verdict.PASSED, Verdict.FAILED): Crossing.DOWN,
}
