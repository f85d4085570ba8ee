"""A made-up school year: the same for the same seed and the same day."""

from luca.demo.year.domain import (
    Assessment,
    Course,
    Happening,
    Mark,
    Person,
    Role,
    School,
    Sheet,
    Year,
)
from luca.demo.year.making import make

__all__ = [
    "Assessment",
    "Course",
    "Happening",
    "Mark",
    "Person",
    "Role",
    "School",
    "Sheet",
    "Year",
    "make",
]
