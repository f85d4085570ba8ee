"""A course at a glance, naming nobody."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from tenants.domain import Course


@dataclass(frozen=True, slots=True)
class CourseTally:
    """How a course stands: its official grades, and when its results were recorded."""

    course: Course
    students: int
    undefined: int  # without a grade, or with one that says nothing yet
    failed: int
    mean: Decimal | None
    tenths: tuple[int, ...]  # grades in each tenth of the scale, the lowest first
    lowest: Decimal  # of the scale
    highest: Decimal
    weeks: Mapping[date, int]  # results recorded, by the week's Monday
