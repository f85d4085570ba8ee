"""The decisions of grading: pure, exact, rounded once.

Everything is a `Fraction` until a number is published; what is compared with a
threshold is the published number, because that is the one people see.
"""

from grades.rules.asking import items_of, late_hours
from grades.rules.boundary import boundary
from grades.rules.compare import Summary, compare
from grades.rules.curves import (
    curve_as_mapping,
    curved,
    parse_curve,
    population,
    population_as_mapping,
    without_curves,
)
from grades.rules.dating import in_force, standing
from grades.rules.digests import digest
from grades.rules.distributing import distribution, shift, summary
from grades.rules.engine import ENGINE, grade, verify
from grades.rules.explaining import Language, outdated, sentences
from grades.rules.fitting import misfits
from grades.rules.numbers import exact, rounded, share
from grades.rules.parsing import as_mapping, parse
from grades.rules.parts import population_of, worth
from grades.rules.profiles import PROFILES, Promotion, SepProfile, sep_profile
from grades.rules.reading import read_exactly
from grades.rules.school_year import YearOutcome, YearResult, final_of_field, year_result
from grades.rules.scores import parse_scores

__all__ = [
    "ENGINE",
    "PROFILES",
    "Language",
    "Promotion",
    "SepProfile",
    "Summary",
    "YearOutcome",
    "YearResult",
    "as_mapping",
    "boundary",
    "compare",
    "curve_as_mapping",
    "curved",
    "digest",
    "distribution",
    "exact",
    "final_of_field",
    "grade",
    "in_force",
    "items_of",
    "late_hours",
    "misfits",
    "outdated",
    "parse",
    "parse_curve",
    "parse_scores",
    "population",
    "population_as_mapping",
    "population_of",
    "read_exactly",
    "rounded",
    "sentences",
    "sep_profile",
    "share",
    "shift",
    "standing",
    "summary",
    "verify",
    "without_curves",
    "worth",
    "year_result",
]
