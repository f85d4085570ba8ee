"""What the platform's own people do: they keep schools and their profiles, and see nobody in them.

Theirs are the only requests that name a school. Each enters that school's own session, as the
person who asks, so that it stands in the log of the school whom they are.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from luca.kernel import context
from luca.kernel.errors import NotFound
from luca.kernel.ids import SCHOOL
from tenants.repository import schools as repository
from tenants.services import arranging, schools

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from luca.aws.store import Key
    from tenants.domain import School


def schools_page(*, limit: int, start: Key | None = None) -> tuple[list[School], Key | None]:
    """A page of the directory, by id; CCT and language are in each school's profile."""
    return repository.listed_page(limit, start)


def school_named(identity: str) -> School:
    with _inside(identity):
        return schools.school_profile()


def change_school_named(
    identity: str, fields: Mapping[str, Any], *, seen: int | None = None
) -> School:
    with _inside(identity):
        return arranging.change_school(fields, seen=seen)


@contextmanager
def _inside(identity: str) -> Iterator[None]:
    """Enter a school that the directory knows; no session is made for any other name."""
    if not SCHOOL.fullmatch(identity) or not repository.is_listed(identity):
        raise NotFound("There is no such school.", code="school_not_found")
    with context.entered(school=identity, actor=context.actor(), groups=context.groups()):
        yield
