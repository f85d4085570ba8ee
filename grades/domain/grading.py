"""The words of the engine: how a school grades, and what comes of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Any

from luca.kernel.ids import AssessmentId


class Status(StrEnum):
    """Where one result stands. A score of 0 is GRADED, and not MISSING."""

    GRADED = "graded"
    PENDING = "pending"  # handed in, not yet marked
    MISSING = "missing"  # nothing is recorded
    EXCUSED = "excused"  # does not concern this student: as if it did not exist
    EXEMPT = "exempt"  # was never asked of this student (joined later, adapted plan)


class Weighting(StrEnum):
    CATEGORIES = "categories"  # the rules weigh categories
    ITEMS = "items"  # each assessment carries its own weight


class Aggregation(StrEnum):
    """How the items of one category become one ratio."""

    POINTS = "points"  # the sum of scores over the sum of maxima
    MEAN_OF_RATIOS = "mean_of_ratios"  # every item counts the same


class Rounding(StrEnum):
    HALF_UP = "half_up"
    TRUNCATE = "truncate"


class Publish(StrEnum):
    """Which of the two results a school shows as the grade."""

    CURRENT = "current"  # what is graded so far; missing is ignored
    FINAL = "final"  # missing counts as zero


class Verdict(StrEnum):
    PASSED = "passed"
    FAILED = "failed"
    UNDEFINED = "undefined"  # no grade, or no threshold


@dataclass(frozen=True, slots=True)
class Late:
    """What handing in late costs: a part of the possible points per started interval."""

    percent: Decimal  # of the possible points
    every: Decimal = Decimal(24)  # hours
    floor: Decimal = Decimal(0)  # percent of the possible points that lateness never takes


@dataclass(frozen=True, slots=True)
class Scale:
    """The numbers that people see: 0 % is the lowest, 100 % the highest."""

    lowest: Decimal = Decimal(0)
    highest: Decimal = Decimal(100)


class CurveKind(StrEnum):
    """How the results of one assessment are lifted. All of them keep the order."""

    FLAT = "flat"  # everybody gets the same percentage points
    SQRT = "sqrt"  # the square root of the ratio
    MEAN = "mean"  # the same for everybody, so that the mean is the target
    MAXIMUM = "maximum"  # the same factor for everybody, so that the best has the target
    MEAN_SD = "mean_sd"  # mean and standard deviation become the targets


@dataclass(frozen=True, slots=True)
class Population:
    """What a curve needs to know of all results, and nothing about anybody's.

    These sums are exact and enough for every kind of curve, so that a student's
    explanation does not hold the classmates' results.
    """

    count: int
    total: Fraction  # of the ratios
    squares: Fraction
    highest: Fraction


@dataclass(frozen=True, slots=True)
class Curve:
    """One decision to lift the results of an assessment, frozen with its population."""

    kind: CurveKind
    amount: Decimal | None = None  # percentage points, or the target in percent
    deviation: Decimal | None = None  # the target of MEAN_SD
    above_max: bool = False
    population: Population | None = None
    version: int = 1
    salt: str = ""  # so that nobody guesses the rest from the hash of an explanation


@dataclass(frozen=True, slots=True)
class GradingRules:
    """How a school grades a subject. Made by `rules.parse`, which checks it."""

    weighting: Weighting = Weighting.ITEMS
    weights: tuple[tuple[str, Fraction], ...] = ()  # sorted by category
    aggregation: Aggregation = Aggregation.POINTS
    rounding: Rounding = Rounding.HALF_UP
    places: int = 1
    min_passing: Decimal | None = None
    publish: Publish = Publish.CURRENT
    normalise: bool = False
    version: int = 0  # 0: the default, nobody published any
    drop_lowest: tuple[tuple[str, int], ...] = ()  # by category; "" is each, or all items
    missing: Decimal = Decimal(0)  # percent that a missing result is worth in `final`
    late: Late | None = None
    cap: Decimal | None = Decimal(100)  # what extra credit can reach, in percent
    scale: Scale = Scale()
    floor: Decimal | None = None  # no published number is lower
    minimums: tuple[tuple[str, Decimal], ...] = ()  # by category, as published
    letters: tuple[tuple[str, Decimal], ...] = ()  # the best first, lower bound inclusive

    def __hash__(self) -> int:
        """Hash by some fields: a cache asks for every student, and hashing fractions is slow."""
        return hash((self.version, self.places, self.drop_lowest, self.late, self.letters))


@dataclass(frozen=True, slots=True)
class Assessment:
    """Something that is graded: an exam, a piece of homework."""

    id: AssessmentId
    type: str = "general"
    max: Decimal = Decimal(100)
    weight: Decimal = Decimal(1)
    category: str = ""  # empty: the type is the category
    extra_credit: bool = False
    curve: Curve | None = None
    name: str = ""  # what people read; empty: the id
    due: datetime | None = None  # later is late; None is never late
    group: str = ""  # only asked of this group's students; empty: of everybody
    published: bool = True  # if not, it counts nowhere and no family sees it
    version: int = 1

    @property
    def counts_as(self) -> str:
        return self.category or self.type

    @property
    def title(self) -> str:
        return self.name or self.id


@dataclass(frozen=True, slots=True)
class Item:
    """What the engine needs to know about one assessment of one student."""

    assessment: str
    category: str
    max: Decimal
    weight: Decimal
    status: Status
    score: Decimal | None = None
    version: int = 0  # of the evaluation; 0 when there is none
    extra_credit: bool = False  # counts above the line, and not below it
    late_hours: Decimal = Decimal(0)
    curve: Curve | None = None
    open: bool = False  # not due yet: it may still be handed in
    reason: str = ""  # why it is excused, exempt or missing, if somebody said so


@dataclass(frozen=True, slots=True)
class Result:
    """What the engine says, and why.

    None is "undefined": nothing carries weight. It is never the same as 0.
    """

    current: Decimal | None
    final: Decimal | None
    published: Decimal | None
    verdict: Verdict
    graded: int
    flags: tuple[str, ...]
    trace: Mapping[str, Any]
    hash: str  # of the trace
    letter: str | None = None
