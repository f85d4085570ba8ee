"""The words of the OULAD tables, once they are known to make sense."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

from luca.demo.expected import Work

if TYPE_CHECKING:
    from decimal import Decimal

COURSEWORK = ("TMA", "CMA")
EXAM = "Exam"
HIGHEST = Fraction(100)  # every score of the data set is out of a hundred


class Key(NamedTuple):
    """One presentation of one module, e.g. AAA 2013J."""

    module: str
    code: str

    def __str__(self) -> str:
        return f"{self.module} {self.code}"


@dataclass(frozen=True, slots=True)
class Item:
    """An assessment; its weight as the file has it, exactly."""

    id: str
    kind: str  # TMA, CMA or Exam
    weight: Decimal
    day: int | None  # when it is due, if that is known

    @property
    def is_exam(self) -> bool:
        return self.kind == EXAM


@dataclass(frozen=True, slots=True)
class Enrolled:
    """A student of a presentation, withdrawn or not."""

    student: str
    gender: str | None
    region: str | None
    result: str | None


class Scored(NamedTuple):
    """One score of one student."""

    student: str
    item: str
    score: Decimal
    row: int


class Click(NamedTuple):
    """One row of studentVle; rows that look the same are different rows."""

    key: Key
    student: str
    site: str
    day: int
    clicks: int
    file: str
    row: int


@dataclass(slots=True)
class Presentation:
    """Everything about one presentation but its clicks."""

    key: Key
    length: int
    items: dict[str, Item] = field(default_factory=dict)
    enrolled: dict[str, Enrolled] = field(default_factory=dict)
    scores: dict[tuple[str, str], Scored] = field(default_factory=dict)  # by student, item
    sites: dict[str, str] = field(default_factory=dict)  # id → type of activity

    @property
    def has_exam_scores(self) -> bool:
        return any(self.items[scored.item].is_exam for scored in self.scores.values())

    def of_kind(self, *, exam: bool) -> list[Item]:
        """The assessments of the exam subject, or of the coursework."""
        return [item for item in self.items.values() if item.is_exam is exam]

    def work_of(self, student: str, *, exam: bool) -> list[Work]:
        """What a student has to show for each assessment; nothing for those not handed in."""
        return [
            Work(
                category=item.kind,
                max=HIGHEST,
                weight=Fraction(item.weight),
                score=Fraction(found.score)
                if (found := self.scores.get((student, item.id)))
                else None,
            )
            for item in self.of_kind(exam=exam)
        ]
