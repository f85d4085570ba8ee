"""What a school's pages choose from."""

from collections.abc import Mapping
from dataclasses import dataclass

from luca.kernel.ids import SubjectId
from tenants import rules
from tenants.domain import Course, Group, Period, Subject
from tenants.repository import schools as repository


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The periods by their dates; the courses, by their subject's, and the groups by name."""

    periods: tuple[Period, ...]
    courses: tuple[Course, ...]
    groups: tuple[Group, ...]
    names: Mapping[SubjectId, str]  # of subjects that have one

    def subject(self, identity: str) -> str:
        """What a subject is called; one that nobody named, by its id."""
        return self.names.get(SubjectId(identity), identity)

    @property
    def subjects(self) -> list[Subject]:
        """Those that have a name or are taught, as people look for them."""
        known = self.names.keys() | {one.subject for one in self.courses}
        found = [Subject(one, self.subject(one)) for one in known]
        return sorted(found, key=lambda one: (rules.folded(one.name), one.id))

    def period(self, identity: str) -> str:
        return next((one.name for one in self.periods if one.id == identity), "") or identity


def catalogue() -> Catalogue:
    """All of them as they are now, in one Query: they lie side by side."""
    periods, courses, groups, named = repository.catalogue()
    names = {one.id: one.name for one in named}

    def called(one: Course) -> tuple[str, Course]:
        return rules.folded(names.get(one.subject, one.subject)), one

    return Catalogue(
        tuple(sorted(periods, key=lambda one: (one.starts, one.id))),
        tuple(sorted(courses, key=called)),
        tuple(sorted(groups, key=lambda one: (rules.folded(one.name), one.id))),
        names,
    )
