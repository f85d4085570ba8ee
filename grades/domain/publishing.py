"""Rules with their dates: which are in force when, and what publishing them means."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from grades.domain.grading import GradingRules
from luca.kernel.ids import PersonId, SubjectId
from tenants.domain import Course

ALWAYS = date.min  # of rules from before there were dates
EARLIEST = date(2000, 1, 1)  # from which rules may be: "since always", for whoever imports


class Standing(StrEnum):
    """Where one version of a subject's rules stands on a day."""

    IN_FORCE = "in_force"
    FUTURE = "future"  # its day has not come
    PAST = "past"  # another took its place
    WITHDRAWN = "withdrawn"  # before its day came


@dataclass(frozen=True, slots=True)
class RulesVersion:
    """One version of a subject's rules: in force from a day of the school until the next one is."""

    subject: SubjectId
    rules: GradingRules
    valid_from: date
    published_at: datetime
    published_by: PersonId | None
    withdrawn_at: datetime | None = None

    @property
    def number(self) -> int:
        return self.rules.version


class Misfit(StrEnum):
    """What somebody should look at before rules are published: nothing of it is an error."""

    UNUSED = "category_unused"  # it has a weight, and no assessment is in it
    UNWEIGHED = "category_unweighed"  # assessments are in it, and it has no weight
    OVER = "period_over"  # it is open, and ended before the rules begin


@dataclass(frozen=True, slots=True)
class Concern:
    what: Misfit
    field: str  # of the request
    name: str  # the category or the period
    period: str = ""
    assessments: tuple[str, ...] = ()  # some of them
    number: int = 0  # how many there are


@dataclass(frozen=True, slots=True)
class Publication:
    """What publishing rules does, or would do."""

    version: RulesVersion
    standing: Standing
    courses: tuple[Course, ...]  # in which everybody is recomputed, now or when the day comes
    concerns: tuple[Concern, ...]
    fresh: bool  # False: the last version says the same already
    stored: bool
