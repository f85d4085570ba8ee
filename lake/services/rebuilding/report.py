"""What a rebuild found, counted."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from lake.services.rebuilding.judging import WRONG, Standing

if TYPE_CHECKING:
    from datetime import datetime

    from lake.services.rebuilding.judging import Judged


@dataclass(frozen=True, slots=True)
class Difference:
    """Something that is not as the lake says: where, and in what."""

    what: str  # grade, or the kind of an item
    where: str  # ids, never names
    why: str


@dataclass(slots=True)
class Report:
    """The grades of a school as of a moment, and whatever does not agree."""

    as_of: datetime
    compared: bool  # with the table as it is now, too
    files: int = 0
    rows: int = 0
    items: int = 0  # that were compared with the table
    seconds: float = 0.0
    judged: list[Judged] = field(default_factory=list)
    differences: list[Difference] = field(default_factory=list)

    @property
    def counts(self) -> Counter[Standing]:
        return Counter(one.standing for one in self.judged)

    @property
    def evaluations(self) -> int:
        return sum(one.evaluations for one in self.judged)

    @property
    def grades(self) -> int:
        return sum(one.official is not None for one in self.judged)


def differences(judged: list[Judged]) -> list[Difference]:
    """Grades that do not follow from what the lake holds."""
    return [
        Difference("grade", f"{one.student}/{one.course.subject}/{one.course.period}", _why(one))
        for one in judged
        if one.standing in WRONG
    ]


def _why(one: Judged) -> str:
    if one.standing is Standing.MISSING:
        return "the period is closed, and there is no grade"
    if one.standing is Standing.UNKNOWN:
        return "the lake holds no such period, or no profile of the school"
    if one.official is None or one.rebuilt is None:
        return "nothing that the lake holds gives this grade"
    pairs = (
        ("score", one.official.score, one.rebuilt.published),
        ("current", one.official.current, one.rebuilt.current),
        ("final", one.official.final, one.rebuilt.final),
        ("verdict", one.official.verdict, one.rebuilt.verdict),
        ("results", one.official.evaluations_count, one.rebuilt.graded),
    )
    told = [f"{name} {was}, rebuilt {gives}" for name, was, gives in pairs if was != gives]
    return "; ".join(told) or "the explanation is another one"
