"""What a school's pages choose from."""

from dataclasses import dataclass

from tenants.domain import Course, Group, Period
from tenants.repository import schools as repository


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The periods by their dates, the courses by subject, the groups by name."""

    periods: tuple[Period, ...]
    courses: tuple[Course, ...]
    groups: tuple[Group, ...]


def catalogue() -> Catalogue:
    """All of them as they are now, in one Query: they lie side by side."""
    periods, courses, groups = repository.catalogue()
    return Catalogue(
        tuple(sorted(periods, key=lambda one: (one.starts, one.id))),
        tuple(sorted(courses)),
        tuple(sorted(groups, key=lambda one: (one.name, one.id))),
    )
