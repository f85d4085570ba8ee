"""What the SEP prescribes for basic education, by level, grade and school year.

The numbers are data with their sources. Nobody here has read the Acuerdos
themselves at first hand: `Standing` says of each fact how sure it is, and what
no source settles is a school's own choice. A school year without a source has
no profile, because a guess on a report card is worse than a refusal.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from grades.rules.forms import Form, one_of, whole

FIELDS = frozenset({"level", "grade", "year"})
HIGHEST_GRADE = 6
YEAR = re.compile(r"(20[0-9]{2})-(20[0-9]{2})")
TRUNCATED = "published test cases of a teachers' tool that cites Acuerdo 10/09/23, arts. 7 and 9"
NEWS_2023 = "Acuerdo 10/09/23 as reported by La Razon, 2023-11-08"
NEWS_2022 = "Acuerdo for the pandemic years as reported by W Radio, 2022-07-01"
SUMMARY_2019 = "Acuerdo 11/03/19 (DOF 2019-03-29), summaries; they differ on secundaria"


class Level(StrEnum):
    PRIMARIA = "primaria"
    SECUNDARIA = "secundaria"


class Promotion(StrEnum):
    ATTENDED = "attended"  # having attended is enough
    AVERAGE = "average"  # the average of all fields reaches the passing grade


class Standing(StrEnum):
    ESTABLISHED = "established"  # independent sources agree
    REPORTED = "reported"  # one source, or second hand
    CHOICE = "choice"  # no source settles it: the school decides


@dataclass(frozen=True, slots=True)
class Fact:
    standing: Standing
    source: str


@dataclass(frozen=True, slots=True)
class SepProfile:
    """How one grade of one level is marked in some school years."""

    level: Level
    grades: range
    years: range  # by the year in which they begin
    floor: Decimal  # the lowest number that a report card shows
    promotion: Promotion
    facts: Mapping[str, Fact]
    passing: Decimal = Decimal(6)

    def rules(self) -> dict[str, Any]:
        """Return the profile as fields of grading rules; none of them is a school's choice."""
        return {
            "scale": {"lowest": 0, "highest": 10},
            "rounding": "truncate",
            "places": 1,
            "floor": str(self.floor),
            "min_passing": str(self.passing),
        }


def _facts(floor: Fact, promotion: Fact) -> Mapping[str, Fact]:
    return {
        "scale": Fact(Standing.ESTABLISHED, "5 to 10; Acuerdos 200, 11/03/19 and 10/09/23"),
        "truncation": Fact(Standing.REPORTED, TRUNCATED),
        "floor": floor,
        "promotion": promotion,
        "every_field_passes": Fact(Standing.CHOICE, "tools and states differ"),
        "attendance": Fact(Standing.CHOICE, "80 % by summaries; it is not a grade's business"),
    }


def _reported(source: str) -> Fact:
    return Fact(Standing.REPORTED, source)


FROM_2023 = _facts(_reported(NEWS_2023), _reported(NEWS_2023))
FIRST_FROM_2023 = {**FROM_2023, "promotion": Fact(Standing.ESTABLISHED, NEWS_2023)}
IN_2021 = _facts(_reported(NEWS_2022), Fact(Standing.CHOICE, "no source found for that year"))
IN_2019 = _facts(_reported(SUMMARY_2019), _reported(SUMMARY_2019))
FIVE, SIX = Decimal(5), Decimal(6)
ATTENDED, AVERAGE = Promotion.ATTENDED, Promotion.AVERAGE
SINCE_2023, THE_2021, THE_2019 = range(2023, 2100), range(2021, 2022), range(2019, 2020)
PRIMARIA, SECUNDARIA = Level.PRIMARIA, Level.SECUNDARIA

PROFILES = (
    SepProfile(PRIMARIA, range(1, 2), SINCE_2023, SIX, ATTENDED, FIRST_FROM_2023),
    SepProfile(PRIMARIA, range(2, 3), SINCE_2023, SIX, AVERAGE, FROM_2023),
    SepProfile(PRIMARIA, range(3, 7), SINCE_2023, FIVE, AVERAGE, FROM_2023),
    SepProfile(SECUNDARIA, range(1, 4), SINCE_2023, FIVE, AVERAGE, FROM_2023),
    SepProfile(PRIMARIA, range(1, 2), THE_2021, SIX, ATTENDED, IN_2021),
    SepProfile(PRIMARIA, range(2, 7), THE_2021, SIX, AVERAGE, IN_2021),
    SepProfile(SECUNDARIA, range(1, 4), THE_2021, SIX, AVERAGE, IN_2021),
    SepProfile(PRIMARIA, range(1, 3), THE_2019, SIX, ATTENDED, IN_2019),
    SepProfile(PRIMARIA, range(3, 7), THE_2019, FIVE, AVERAGE, IN_2019),
    SepProfile(SECUNDARIA, range(1, 4), THE_2019, FIVE, AVERAGE, IN_2019),
)


def sep_profile(given: Mapping[str, Any]) -> SepProfile:
    """Return the profile of `{"level", "grade", "year"}`, or raise Invalid naming each field.

    >>> str(sep_profile({"level": "primaria", "grade": 4, "year": "2026-2027"}).floor)
    '5'
    """
    form = Form({"sep": given})
    found = find(form)
    form.refuse("There is no such SEP profile.", "sep_profile_unknown")
    if found is None:  # pragma: no cover -- then something was wrong, and refused
        raise ValueError("sep is missing")
    return found


def find(form: Form) -> SepProfile | None:
    """Read the field `sep` of a form."""
    sep = form.inside("sep", FIELDS)
    if sep is None:
        return None
    for field in sorted(name for name in FIELDS if sep.given.get(name) is None):
        sep.wrong(field, f"sep.{field} is missing.")
    level = sep.read("level", Level.PRIMARIA, lambda value: one_of(Level, value))
    grade = sep.read("grade", 1, whole(HIGHEST_GRADE))
    year = sep.read("year", 0, _begins)
    if form.errors:
        return None
    of_year = [one for one in PROFILES if one.level is level and year in one.years]
    if not of_year:
        sep.wrong("year", f"sep.year {given_year(sep)} has no profile: no source is known for it.")
        return None
    for one in of_year:
        if grade in one.grades:
            return one
    sep.wrong("grade", f"sep.grade must be a grade of {level}.")
    return None


def given_year(sep: Form) -> str:
    return str(sep.given["year"])


def _begins(value: Any) -> int:
    """Read "2026-2027"."""
    found = YEAR.fullmatch(value) if isinstance(value, str) else None
    if found is None or int(found[2]) != int(found[1]) + 1:
        raise ValueError("must be a school year such as 2026-2027")
    return int(found[1])
