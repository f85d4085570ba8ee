"""The decisions of grading: pure, exact, rounded once.

Everything is a `Fraction` until a number is published; what is compared with a
threshold is the published number, because that is the one people see.
"""

from grades.rules.engine import ENGINE, digest, grade, items_of, verify
from grades.rules.numbers import exact, rounded, share
from grades.rules.parsing import as_mapping, parse

__all__ = [
    "ENGINE",
    "as_mapping",
    "digest",
    "exact",
    "grade",
    "items_of",
    "parse",
    "rounded",
    "share",
    "verify",
]
