"""The gradebook of a course and group: who has achieved what in which assessment."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from grades.domain.grading import Assessment, Status
from grades.domain.records import CourseResult, Evaluation
from luca.kernel.ids import AssessmentId, GroupId
from tenants.domain import Course, Student


@dataclass(frozen=True, slots=True)
class GradebookRow:
    """One student: results by assessment, and how they stand now."""

    student: Student
    results: Mapping[AssessmentId, Evaluation]
    standing: CourseResult | None = None  # None in a file, which has no totals

    @property
    def name(self) -> str:
        """As class lists have it: by which they are sorted."""
        return f"{self.student.family_name} {self.student.given_name}".strip()


@dataclass(frozen=True, slots=True)
class Gradebook:
    """A page of it, or all of it."""

    course: Course
    group: GroupId
    as_of: datetime
    columns: tuple[Assessment, ...]
    rows: tuple[GradebookRow, ...]


@dataclass(frozen=True, slots=True)
class Said:
    """What a cell says about a result."""

    status: Status
    score: Decimal | None = None
