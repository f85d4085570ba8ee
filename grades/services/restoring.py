"""Items of grades written again as they once were: the lake's door.

Whose leave it is, which items, and whether something newer is there, is the caller's to know.
"""

from collections.abc import Mapping
from typing import Any

from grades.repository import restoring as repository
from grades.services.moment import today
from luca.aws import store
from tenants.domain import Course

Image = Mapping[str, Any]


def join(work: store.Transaction, image: Image, seen: Image | None, course: Course | None) -> None:
    """Put an item as DynamoDB spelled it into a transaction, over nothing or what was seen.

    `course` is the one in whose partition it lies.
    """
    repository.join(work, image, seen, course, today())


def mark(work: store.Transaction, course: Course) -> None:
    """Have everybody in a course computed again by the next night."""
    repository.mark(work, course)
